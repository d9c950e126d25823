import RobotModel
import Testing

@testable import Coordination

/// What is put right after a step was stopped half-way.
struct CompensationTests {
    @Test func `a canceled step is followed by what puts it right, and then the task ends`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [undoable("a", "dog")]).invocations[0]
        #expect(harness.cancel("t").cancels == [order.attempt])
        let actions = harness.end(order, .failed(.canceled))
        #expect(actions.events(.repair) == ["compensate"])
        #expect(actions.invocations.map(\.skill) == ["undo"])
        #expect(harness.state("t")?.isFinal == false)
        harness.end(actions.invocations[0])
        #expect(harness.state("t") == .canceled)
    }

    @Test func `a step that ended well before the stop came needs none`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [undoable("a", "dog")]).invocations[0]
        harness.cancel("t")
        #expect(harness.end(order).invocations.isEmpty)
        #expect(harness.state("t") == .canceled)
    }

    @Test func `a step that refused to begin left nothing to put right`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [undoable("a", "dog")]).invocations[0]
        harness.cancel("t")
        #expect(harness.end(order, .failed(.rejectedBySkill)).invocations.isEmpty)
        #expect(harness.state("t") == .canceled)
    }

    @Test func `a failed task puts right the step that failed`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [undoable("a", "dog")]).invocations[0]
        let undo = harness.end(order, .failed(.unsafe)).invocations
        #expect(undo.map(\.skill) == ["undo"])
        harness.end(undo[0], .failed(.skillError))
        #expect(harness.state("t") == .failed)
    }

    @Test func `a lost robot's compensation doesn't keep its task from ending`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [undoable("a", "dog")]).invocations[0]
        harness.cancel("t")
        let undo = harness.end(order, .failed(.canceled)).invocations[0]
        harness.send(.robotLost("dog", reason: "silent"))
        harness.send(.timerFired(.attemptOverdue(undo.attempt)))
        #expect(harness.state("t") == .canceled)
    }

    @Test(arguments: [RobotVerb.takeOver, .retire])
    func `nor does one that waits for a resource on a robot that is taken away`(verb: RobotVerb) {
        var harness = CoordinationHarness()
        let other = harness.start("u", steps: [step("a", "arm", resources: ["table"])]).invocations[0]
        let order = harness.start("t", steps: [undoable("a", "dog", resources: ["table"])]).invocations[0]
        harness.cancel("t")
        #expect(harness.end(order, .failed(.canceled)).invocations.isEmpty)
        harness.administer("dog", verb)
        #expect(harness.state("t") == .canceled)
        // And its place in the resource's line is free.
        harness.finish(harness.end(other))
        #expect(harness.start("v", steps: [step("a", "arm", resources: ["table"])]).invocations.count == 1)
    }

    @Test func `nobody takes the robot while it waits to put things right`() {
        var harness = CoordinationHarness()
        let other = harness.start("u", steps: [step("a", "arm", resources: ["table"])]).invocations[0]
        let order = harness.startAsking("t", steps: [undoable("a", "dog", resources: ["table"])]).invocations[
            0]
        harness.end(order, .failed(.unsafe))
        #expect(harness.answer("t", "fail").invocations.isEmpty)
        #expect(harness.start("v", steps: [step("a", "dog", resources: ["table"])]).invocations.isEmpty)
        #expect(harness.end(other).invocations.map(\.skill) == ["undo"])
    }

    @Test func `a compensation that never answers ends by its time`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [undoable("a", "dog")]).invocations[0]
        harness.cancel("t")
        let undo = harness.end(order, .failed(.canceled)).invocations[0]
        harness.fire(.attemptOverdue(undo.attempt))
        #expect(harness.state("t") == .canceled)
    }
}
