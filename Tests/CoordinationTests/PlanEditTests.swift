import RobotModel
import Testing

@testable import Coordination

/// A person's changes to what hasn't begun.
struct PlanEditTests {
    private func running(_ steps: [PlanStep]? = nil) -> (CoordinationHarness, Invocation) {
        var harness = CoordinationHarness(robots: ["dog", "arm", "cat"])
        let usual = [step("a", "dog"), step("b", "arm", after: ["a"])]
        let order = harness.start("t", steps: steps ?? usual).invocations[0]
        return (harness, order)
    }

    private func edit(_ kind: PlanEdit.Kind, _ steps: [PlanStep] = [], removed: [StepID] = [])
        -> CoordinationInput
    {
        .planEdited("t", PlanEdit(kind: kind, revision: 1, steps: steps, removed: removed), .anna)
    }

    @Test func `a reassigned step runs on its new robot, and the old one is free`() {
        var (harness, order) = running()
        harness.send(edit(.reassign, [step("b", "cat", after: ["a"])]))
        #expect(harness.start("u", steps: [step("a", "arm")]).invocations.count == 1)
        #expect(harness.end(order).invocations.map(\.robot) == ["cat"])
    }

    @Test func `a step that was ready on one robot is sent to the other alone`() {
        var (harness, order) = running([step("a", "dog"), step("b", "dog"), step("c", "dog", after: ["b"])])
        harness.send(edit(.reassign, [step("b", "arm")]))
        #expect(harness.machine.roster["arm"]?.attempt?.step == "b")
        #expect(harness.end(order).invocations.isEmpty)
        #expect(harness.machine.roster["dog"]?.attempt == nil)
    }

    @Test func `no step is made to wait for one that has failed`() {
        var (harness, order) = running([step("a", "dog", retries: 1), step("b", "arm", after: ["a"])])
        harness.end(order, .failed(Failure(.unreachable, "far")))
        harness.propose("t", revision: 2, steps: [step("c", "dog")])
        let insertion = PlanEdit(kind: .insert, revision: 2, steps: [step("d", "arm", after: ["a"])])
        let actions = harness.send(.planEdited("t", insertion, .anna))
        #expect(
            actions.contains {
                if case .refuse(let refusal) = $0 { refusal.code == .wrongState } else { false }
            })
        #expect(harness.state("t", "d") == nil)
    }

    @Test func `arguments are changed before the step begins`() {
        var (harness, order) = running()
        harness.send(edit(.edit, [step("b", "arm", after: ["a"]) { $0.arguments = ["n": .number(7)] }]))
        #expect(harness.end(order).invocations.map(\.arguments) == [["n": .number(7)]])
    }

    @Test func `an inserted step comes between`() {
        var (harness, order) = running()
        harness.send(edit(.insert, [step("new", "cat", after: ["a"]), step("b", "arm", after: ["new"])]))
        let new = harness.end(order).invocations
        #expect(new.map(\.attempt.step) == ["new"])
        #expect(harness.end(new[0]).invocations.map(\.attempt.step) == ["b"])
    }

    @Test func `a step inserted while the goal is held against memory runs before the end`() {
        var (harness, order) = running([step("a", "dog")])
        harness.end(order)
        let new = harness.send(edit(.insert, [step("new", "cat", after: ["a"])])).invocations
        harness.send(.goalChecked("t", revision: 1, unmet: nil))
        #expect(harness.state("t") == .running)
        #expect(harness.end(new[0]).goalChecks == ["t"])
    }

    @Test func `an edit for an older plan is refused`() {
        var (harness, order) = running([step("a", "dog", retries: 1)])
        harness.end(order, .failed(.skillError))
        harness.propose("t", revision: 2, steps: [step("r", "dog"), step("s", "dog", after: ["r"])])
        #expect(harness.send(edit(.remove, removed: ["s"])).refusals == [.stalePlan])
        #expect(harness.state("t", "s") == .blocked)
    }

    @Test func `edits of what has begun, of what isn't there, or for robots nobody knows are refused`() {
        var (harness, _) = running()
        #expect(harness.send(edit(.remove, removed: ["a"])).refusals == [.wrongState])
        #expect(harness.send(edit(.remove, removed: ["x"])).refusals == [.unknownStep])
        #expect(harness.send(edit(.insert, [step("new", "cat", after: ["x"])])).refusals == [.unknownStep])
        #expect(harness.send(edit(.reassign, [step("b", "nobody")])).refusals == [.unknownRobot])
    }

    @Test func `a person's change isn't planned away while it waits for its robot`() {
        var (harness, order) = running()
        let other = harness.start("u", steps: [step("a", "cat")]).invocations[0]
        harness.send(edit(.reassign, [step("b", "cat", after: ["a"])]))
        harness.end(order)
        harness.end(other)
        let actions = harness.send(.goalChecked("u", revision: 1, unmet: nil))
        #expect(actions.planOrders.isEmpty)
        #expect(harness.machine.roster["cat"]?.attempt?.step == "b")
    }

    @Test func `paused, edited and resumed, a task that waited for its robots runs as edited`() {
        var harness = CoordinationHarness()
        let other = harness.start("u", steps: [step("a", "dog")]).invocations[0]
        harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])])
        harness.order("t", .pause)
        harness.send(edit(.remove, removed: ["b"]))
        harness.finish(harness.end(other))
        #expect(harness.order("t", .resume).invocations.map(\.attempt.step) == ["a"])
    }

    @Test func `what is planned anew as soon as it goes on can't be edited before`() {
        var (harness, order) = running([step("a", "dog", retries: 1), step("b", "dog", after: ["a"])])
        harness.order("t", .pause)
        harness.end(order, .failed(.skillError))
        #expect(harness.send(edit(.insert, [step("new", "cat")])).refusals == [.wrongState])
    }

    @Test func `a step in its back-off can be given to another robot`() {
        var (harness, order) = running()
        harness.end(order, .failed(.skillError))
        let moved = harness.send(edit(.reassign, [step("a", "cat")])).invocations
        #expect(moved.map(\.robot) == ["cat"])
        #expect(harness.fire(.retryDue("t", "a")).invocations.isEmpty)
        // A late word of the first attempt is confirmed to the robot that had it.
        let late = harness.send(.attemptEnded(order.attempt, order.token, .succeeded))
        #expect(late.invocations.isEmpty)
    }
}
