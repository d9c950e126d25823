import RobotModel
import Testing

@testable import Coordination

/// Pause and resume, in every state.
struct PauseTests {
    @Test func `what runs goes on, nothing new starts, and resume goes on where it was`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        #expect(harness.order("t", .pause).cancels.isEmpty)
        #expect(harness.state("t") == .paused)
        #expect(harness.end(order).invocations.isEmpty)
        #expect(harness.order("t", .resume).invocations.map(\.attempt.step) == ["b"])
    }

    @Test func `while it is planned, the plan is taken up and waits`() {
        var harness = CoordinationHarness()
        harness.send(.taskSubmitted("t", TaskRequest(.words("x"))))
        harness.order("t", .pause)
        #expect(harness.propose("t", revision: 1, steps: [step("a", "dog")]).invocations.isEmpty)
        #expect(harness.order("t", .resume).invocations.count == 1)
    }

    @Test func `resumed before the plan has come, it runs when it comes`() {
        var harness = CoordinationHarness()
        harness.send(.taskSubmitted("t", TaskRequest(.words("x"))))
        harness.order("t", .pause)
        harness.order("t", .resume)
        #expect(harness.propose("t", revision: 1, steps: [step("a", "dog")]).invocations.count == 1)
    }

    @Test func `while it awaits approval, both are needed, in either order`() {
        for approvesFirst in [true, false] {
            var harness = CoordinationHarness()
            harness.start("t", steps: [step("a", "dog", risk: .high)])
            harness.order("t", .pause)
            let approval = CoordinationInput.approvalAnswered("t", approved: true, by: "anna")
            let resume = CoordinationInput.taskOrdered("t", .resume, .anna)
            #expect(harness.send(approvesFirst ? approval : resume).invocations.isEmpty)
            #expect(harness.send(approvesFirst ? resume : approval).invocations.count == 1)
        }
    }

    @Test func `while it waits for robots it lets others go first, and is planned anew`() {
        var harness = CoordinationHarness()
        let first = harness.start("u", steps: [step("a", "dog")]).invocations[0]
        harness.start("t", steps: [step("a", "dog")])
        harness.order("t", .pause)
        harness.finish(harness.end(first))
        #expect(harness.start("v", steps: [step("a", "dog")]).invocations.count == 1)
        #expect(harness.order("t", .resume).planOrders.map(\.revision) == [2])
    }

    @Test func `a failure meanwhile is planned for when it goes on`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", retries: 1)]).invocations[0]
        harness.order("t", .pause)
        #expect(harness.end(order, .failed(.skillError)).planOrders.isEmpty)
        #expect(harness.order("t", .resume).planOrders.count == 1)
    }

    @Test func `a plan that was in the making when something failed isn't taken up`() {
        var harness = CoordinationHarness()
        let orders = harness.start("t", steps: [step("a", "dog", retries: 1), step("b", "arm", retries: 1)])
            .invocations
        harness.end(orders[0], .failed(.skillError))
        harness.order("t", .pause)
        harness.end(orders[1], .failed(.skillError))
        #expect(harness.propose("t", revision: 2, steps: [step("c", "dog", after: ["b"])]).isEmpty)
        #expect(harness.order("t", .resume).planOrders.count == 1)
    }

    @Test func `a back-off that ends meanwhile starts nothing`() {
        var harness = CoordinationHarness()
        harness.end(harness.start("t", steps: [step("a", "dog")]).invocations[0], .failed(.skillError))
        harness.order("t", .pause)
        #expect(harness.fire(.retryDue("t", "a")).invocations.isEmpty)
        #expect(harness.order("t", .resume).invocations.map(\.attempt.number) == [2])
    }

    @Test func `resumed while robots come back after a restart, it goes on when they are there`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        harness.order("t", .pause)
        harness.end(order)
        harness.send(.brainStarted(epoch: 2))
        #expect(harness.order("t", .resume).invocations.isEmpty)
        harness.link("dog")
        #expect(harness.link("arm").invocations.map(\.attempt.step) == ["b"])
    }

    @Test func `it stays paused over a restart of the brain`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        harness.order("t", .pause)
        harness.send(.brainStarted(epoch: 2))
        harness.link("dog", running: [order.attempt])
        harness.link("arm")
        #expect(harness.end(order).invocations.isEmpty)
        #expect(harness.task("t")?.note == "paused by anna: because")
    }

    @Test func `pausing twice is once, and resuming what isn't paused is refused`() {
        var harness = CoordinationHarness()
        harness.start("t", steps: [step("a", "dog")])
        harness.order("t", .pause)
        #expect(harness.order("t", .pause).events(.task).isEmpty)
        harness.order("t", .resume)
        #expect(harness.order("t", .resume).refusals == [.wrongState])
    }
}
