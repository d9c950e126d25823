import RobotModel
import Testing

@testable import Coordination

/// Each rung of the repair ladder, with its reason in the events.
struct LadderTests {
    @Test func `the first rung is told with the attempt and its failure`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        let actions = harness.end(order, .failed(.skillError))
        #expect(actions.events(.repair) == ["retry"])
        #expect(actions.notes(.repair) == ["attempt 1 of 2 failed: skillError: no"])
    }

    @Test func `back-off grows with the tries`() {
        var harness = CoordinationHarness()
        var order = harness.start("t", steps: [step("a", "dog", retries: 4)]).invocations[0]
        var waits: [Duration] = []
        for _ in 1...3 {
            let moment = harness.end(order, .failed(.resourceConflict)).moment(of: .retryDue("t", "a"))
            waits.append((moment ?? harness.now) - harness.now)
            order = harness.fire(.retryDue("t", "a")).invocations[0]
        }
        #expect(waits == [.milliseconds(500), .seconds(1), .milliseconds(1_500)])
    }

    @Test func `what is taken is left alone for longer each time, also without a back-off`() {
        var harness = CoordinationHarness()
        let hasty = step("a", "dog") { $0.terms.retry = RetryPolicy(attempts: 1, backoffSeconds: 0) }
        var order = harness.start("t", steps: [hasty]).invocations[0]
        var waits: [Duration] = []
        while let moment = harness.end(order, .failed(.resourceConflict)).moment(of: .retryDue("t", "a")) {
            waits.append(moment - harness.now)
            order = harness.fire(.retryDue("t", "a")).invocations[0]
        }
        #expect(waits == [100, 200, 400, 800, 1600, 3200, 3200].map { .milliseconds($0) })
    }

    @Test func `the second rung avoids the call and says which one`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", retries: 1)]).invocations[0]
        let actions = harness.end(order, .failed(.skillError))
        #expect(actions.events(.repair) == ["replan"])
        #expect(actions.notes(.repair) == ["dog: work() failed: skillError: no"])
        #expect(actions.planOrders.map(\.excluded) == [[SkillCall(skill: "work", robot: "dog")]])
    }

    @Test(arguments: [FailureCode.conditionUnmet, .robotLost, .canceled])
    func `what circumstances hindered isn't avoided the next time`(code: FailureCode) {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        #expect(harness.end(order, .failed(code)).planOrders.map(\.excluded) == [[]])
    }

    @Test func `the third rung asks a person, where the task wants that`() {
        var harness = CoordinationHarness()
        let order = harness.startAsking("t", steps: [step("a", "dog")]).invocations[0]
        let actions = harness.end(order, .failed(.unsafe))
        #expect(actions.events(.question) == ["asked"])
        #expect(harness.task("t")?.question?.options == ["retry", "skip", "replan", "fail"])
        #expect(harness.state("t") == .paused)
    }

    @Test func `the last rung fails the task with the cause and stops what runs`() {
        var harness = CoordinationHarness()
        let orders = harness.start("t", steps: [step("a", "dog"), step("b", "arm")]).invocations
        let actions = harness.end(orders[0], .failed(.unsafe))
        #expect(actions.cancels == [orders[1].attempt])
        harness.end(orders[1], .failed(.canceled))
        #expect(harness.state("t") == .failed)
        #expect(harness.task("t")?.failure?.code == .unsafe)
    }

    @Test func `a step that finds its resource taken again and again isn't tried for ever`() {
        var harness = CoordinationHarness()
        var order = harness.start("t", steps: [step("a", "dog", retries: 1)]).invocations[0]
        var tries = 1
        while harness.end(order, .failed(.resourceConflict)).planOrders.isEmpty {
            order = harness.fire(.retryDue("t", "a")).invocations[0]
            tries += 1
        }
        #expect(tries == Int(RepairLadder.mostConflicts))
    }

    @Test func `an absurd back-off is bounded`() {
        var harness = CoordinationHarness()
        let order = harness.start(
            "t",
            steps: [step("a", "dog") { $0.terms.retry = RetryPolicy(attempts: 2, backoffSeconds: 1e300) }]
        ).invocations[0]
        let moment = harness.end(order, .failed(.skillError)).moment(of: .retryDue("t", "a"))
        #expect(moment == harness.now + .seconds(86_400))
    }
}
