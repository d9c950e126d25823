import RobotModel
import Testing

@testable import Coordination

/// Tasks by the clock.
struct ScheduleRunTests {
    private func set(_ recurrence: Recurrence, _ harness: inout CoordinationHarness) -> [CoordinationAction] {
        harness.send(
            .scheduleSet(
                Schedule(
                    id: "tidy", request: TaskRequest(.words("tidy up"), idempotencyKey: "k"),
                    recurrence: recurrence),
                .anna))
    }

    private func started(_ actions: [CoordinationAction]) -> TaskID? {
        actions.events.first { $0.kind == .schedule && $0.state == "started" }?.task
    }

    @Test func `once is once`() {
        var harness = CoordinationHarness()
        let moment = harness.now + .seconds(60)
        #expect(set(.once(moment), &harness).moment(of: .scheduleDue("tidy")) == moment)
        #expect(harness.fire(.scheduleDue("tidy")).isEmpty)
        harness.advance(.seconds(60))
        let actions = harness.fire(.scheduleDue("tidy"))
        #expect(started(actions) != nil)
        #expect(actions.planOrders.map(\.ask) == [.words("tidy up")])
        #expect(actions.moment(of: .scheduleDue("tidy")) == nil)
        #expect(harness.fire(.scheduleDue("tidy")).isEmpty)
    }

    @Test func `every so often starts a task of its own each time`() {
        var harness = CoordinationHarness()
        _ = set(.every(seconds: 10, from: harness.now + .seconds(10)), &harness)
        var tasks: Set<TaskID> = []
        for _ in 1...3 {
            harness.advance(.seconds(10))
            let actions = harness.fire(.scheduleDue("tidy"))
            #expect(actions.moment(of: .scheduleDue("tidy")) == harness.now + .seconds(10))
            guard let task = started(actions) else { continue }
            tasks.insert(task)
            harness.cancel(task)
        }
        #expect(tasks.count == 3)
        #expect(harness.machine.scheduleViews.map(\.started) == [3])
    }

    @Test func `a time at which the last task still runs is left out`() {
        var harness = CoordinationHarness()
        _ = set(.every(seconds: 10, from: harness.now + .seconds(10)), &harness)
        harness.advance(.seconds(10))
        let first = started(harness.fire(.scheduleDue("tidy")))
        harness.advance(.seconds(10))
        let actions = harness.fire(.scheduleDue("tidy"))
        #expect(actions.events(.schedule) == ["leftOut"])
        #expect(actions.events.first?.task == first)
        #expect(actions.moment(of: .scheduleDue("tidy")) == harness.now + .seconds(10))
    }

    @Test func `what was missed while the brain was down is made up for once`() {
        var harness = CoordinationHarness()
        _ = set(.every(seconds: 10, from: harness.now + .seconds(10)), &harness)
        let due = harness.now + .seconds(10)
        harness.advance(.seconds(3_605))
        #expect(harness.send(.brainStarted(epoch: 2)).moment(of: .scheduleDue("tidy")) == due)
        let actions = harness.fire(.scheduleDue("tidy"))
        #expect(started(actions) != nil)
        #expect(actions.moment(of: .scheduleDue("tidy")) == harness.now + .seconds(5))
    }

    @Test func `on days of the week, in UTC`() {
        var harness = CoordinationHarness()
        // 1970-01-01 was a Thursday.
        let actions = set(.weekly(days: [5, 1], secondsOfDay: 3_600), &harness)
        #expect(actions.moment(of: .scheduleDue("tidy")) == .zero + .seconds(86_400 + 3_600))
    }

    @Test func `removed, it starts nothing; set anew, its tasks get new names`() throws {
        var harness = CoordinationHarness()
        let recurrence = Recurrence.every(seconds: 10, from: harness.now + .seconds(10))
        _ = set(recurrence, &harness)
        harness.advance(.seconds(10))
        let first = try #require(started(harness.fire(.scheduleDue("tidy"))))
        harness.cancel(first)
        let removed = harness.send(.scheduleRemoved("tidy", .anna))
        #expect(removed.contains(.stopTimer(.scheduleDue("tidy"))))
        harness.advance(.seconds(10))
        #expect(harness.fire(.scheduleDue("tidy")).isEmpty)
        _ = set(recurrence, &harness)
        harness.advance(.seconds(10))
        let second = try #require(started(harness.fire(.scheduleDue("tidy"))))
        #expect(second != first)
    }

    @Test func `changed, it goes by the new times and still lets no two tasks overlap`() {
        var harness = CoordinationHarness()
        _ = set(.every(seconds: 10, from: harness.now + .seconds(10)), &harness)
        harness.advance(.seconds(10))
        harness.fire(.scheduleDue("tidy"))
        let changed = set(.every(seconds: 30, from: harness.now + .seconds(1)), &harness)
        #expect(changed.events(.schedule) == ["changed"])
        harness.advance(.seconds(1))
        #expect(harness.fire(.scheduleDue("tidy")).events(.schedule) == ["leftOut"])
        #expect(set(.every(seconds: 30, from: harness.now), &harness).refusals.isEmpty)
    }

    @Test func `one that is never due any more is refused`() {
        var harness = CoordinationHarness()
        #expect(set(.once(harness.now), &harness).refusals == [.invalidAnswer])
        #expect(set(.weekly(days: [0, 8], secondsOfDay: 0), &harness).refusals == [.invalidAnswer])
        #expect(
            set(.every(seconds: .max, from: Instant(nanosecondsSinceEpoch: .min)), &harness).refusals == [
                .invalidAnswer
            ])
        #expect(harness.machine.scheduleViews.isEmpty)
    }

    @Test func `under the e-stop its tasks wait`() {
        var harness = CoordinationHarness()
        _ = set(.once(harness.now + .seconds(1)), &harness)
        harness.send(.emergencyStopped(by: "anna", reason: "smoke"))
        harness.advance(.seconds(1))
        guard let task = started(harness.fire(.scheduleDue("tidy"))) else {
            Issue.record("nothing was started")
            return
        }
        #expect(harness.propose(task, revision: 1, steps: [step("a", "dog")]).invocations.isEmpty)
        #expect(harness.send(.emergencyReleased(by: "anna", reason: "fog")).invocations.count == 1)
    }
}
