import RobotModel
import SkillKit
import Synchronization
import Testing

@testable import Execution

/// What the e-stop does to orders, at an edge and at a host alike.
struct EmergencyHoldTests {
    private let now = Instant(nanosecondsSinceEpoch: 1)
    private let host: HostID = "host"
    private let robot = HostedRobot(description: RobotDescription(id: "dog", embodiment: "test"))

    private func machine() -> ExecutionMachine {
        var machine = ExecutionMachine()
        _ = machine.handle(.hostJoined(host, [robot]), at: now)
        return machine
    }

    private func order(_ step: StepID, token: UInt64, cancel: CancelMode = .stop) -> Invocation {
        Invocation(
            attempt: AttemptID(task: "t", step: step, number: 1),
            token: FencingToken(epoch: 1, counter: token), robot: "dog", skill: "work", arguments: [:],
            timeout: .seconds(10), onLinkLoss: .finish, cancel: cancel, idempotent: false)
    }

    private func outcome(_ actions: [ExecutionAction]) -> AttemptOutcome? {
        for case .reportEnded(_, _, let outcome) in actions { return outcome }
        return nil
    }

    @Test(arguments: [CancelMode.stop, .finish, .compensate("undo")])
    func `promise 7: what runs ends at once, whatever its cancel says`(mode: CancelMode) {
        var machine = machine()
        let order = order("a", token: 1, cancel: mode)
        _ = machine.handle(.invoked(order), at: now)
        let actions = machine.handle(.emergencyChanged(.latched("anna: smoke")), at: now)
        #expect(
            actions.contains(.cancel(host, order.attempt, order.token, reason: "e-stop: anna: smoke")))
        let ended = machine.handle(
            .ended(order.attempt, "dog", .failed(Failure(.canceled, "stopped"))), at: now)
        #expect(outcome(ended)?.failure?.code == .canceled)
        #expect(outcome(ended)?.failure?.message == "e-stop: anna: smoke")
    }

    @Test func `promise 7: nothing begins while it is latched, nor a late copy of it after the release`() {
        var machine = machine()
        _ = machine.handle(.emergencyChanged(.latched("anna")), at: now)
        let refused = machine.handle(.invoked(order("a", token: 1)), at: now)
        #expect(outcome(refused)?.failure?.code == .resourceConflict)
        _ = machine.handle(.emergencyChanged(nil), at: now)
        let copy = machine.handle(.invoked(order("a", token: 1)), at: now)
        #expect(copy.count == 1, "told as before: \(copy)")
        #expect(outcome(copy)?.failure?.code == .resourceConflict)
        _ = machine.handle(.resultConfirmed(order("a", token: 1).attempt, "dog"), at: now)
        let late = machine.handle(.invoked(order("a", token: 1)), at: now)
        #expect(late.count == 1 && outcome(late)?.failure?.code == .rejectedBySkill)
        let next = machine.handle(.invoked(order("b", token: 2)), at: now)
        #expect(next.contains(.invoke(host, order("b", token: 2))))
    }

    @Test func `promise 7: a host that comes in at work while it is latched is stopped`() {
        var machine = machine()
        let order = order("a", token: 1)
        _ = machine.handle(.invoked(order), at: now)
        _ = machine.handle(.hostLost(host, reason: ""), at: now)
        _ = machine.handle(.emergencyChanged(.latched("anna")), at: now)
        var back = robot
        back.attempts.updateValue(nil, forKey: order.attempt)
        let actions = machine.handle(.hostJoined(host, [back]), at: now)
        #expect(actions.contains(.cancel(host, order.attempt, order.token, reason: "e-stop: anna")))
    }

    @Test func `a skill that doesn't stop is unsafe`() {
        var machine = machine()
        let order = order("a", token: 1, cancel: .finish)
        _ = machine.handle(.invoked(order), at: now)
        _ = machine.handle(.emergencyChanged(.latched("anna")), at: now)
        let actions = machine.handle(.timerFired(.unstoppable("dog", order.attempt)), at: now)
        #expect(outcome(actions)?.failure?.code == .unsafe)
    }

    @Test func `a success in the same moment is a success`() {
        var machine = machine()
        let order = order("a", token: 1)
        _ = machine.handle(.invoked(order), at: now)
        _ = machine.handle(.emergencyChanged(.latched("anna")), at: now)
        let actions = machine.handle(.ended(order.attempt, "dog", .succeeded), at: now)
        #expect(outcome(actions) == .succeeded)
    }

    @Test func `an e-stop that can't be heard holds orders back, and lets what may go on go on`() {
        var machine = machine()
        let order = order("a", token: 1)
        _ = machine.handle(.invoked(order), at: now)
        #expect(machine.handle(.emergencyChanged(.silent), at: now) == [])
        _ = machine.handle(.ended(order.attempt, "dog", .succeeded), at: now)
        let refused = machine.handle(.invoked(self.order("b", token: 2)), at: now)
        #expect(outcome(refused)?.failure?.code == .resourceConflict)
    }

    /// A skill that ends by cancellation alone.
    private struct Waiting: Skill {
        let name: SkillName = "work"
        let begun: AsyncStream<Void>.Continuation

        func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
            begun.yield()
            try await Task.sleep(for: .seconds(3600))
            return [:]
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a runner stops everything at once and begins nothing`() async throws
    {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let (ends, end) = AsyncStream.makeStream(of: AttemptOutcome.self)
        let deadMan = try DeadMan()
        deadMan.renew(until: .now + .seconds(3600))
        let runner = SkillRunner(
            bodies: nil, skills: ["work": Waiting(begun: begin)], deadMan: deadMan
        ) { if case .ended(_, _, let outcome) = $0 { end.yield(outcome) } }
        var outcomes = ends.makeAsyncIterator()
        runner.start(order("a", token: 1, cancel: .finish))
        for await _ in begun { break }
        runner.halt("anna: smoke")
        let stopped = await outcomes.next()
        #expect(stopped?.failure?.code == .canceled)
        #expect(stopped?.failure?.message == "e-stop: anna: smoke")
        runner.start(order("b", token: 2))
        #expect(await outcomes.next()?.failure?.code == .resourceConflict)
        runner.halt(nil)
        runner.start(order("c", token: 3))
        for await _ in begun { break }
        runner.cancelAll()
        #expect(await outcomes.next()?.failure?.message == "stopped")
    }
}
