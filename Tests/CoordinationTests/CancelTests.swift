import RobotModel
import Testing

@testable import Coordination

/// Cancel always ends, whatever the task is at.
struct CancelTests {
    @Test func `before its plan has come`() {
        var harness = CoordinationHarness()
        harness.send(.taskSubmitted("t", TaskRequest(.words("x"))))
        #expect(harness.cancel("t").archived == ["t"])
        #expect(harness.state("t") == .canceled)
        #expect(harness.propose("t", revision: 1, steps: [step("a", "dog")]).invocations.isEmpty)
    }

    @Test func `before its robots are back after a restart`() {
        var harness = CoordinationHarness()
        harness.send(.brainStarted(epoch: 2))
        harness.send(.taskSubmitted("t", TaskRequest(.words("x"))))
        #expect(harness.cancel("t").archived == ["t"])
        harness.link("dog")
        #expect(harness.link("arm").planOrders.isEmpty)
    }

    @Test func `while it awaits approval`() {
        var harness = CoordinationHarness()
        harness.start("t", steps: [step("a", "dog", risk: .high)])
        #expect(harness.cancel("t").archived == ["t"])
    }

    @Test func `while it waits for its robots, and leaves their queues`() {
        var harness = CoordinationHarness()
        let first = harness.start("u", steps: [step("a", "dog")]).invocations[0]
        harness.start("t", steps: [step("a", "dog")])
        #expect(harness.cancel("t").archived == ["t"])
        #expect(harness.machine.queue(for: "dog").isEmpty)
        harness.finish(harness.end(first))
        #expect(harness.machine.robot("dog")?.state == .available)
    }

    @Test func `while it is paused`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        harness.order("t", .pause)
        harness.end(order)
        #expect(harness.cancel("t").archived == ["t"])
    }

    @Test func `while a person is asked`() {
        var harness = CoordinationHarness()
        harness.end(harness.startAsking("t", steps: [step("a", "dog")]).invocations[0], .failed(.unsafe))
        let actions = harness.cancel("t")
        #expect(actions.archived == ["t"])
        #expect(actions.contains(.stopTimer(.questionOverdue("t", "q1"))))
    }

    @Test func `while the goal is held against memory`() {
        var harness = CoordinationHarness()
        harness.start("t", steps: [])
        #expect(harness.cancel("t").archived == ["t"])
        #expect(harness.send(.goalChecked("t", revision: 1, unmet: nil)).isEmpty)
    }

    @Test func `between two tries`() {
        var harness = CoordinationHarness()
        harness.end(harness.start("t", steps: [step("a", "dog")]).invocations[0], .failed(.skillError))
        #expect(harness.cancel("t").archived == ["t"])
        #expect(harness.fire(.retryDue("t", "a")).isEmpty)
    }

    @Test func `under the e-stop`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.send(.emergencyStopped(by: "anna", reason: "smoke"))
        harness.cancel("t")
        #expect(harness.end(order, .failed(.canceled)).archived == ["t"])
    }

    @Test func `when its robot never answers`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.cancel("t")
        #expect(harness.fire(.attemptOverdue(order.attempt)).archived == ["t"])
        #expect(harness.end(order).confirmed == [order.attempt])
    }

    @Test func `when its robot is lost and may go on without a link`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", onLinkLoss: .finish)]).invocations[0]
        harness.send(.robotLost("dog", reason: "silent"))
        harness.cancel("t")
        #expect(harness.state("t")?.isFinal == false)
        #expect(harness.fire(.attemptOverdue(order.attempt)).archived == ["t"])
    }

    @Test func `when its robot never comes back after a restart`() throws {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", onLinkLoss: .finish)]).invocations[0]
        harness.cancel("t")
        let actions = harness.send(.brainStarted(epoch: 2))
        let moment = try #require(actions.moment(of: .attemptOverdue(order.attempt)))
        harness.fire(.linkOverdue("dog"))
        harness.advance(moment - harness.now)
        #expect(harness.fire(.attemptOverdue(order.attempt)).archived == ["t"])
    }

    @Test func `when its robot comes back without the order, and nothing is sent again`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", onLinkLoss: .finish)]).invocations[0]
        harness.send(.robotLost("dog", reason: "silent"))
        harness.cancel("t")
        let actions = harness.link("dog")
        #expect(actions.invocations.isEmpty)
        #expect(actions.events(.reconnection) == ["abort"])
        #expect(actions.cancels == [order.attempt])
        #expect(actions.moment(of: .attemptOverdue(order.attempt)) == harness.now + .seconds(2))
        #expect(harness.fire(.attemptOverdue(order.attempt)).archived == ["t"])
    }

    @Test func `in the middle of a step that repeats`() {
        var harness = CoordinationHarness()
        let order = harness.start(
            "t", steps: [step("a", "dog") { $0.terms.repeats = RepeatPolicy(until: "over") }]
        )
        .invocations[0]
        harness.cancel("t")
        #expect(harness.end(order).archived == ["t"])
    }

    @Test func `a second time changes nothing, and after the end it is refused`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.cancel("t")
        #expect(harness.cancel("t").isEmpty)
        harness.end(order, .failed(.canceled))
        #expect(harness.cancel("t").refusals == [.unknownTask])
    }
}
