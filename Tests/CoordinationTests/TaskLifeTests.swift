import RobotModel
import Testing

@testable import Coordination

struct TaskLifeTests {
    @Test func `steps start as soon as what they wait for has ended`() throws {
        var harness = CoordinationHarness()
        let first = harness.start(
            "t", steps: [step("a", "dog"), step("b", "arm"), step("c", "dog", after: ["a", "b"])])
        #expect(first.invocations.map(\.attempt.step) == ["a", "b"])
        #expect(harness.end(first.invocations[0]).invocations.isEmpty)
        let third = harness.end(first.invocations[1])
        #expect(third.invocations.map(\.attempt.step) == ["c"])
        let last = harness.end(third.invocations[0])
        #expect(last.goalChecks == ["t"])
        harness.send(.goalChecked("t", revision: 1, unmet: nil))
        #expect(harness.state("t") == .succeeded)
    }

    @Test func `an empty plan asks only whether the goal holds`() {
        var harness = CoordinationHarness()
        let actions = harness.start("t", steps: [])
        #expect(actions.goalChecks == ["t"])
        #expect(actions.invocations.isEmpty)
    }

    @Test func `a goal that doesn't hold after the last step is planned for again`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.end(order)
        let actions = harness.send(.goalChecked("t", revision: 1, unmet: "done(x) doesn’t hold"))
        #expect(actions.planOrders.map(\.revision) == [2])
        #expect(harness.state("t") == .planning)
    }

    @Test func `a refused first plan rejects the task, a refused repair fails it with the first cause`() {
        var harness = CoordinationHarness()
        harness.send(.taskSubmitted("t", TaskRequest(.words("x"))))
        harness.send(.planRefused("t", revision: 1, Rejection(.unknownEntity, "no x")))
        #expect(harness.state("t") == .rejected)

        let order = harness.start("u", steps: [step("a", "dog")]).invocations[0]
        harness.accept(order)
        harness.send(.robotLost("dog", reason: "silent"))
        #expect(harness.task("u")?.revision == 2)
        harness.send(.planRefused("u", revision: 2, Rejection(.noCapableRobot, "nobody else")))
        #expect(harness.state("u") == .failed)
        #expect(harness.task("u")?.failure?.code == .robotLost)
        #expect(harness.send(.attemptEnded(order.attempt, order.token, .succeeded)).claims.isEmpty)
    }

    @Test func `the same idempotency key submits once`() {
        var harness = CoordinationHarness()
        let request = TaskRequest(.words("x"), idempotencyKey: "k")
        harness.send(.taskSubmitted("t", request))
        #expect(harness.send(.taskSubmitted("u", request)).isEmpty)
        #expect(harness.machine.task(forKey: "k") == "t")
        #expect(harness.task("u") == nil)
    }

    @Test func `cancel stops what runs and always ends`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        let actions = harness.send(.cancelRequested("t", by: "anna", reason: "dinner"))
        #expect(actions.cancels == [order.attempt])
        #expect(harness.state("t", "b") == .canceled)
        #expect(harness.state("t") == .running)
        harness.send(.timerFired(.attemptOverdue(order.attempt)))
        #expect(harness.state("t") == .canceled)
        #expect(harness.machine.robot("dog")?.state == .available)
    }

    @Test func `a step of high risk waits for a person`() {
        var harness = CoordinationHarness()
        #expect(harness.start("t", steps: [step("a", "dog", risk: .high)]).invocations.isEmpty)
        #expect(harness.state("t") == .awaitingApproval)
        let actions = harness.send(.approvalAnswered("t", approved: true, by: "anna"))
        #expect(actions.invocations.count == 1)

        harness.start("u", steps: [step("a", "arm", risk: .high)])
        harness.send(.approvalAnswered("u", approved: false, by: "anna"))
        #expect(harness.state("u") == .canceled)
    }

    @Test func `events are numbered without gaps`() {
        var harness = CoordinationHarness()
        var events: [UInt64] = []
        for action in harness.start("t", steps: [step("a", "dog")]) {
            if case .publish(let event) = action { events.append(event.sequence) }
        }
        #expect(!events.isEmpty)
        #expect(events == Array(events[0]..<(events[0] + UInt64(events.count))))
    }
}
