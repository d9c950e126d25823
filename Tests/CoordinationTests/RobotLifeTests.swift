import RobotModel
import Testing

@testable import Coordination

struct RobotLifeTests {
    @Test func `a lost robot's step is planned for anew, without the robot`() {
        var harness = CoordinationHarness()
        let steps = [step("a", "dog"), step("b", "dog", after: ["a"])]
        harness.accept(harness.start("t", steps: steps).invocations[0])
        let actions = harness.send(.robotLost("dog", reason: "silent"))
        #expect(actions.planOrders.map(\.unavailable) == [["dog": "lost"]])
        #expect(harness.state("t", "a") == .failed)
        #expect(harness.machine.robot("dog")?.state == .lost)
    }

    @Test func `an order that may still be on its way is given to nobody else`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        let lost = harness.send(.robotLost("dog", reason: "silent"))
        #expect(
            lost.planOrders.isEmpty
                && lost.contains {
                    if case .startTimer(.attemptOverdue(order.attempt), _) = $0 { true } else { false }
                })
        #expect(harness.state("t", "a") == .lost)
        // It is back so soon that the order reached it.
        let back = harness.send(.robotLinked(harness.description("dog"), running: []))
        #expect(back.invocations.map(\.token) == [order.token])
        harness.accept(order)
        #expect(harness.end(order).goalChecks == ["t"])
    }

    @Test(arguments: [RobotVerb.drain, .maintain])
    func `an order that the robot never had isn't sent again once nothing is to begin on it`(verb: RobotVerb)
    {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.send(.brainStarted(epoch: 2))
        harness.send(.robotAdministered("dog", verb, by: "ben", reason: ""))
        let back = harness.send(.robotLinked(harness.description("dog"), running: []))
        #expect(back.invocations.isEmpty && back.events(.reconnection) == ["abort"])
        harness.send(.timerFired(.attemptOverdue(order.attempt)))
        #expect(harness.state("t", "a") == .canceled)
        #expect(harness.state("t") == .planning)
    }

    @Test func `an order that may have been on its way is given up after the grace`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.send(.robotLost("dog", reason: "silent"))
        let actions = harness.send(.timerFired(.attemptOverdue(order.attempt)))
        #expect(actions.planOrders.map(\.unavailable) == [["dog": "lost"]])
        #expect(harness.task("t")?.failure?.code == .robotLost)
    }

    @Test func `work that may go on without a link is waited for`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", onLinkLoss: .finish)]).invocations[0]
        #expect(harness.send(.robotLost("dog", reason: "silent")).planOrders.isEmpty)
        #expect(harness.state("t", "a") == .lost)
        harness.send(.robotLinked(harness.description("dog"), running: [order.attempt]))
        #expect(harness.state("t", "a") == .running)
        #expect(harness.end(order).goalChecks == ["t"])
    }

    @Test func `work that nobody hears of again ends with its time-out`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", onLinkLoss: .continue)]).invocations[0]
        harness.send(.robotLost("dog", reason: "silent"))
        let actions = harness.send(.timerFired(.attemptOverdue(order.attempt)))
        #expect(harness.task("t")?.failure?.code == .robotLost)
        #expect(actions.planOrders.count == 1)
    }

    @Test func `after a restart an order that the robot never had is sent again, as it was`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.send(.brainStarted(epoch: 2))
        #expect(harness.state("t", "a") == .lost)
        let actions = harness.send(.robotLinked(harness.description("dog"), running: []))
        #expect(actions.invocations == [order])
    }

    @Test func `after a restart an order that the robot is at isn't sent again`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.send(.brainStarted(epoch: 2))
        let actions = harness.send(.robotLinked(harness.description("dog"), running: [order.attempt]))
        #expect(actions.invocations.isEmpty)
        #expect(harness.state("t", "a") == .running)
        #expect(harness.end(order).goalChecks == ["t"])
    }

    @Test func `planning waits for the robots to come back after a restart, but not for ever`() {
        var harness = CoordinationHarness()
        harness.send(.brainStarted(epoch: 2))
        #expect(harness.send(.taskSubmitted("t", TaskRequest(.words("x")))).planOrders.isEmpty)
        #expect(harness.send(.robotLinked(harness.description("dog"), running: [])).planOrders.isEmpty)
        let orders = harness.send(.timerFired(.linkOverdue("arm"))).planOrders
        #expect(orders.map(\.unavailable) == [["arm": "lost"]])
    }

    @Test func `a robot that is still at what was given up is told to stop`() {
        var harness = CoordinationHarness()
        let old = AttemptID(task: "gone", step: "a", number: 1)
        let actions = harness.send(.robotLinked(harness.description("dog"), running: [old]))
        #expect(actions.cancels == [old])
    }

    @Test func `draining finishes what runs and takes no more`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.send(.robotAdministered("dog", .drain, by: "anna"))
        #expect(harness.end(order).goalChecks == ["t"])
        let orders = harness.start("u", steps: [step("a", "dog")])
        #expect(orders.invocations.isEmpty)
        #expect(orders.planOrders.map(\.unavailable) == [["dog": "draining"]])
        harness.send(.robotAdministered("dog", .resume, by: "anna"))
        #expect(harness.machine.robot("dog")?.state == .available)
    }
}
