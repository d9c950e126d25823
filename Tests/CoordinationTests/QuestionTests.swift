import RobotModel
import Testing

@testable import Coordination

/// Questions to people: asked, answered, escalated, timed out.
struct QuestionTests {
    /// A task that asks about step `a`; `b` waits for it.
    private func asking(_ change: (inout CoordinationSettings) -> Void = { _ in }) -> CoordinationHarness {
        var harness = CoordinationHarness()
        var settings = CoordinationSettings()
        change(&settings)
        harness.send(.settingsChanged(settings))
        let order = harness.startAsking("t", steps: [step("a", "dog"), step("b", "arm", after: ["a"])])
            .invocations[0]
        harness.end(order, .failed(.unsafe))
        return harness
    }

    @Test func `a question says to whom, about what, and until when`() throws {
        let harness = asking()
        let question = try #require(harness.task("t")?.question)
        #expect(question.channel == "operators")
        #expect(question.step == "a")
        #expect(question.text == "unsafe: unsafe: no. What now?")
        #expect(question.defaultOption == "fail")
        #expect(question.dueAt == harness.now + .seconds(600))
    }

    @Test func `robots are free for others while a person is asked`() {
        var harness = asking()
        #expect(harness.start("u", steps: [step("a", "dog"), step("b", "arm")]).invocations.count == 2)
    }

    @Test func `a robot that ends its step while a person is asked is free too`() {
        var harness = CoordinationHarness()
        let orders = harness.startAsking(
            "t", steps: [step("a", "dog"), step("b", "arm"), step("c", "arm", after: ["b"])]
        ).invocations
        harness.end(orders[0], .failed(.unsafe))
        harness.end(orders[1])
        #expect(harness.start("u", steps: [step("a", "arm")]).invocations.count == 1)
    }

    @Test func `retry tries the step anew`() {
        var harness = asking()
        let orders = harness.answer("t", "retry").invocations
        #expect(orders.map(\.attempt) == [AttemptID(task: "t", step: "a", number: 2)])
    }

    @Test func `skip goes on as if the step were done, without its effects`() {
        var harness = asking()
        let actions = harness.answer("t", "skip")
        #expect(actions.claims.isEmpty)
        #expect(actions.invocations.map(\.attempt.step) == ["b"])
        #expect(harness.state("t", "a") == .skipped)
    }

    @Test func `replan plans the rest anew`() {
        var harness = asking()
        #expect(harness.answer("t", "replan").planOrders.map(\.revision) == [2])
        #expect(harness.state("t", "a") == .failed)
    }

    @Test func `fail ends the task with the step's failure, and compensates`() {
        var harness = CoordinationHarness()
        let order = harness.startAsking("t", steps: [undoable("a", "dog")]).invocations[0]
        harness.end(order, .failed(.unsafe))
        let undo = harness.answer("t", "fail").invocations
        #expect(undo.map(\.skill) == ["undo"])
        harness.end(undo[0])
        #expect(harness.state("t") == .failed)
        #expect(harness.task("t")?.failure?.code == .unsafe)
    }

    @Test func `the default is taken when nobody answers`() {
        var harness = asking()
        harness.advance(.seconds(600))
        let actions = harness.fire(.questionOverdue("t", "q1"))
        #expect(actions.notes(.question) == ["fail, says default: nobody answered"])
        #expect(harness.state("t") == .failed)
    }

    @Test func `a second channel is asked before the default is taken`() {
        var harness = asking { $0.questions.escalation = "bosses" }
        harness.advance(.seconds(600))
        let actions = harness.fire(.questionOverdue("t", "q1"))
        #expect(actions.events(.question) == ["escalated"])
        #expect(actions.moment(of: .questionOverdue("t", "q1")) == harness.now + .seconds(600))
        #expect(harness.task("t")?.question?.channel == "bosses")
        harness.fire(.questionOverdue("t", "q1"))
        #expect(harness.state("t") == .failed)
    }

    @Test func `a default that isn't among the options fails the task`() {
        let harness = asking { $0.questions.defaultOption = "nonsense" }
        #expect(harness.task("t")?.question?.defaultOption == "fail")
    }

    @Test func `a question outlives a restart of the brain, with its time`() throws {
        var harness = asking()
        let due = try #require(harness.task("t")?.question?.dueAt)
        harness.advance(.seconds(30))
        let actions = harness.send(.brainStarted(epoch: 2))
        #expect(actions.moment(of: .questionOverdue("t", "q1")) == due)
        harness.link("dog")
        harness.link("arm")
        #expect(harness.answer("t", "retry").invocations.count == 1)
    }

    @Test func `an answer that isn't an option, or to no open question, is refused`() {
        var harness = asking()
        #expect(harness.answer("t", "perhaps").refusals == [.invalidAnswer])
        #expect(
            harness.send(.questionAnswered("t", "q9", answer: "fail", .anna)).refusals == [.unknownQuestion])
        #expect(harness.task("t")?.question != nil)
    }

    @Test func `the same answer under the same key counts once`() {
        var harness = asking()
        let answer = CoordinationInput.questionAnswered(
            "t", "q1", answer: "retry", PersonOrder(by: "anna", key: "k"))
        #expect(harness.send(answer).invocations.count == 1)
        #expect(harness.send(answer).isEmpty)
    }

    @Test func `what fails while a person is asked is planned for after the answer`() {
        var harness = CoordinationHarness()
        let orders = harness.startAsking("t", steps: [step("a", "dog"), step("b", "arm", retries: 1)])
            .invocations
        harness.end(orders[0], .failed(.unsafe))
        #expect(harness.end(orders[1], .failed(.skillError)).planOrders.isEmpty)
        #expect(harness.task("t")?.question != nil)
        #expect(harness.answer("t", "retry").planOrders.map(\.revision) == [2])
    }

    @Test func `an answer to a paused task waits for it to be resumed, and blocks nobody`() {
        var harness = asking()
        harness.order("t", .pause)
        #expect(harness.answer("t", "retry").invocations.isEmpty)
        #expect(harness.start("u", steps: [step("a", "dog")]).invocations.count == 1)
        #expect(harness.machine.queue(for: "dog").isEmpty)
    }
}

/// A step whose stop is followed by `undo`.
func undoable(_ id: StepID, _ robot: RobotID, resources: [String] = []) -> PlanStep {
    step(id, robot) {
        $0.terms.cancel = .compensate("undo")
        $0.terms.compensation = Compensation(skill: "undo", resources: resources)
    }
}
