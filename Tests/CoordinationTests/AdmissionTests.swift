import RobotModel
import Testing

@testable import Coordination

struct AdmissionTests {
    @Test func `two tasks never share a robot, and the second is planned again when it gets in`() {
        var harness = CoordinationHarness()
        let first = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        #expect(harness.start("u", steps: [step("a", "dog")]).invocations.isEmpty)
        let second = harness.end(first).invocations[0]
        #expect(second.attempt.task == "t")
        let actions = harness.end(second)
        #expect(actions.planOrders.map(\.task) == ["u"])
        #expect(harness.propose("u", revision: 2, steps: [step("r2", "dog")]).invocations.count == 1)
    }

    @Test func `tasks on different robots run at the same time`() {
        var harness = CoordinationHarness()
        #expect(harness.start("t", steps: [step("a", "dog")]).invocations.count == 1)
        #expect(harness.start("u", steps: [step("a", "arm")]).invocations.count == 1)
    }

    @Test func `a waiting task's robots go to no later task, so that it gets its turn`() {
        var harness = CoordinationHarness()
        let first = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.start("both", steps: [step("a", "dog"), step("b", "arm")])
        #expect(harness.start("late", steps: [step("a", "arm")]).invocations.isEmpty)
        let actions = harness.end(first)
        #expect(actions.planOrders.map(\.task) == ["both"])
    }

    @Test func `a greater priority goes first`() {
        var harness = CoordinationHarness()
        let first = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.start("low", steps: [step("a", "dog")])
        harness.start("high", priority: 5, steps: [step("a", "dog")])
        #expect(harness.end(first).planOrders.map(\.task) == ["high"])
    }

    @Test func `a resource is held by one step at a time`() {
        var harness = CoordinationHarness()
        let orders = harness.start(
            "t", steps: [step("a", "dog", resources: ["table"]), step("b", "arm", resources: ["table"])]
        ).invocations
        #expect(orders.map(\.attempt.step) == ["a"])
        #expect(harness.end(orders[0]).invocations.map(\.attempt.step) == ["b"])
    }

    @Test func `a plan with a robot that was lost while it was made is made again`() {
        var harness = CoordinationHarness()
        harness.send(.taskSubmitted("t", TaskRequest(.words("x"))))
        harness.send(.robotLost("dog", reason: "silent"))
        let actions = harness.propose("t", revision: 1, steps: [step("a", "dog")])
        #expect(actions.planOrders.map(\.revision) == [2])
    }
}
