import Coordination
import Manifests
import PlanRules
import RobotModel
import Testing

@testable import TimeTravel

/// A recorded run, gone through again with one thing changed.
struct ForkTests {
    /// One robot whose gripper never lets go: the task fails.
    private func failingRun() throws -> RecordedSite {
        var site = try RecordedSite(robots: ["amy"])
        site.fault = { $0.skill == "place" ? Failure(.skillError, "the gripper didn’t open") : nil }
        site.run("t", Literal(Fact("on", "box", "shelf")))
        #expect(site.archive["t"]?.state == .failed, "\(String(describing: site.archive["t"]?.failure))")
        return site
    }

    private func fork(
        _ site: RecordedSite, at record: UInt64, _ yaml: String, task: TaskID = "t"
    ) throws -> ForkReport {
        var fork = Fork(
            task, of: Recording(entries: site.entries), at: record,
            with: try ManifestReader().intervention(yaml: yaml, file: "intervention.yaml"),
            team: site.team, world: WorldState(scene: site.scene), worldUpTo: 0)
        return try fork.run()
    }

    private func record(
        _ site: RecordedSite, where fits: (CoordinationInput) -> Bool
    ) throws -> UInt64 {
        UInt64(try #require(site.entries.firstIndex { fits($0.input) })) + 1
    }

    @Test func `one line turns a failed run into a success`() throws {
        let site = try failingRun()
        let placing = try #require(
            site.archive["t"]?.steps.first { $0.step.skill == "place" && $0.failure != nil })
        let report = try fork(
            site, at: site.archive["t"]?.firstRecord ?? 0,
            "result: {step: \(placing.step.id), attempt: 1, outcome: succeeded}")
        #expect(report.isFlipped)
        #expect(report.recorded.state == .failed && report.forked.state == .succeeded)
        let parting = try #require(report.parting)
        #expect(
            parting.record
                == (try record(site) {
                    if case .attemptEnded(let attempt, _, _) = $0 {
                        attempt.step == placing.step.id
                    } else {
                        false
                    }
                }))
        #expect(parting.recorded.contains { $0.contains("gripper didn’t open") }, "\(parting.recorded)")
        #expect(parting.forked.contains { $0.contains("succeeded") }, "\(parting.forked)")
    }

    @Test func `what a call came to, it comes to again`() throws {
        let site = try failingRun()
        let first = try #require(site.archive["t"]).firstRecord
        // Picking up is done anew by the plan after the failure; letting go fails as ever.
        let report = try fork(site, at: first + 3, "order: {verb: replan}")
        #expect(report.forked.state == .failed)
        #expect(report.forked.failure?.message.contains("gripper didn’t open") == true)
        #expect(!report.isFlipped)
    }

    @Test func `without a difference the runs don’t part`() throws {
        let site = try failingRun()
        let pick = try #require(site.archive["t"]?.steps.first { $0.step.skill == "pick" })
        let report = try fork(
            site, at: try #require(site.archive["t"]).firstRecord,
            "result: {step: \(pick.step.id), outcome: succeeded}")
        #expect(report.parting == nil)
        #expect(report.forked == report.recorded)
        #expect(report.simulated == 0)
    }

    @Test func `a robot that isn’t lost goes on`() throws {
        var site = try RecordedSite(robots: ["amy"])
        site.add(.robotLost("amy", reason: "silent"), after: .seconds(3))
        site.run("t", Literal(Fact("on", "box", "shelf")))
        #expect(site.archive["t"]?.state == .failed)
        let report = try fork(site, at: try #require(site.archive["t"]).firstRecord, "keep: amy")
        #expect(report.isFlipped)
        #expect(report.parting?.recorded.contains { $0.contains("lost") } == true)
    }

    @Test func `the plan can be changed where it waits`() throws {
        var site = try RecordedSite()
        site.fault = { $0.robot == "bob" && $0.skill == "place" ? Failure(.unsafe, "slippery") : nil }
        site.run("t", Literal(Fact("on", "box", "shelf")))
        let view = try #require(site.archive["t"])
        #expect(view.state == .failed && view.steps.allSatisfy { $0.step.robot == "bob" })
        let going = try #require(view.steps.filter { $0.step.skill == "navigate" }.last).step.id
        let planned = try record(site) { if case .planProposed = $0 { true } else { false } }
        let report = try fork(
            site, at: planned + 1,
            "insert: {id: detour, skill: navigate, robot: bob, arguments: {target: bench}, before: [\(going)]}"
        )
        #expect(report.parting != nil)
        #expect(report.forked.steps.first { $0.step.id == "detour" }?.state == .succeeded)
        #expect(report.forked.state == .failed, "bob slips as recorded")
    }

    @Test func `whoever takes over isn’t held to what another did`() throws {
        var site = try RecordedSite()
        site.fault = { $0.robot == "bob" ? Failure(.unsafe, "slippery") : nil }
        site.run("t", Literal(Fact("on", "box", "shelf")))
        let view = try #require(site.archive["t"])
        #expect(view.state == .failed)
        let planned = try record(site) { if case .planProposed = $0 { true } else { false } }
        let report = try fork(
            site, at: planned + 1, "order: {verb: replan}")
        #expect(report.forked.state == .failed, "the planner chooses bob again")
        let lost = try fork(
            site, at: planned, "result: {step: s1, outcome: rejectedBySkill, note: not today}")
        #expect(lost.isFlipped, "\(lost.forked.steps.map { "\($0.step.call) \($0.state)" })")
    }

    @Test func `the same fork gives the same run`() throws {
        let site = try failingRun()
        let line = "order: {verb: replan}"
        let first = try #require(site.archive["t"]).firstRecord + 3
        #expect(try fork(site, at: first, line) == fork(site, at: first, line))
    }

    @Test(arguments: [
        ("result: {step: s99, outcome: succeeded}", 0, ForkError.Code.badIntervention),
        ("result: {step: s1, attempt: 9, outcome: succeeded}", 0, .badIntervention),
        ("keep: amy", 0, .badIntervention),
        ("reassign: {step: s1, robot: amy}", 999, .badRecord),
        ("edit: {step: s1, arguments: {surface: moon}}", 3, .badIntervention),
    ])
    func `what can’t be changed is said`(line: String, offset: UInt64, code: ForkError.Code) throws {
        let site = try failingRun()
        let first = try #require(site.archive["t"]).firstRecord
        let error = #expect(throws: ForkError.self) { _ = try fork(site, at: first + offset, line) }
        #expect(error?.code == code, "\(String(describing: error))")
    }

    @Test func `a task that isn’t there is said to be unknown`() throws {
        let site = try failingRun()
        let error = #expect(throws: ForkError.self) { _ = try fork(site, at: 1, "keep: amy", task: "x") }
        #expect(error?.code == .unknownTask)
    }
}
