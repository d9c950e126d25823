import RobotModel
import Testing

@testable import Coordination

/// Ways in which a task could have stood still for ever, or gone on for ever.
struct LivenessTests {
    @Test func `a removed step no longer holds up what waited for it`() throws {
        var harness = CoordinationHarness()
        let first = harness.start(
            "t", steps: [step("a", "dog"), step("b", "dog", after: ["a"]), step("c", "dog", after: ["b"])])
        harness.send(
            .planEdited("t", PlanEdit(kind: .remove, revision: 1, removed: ["b"]), PersonOrder(by: "anna")))
        let next = harness.end(try #require(first.invocations.first)).invocations
        #expect(next.map(\.attempt.step) == ["c"])
    }

    @Test func `a step that repeats goes on while the rest is planned anew`() throws {
        var harness = CoordinationHarness()
        var count = step("count", "dog")
        count.arguments = ["n": .number(2)]
        count.terms.repeats = RepeatPolicy(until: "done")
        let first = harness.start("t", steps: [count, step("after", "arm", after: ["count"])])
        harness.send(.robotLost("arm", reason: "gone"))
        #expect(harness.state("t") == .planning)
        let round = AttemptOutcome.succeeded(
            returns: ["n": .number(1), "done": .boolean(false)], observed: [])
        let second = harness.end(try #require(first.invocations.first), round).invocations
        #expect(second.map(\.arguments) == [["n": .number(1)]])
        harness.propose("t", revision: 2, steps: [step("r2-after", "dog", after: ["count"])])
        let last = AttemptOutcome.succeeded(returns: ["n": .number(0), "done": .boolean(true)], observed: [])
        let next = harness.end(try #require(second.first), last).invocations
        #expect(next.map(\.attempt.step) == ["r2-after"])
    }

    @Test func `defaults don't keep a task going for ever`() throws {
        var harness = CoordinationHarness()
        var settings = CoordinationSettings()
        settings.questions = QuestionPolicy(timeout: .seconds(10), defaultOption: "replan")
        harness.send(.settingsChanged(settings))
        harness.send(.taskSubmitted("t", TaskRequest(.words("do it"), asksPeople: true)))
        let order = try #require(
            harness.propose("t", revision: 1, steps: [step("a", "dog")]).invocations.first)
        var questions = 0
        for _ in 1...40 where harness.state("t")?.isFinal == false {
            if harness.state("t") == .planning {
                harness.send(
                    .planRefused(
                        "t", revision: harness.task("t")?.revision ?? 0, Rejection(.unreachableGoal, "no way")
                    ))
            } else if let question = harness.machine.task("t")?.question {
                questions += 1
                harness.send(.timerFired(.questionOverdue("t", question.id)))
            } else {
                harness.send(.taskOrdered("t", .replan, PersonOrder(by: "anna")))
            }
        }
        harness.end(order, .failed(Failure(.canceled, "stopped")))
        #expect(questions == 4)
        #expect(harness.state("t") == .failed)
    }
}
