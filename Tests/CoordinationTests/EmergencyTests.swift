import RobotModel
import Testing

@testable import Coordination

/// The e-stop as the core sees it.
struct EmergencyTests {
    private func stopped() -> (CoordinationHarness, Invocation, [CoordinationAction]) {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        let actions = harness.send(.emergencyStopped(by: "anna", reason: "smoke"))
        return (harness, order, actions)
    }

    @Test func `every task is paused, what runs is stopped, and it is told`() {
        let (harness, order, actions) = stopped()
        #expect(actions.cancels == [order.attempt])
        #expect(actions.events(.emergency) == ["stopped"])
        #expect(harness.state("t") == .paused)
        #expect(harness.machine.emergency?.by == "anna")
    }

    @Test func `nothing is sent while it is latched, whatever comes in`() {
        var (harness, order, _) = stopped()
        #expect(harness.end(order).invocations.isEmpty)
        #expect(harness.start("u", steps: [step("a", "arm")]).invocations.isEmpty)
        #expect(harness.order("t", .resume).refusals == [.emergency])
        #expect(harness.link("arm").invocations.isEmpty)
        harness.send(.brainStarted(epoch: 2))
        harness.link("dog")
        #expect(harness.link("arm").invocations.isEmpty)
        #expect(harness.machine.emergency != nil)
    }

    @Test func `after the release tasks stay paused until somebody resumes them`() {
        var (harness, order, _) = stopped()
        harness.end(order)
        #expect(harness.send(.emergencyReleased(by: "anna", reason: "fog")).invocations.isEmpty)
        #expect(harness.state("t") == .paused)
        #expect(harness.order("t", .resume).invocations.map(\.attempt.step) == ["b"])
    }

    @Test func `what it stopped is planned anew when its task goes on`() {
        var (harness, order, _) = stopped()
        #expect(harness.end(order, .failed(.canceled)).planOrders.isEmpty)
        harness.send(.emergencyReleased(by: "anna", reason: "fog"))
        #expect(harness.order("t", .resume).planOrders.map(\.revision) == [2])
    }

    @Test func `what came meanwhile begins with the release`() {
        var (harness, _, _) = stopped()
        harness.start("u", steps: [step("a", "arm")])
        let actions = harness.send(.emergencyReleased(by: "anna", reason: "fog"))
        #expect(actions.invocations.map(\.attempt.task) == ["u"])
    }

    @Test func `what it stopped doesn't count against a skill`() {
        var (harness, order, _) = stopped()
        harness.send(.settingsChanged(CoordinationSettings(breakerFailures: 1)))
        harness.end(order, .failed(.skillError))
        #expect(harness.machine.roster.suspended == [:])
    }

    @Test func `a plan that counted on what it stopped isn't taken up`() {
        var harness = CoordinationHarness()
        let orders = harness.start("t", steps: [step("a", "dog", retries: 1), step("b", "arm")]).invocations
        harness.end(orders[0], .failed(.unreachable))
        harness.send(.emergencyStopped(by: "anna", reason: "smoke"))
        harness.end(orders[1], .failed(.canceled))
        #expect(harness.propose("t", revision: 2, steps: [step("c", "dog", after: ["b"])]).isEmpty)
        harness.send(.emergencyReleased(by: "anna", reason: "fog"))
        #expect(harness.order("t", .resume).planOrders.count == 1)
    }

    @Test func `a second press is told and changes nothing, and a release of nothing is nothing`() {
        var (harness, _, _) = stopped()
        let first = harness.machine.emergency
        harness.send(.emergencyStopped(by: "berta", reason: "fire"))
        #expect(harness.machine.emergency == first)
        harness.send(.emergencyReleased(by: "anna", reason: "fog"))
        #expect(harness.send(.emergencyReleased(by: "anna", reason: "fog")).isEmpty)
    }
}
