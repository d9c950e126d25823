import RobotModel
import Testing

@testable import Coordination

/// Planning the rest anew while robots are at work.
struct ReplanningTests {
    /// A task with a step that failed for good on dog and one that runs on arm.
    private func halfWay(_ harness: inout CoordinationHarness, asking: Bool = false) -> Invocation {
        let steps = [step("a", "dog", retries: 1), step("b", "arm"), step("c", "dog", after: ["b"])]
        let orders = (asking ? harness.startAsking("t", steps: steps) : harness.start("t", steps: steps))
            .invocations
        harness.end(orders[0], .failed(.unreachable))
        return orders[1]
    }

    @Test func `what waited is given up, what runs goes on and keeps its robot`() {
        var harness = CoordinationHarness()
        _ = halfWay(&harness)
        #expect(harness.state("t") == .planning)
        #expect(harness.state("t", "c") == .canceled)
        #expect(harness.state("t", "b") == .assigned)
        #expect(harness.machine.roster["arm"]?.holder == "t")
    }

    @Test func `a step that succeeds during planning is known to be over when the plan comes`() {
        var harness = CoordinationHarness()
        let running = halfWay(&harness)
        harness.end(running)
        let adopted = harness.propose("t", revision: 2, steps: [step("r2a", "dog", after: ["b"])])
        #expect(adopted.invocations.map(\.attempt.step) == ["r2a"])
    }

    @Test func `a step that is to be retried during planning isn't: the plan is made again`() {
        var harness = CoordinationHarness()
        let running = halfWay(&harness)
        let actions = harness.end(running, .failed(.skillError))
        #expect(actions.planOrders.map(\.revision) == [3])
        #expect(actions.planOrders.map(\.running) == [[]])
        #expect(harness.propose("t", revision: 2, steps: [step("x", "dog", after: ["b"])]).isEmpty)
    }

    @Test func `a plan whose step waits for a failed one is refused, not waited for`() {
        var harness = CoordinationHarness()
        let running = halfWay(&harness)
        harness.end(running, .failed(.skillError))
        harness.propose("t", revision: 3, steps: [step("x", "dog", after: ["b"])])
        #expect(harness.state("t") == .failed)
    }

    @Test(arguments: [
        [step("a", "dog"), step("a", "arm")], [step("a", "dog", after: ["b"]), step("b", "dog")],
        [step("a", "dog", after: ["a"])], [step("a", "dog", after: ["nonsense"])], [step("a", "nobody")],
    ])
    func `nonsense in a plan is refused with the step's name`(steps: [PlanStep]) {
        var harness = CoordinationHarness()
        harness.start("t", steps: steps)
        #expect(harness.state("t") == .rejected)
        #expect(harness.task("t")?.rejection?.code == .invalidPlan)
        #expect(harness.task("t")?.rejection?.message.contains("a") == true)
    }

    @Test func `a workflow is told which of its steps are over and which run`() {
        var harness = CoordinationHarness()
        let workflow = Workflow(steps: ["a", "b", "c"].map { WorkflowStep(id: $0, skill: "work") })
        harness.send(.taskSubmitted("t", TaskRequest(.workflow(workflow))))
        let steps = [step("a", "dog"), step("b", "arm"), step("c", "dog", after: ["a"], retries: 1)]
        let orders = harness.propose("t", revision: 1, steps: steps).invocations
        let third = harness.end(orders[0]).invocations[0]
        let plan = harness.end(third, .failed(.skillError)).planOrders[0]
        #expect(plan.finished == ["a"])
        #expect(plan.running.map(\.id) == ["b"])
        #expect(plan.ask == .workflow(workflow))
    }

    @Test func `a step that runs while its plan awaits approval is still retried`() {
        var harness = CoordinationHarness()
        let running = halfWay(&harness)
        harness.propose("t", revision: 2, steps: [step("r2a", "dog", risk: .high)])
        #expect(harness.state("t") == .awaitingApproval)
        harness.end(running, .failed(.skillError))
        harness.fire(.retryDue("t", "b"))
        let approved = harness.send(.approvalAnswered("t", approved: true, by: "anna")).invocations
        #expect(Set(approved.map(\.attempt.step)) == ["r2a", "b"])
    }

    @Test func `what awaits approval isn't begun by answering a question`() {
        var harness = CoordinationHarness()
        let running = halfWay(&harness, asking: true)
        harness.propose("t", revision: 2, steps: [step("r2a", "dog", risk: .high)])
        harness.end(running, .failed(.unsafe))
        #expect(harness.task("t")?.question?.options == ["replan", "fail"])
        #expect(harness.answer("t", "replan").invocations.isEmpty)
        #expect(harness.state("t", "r2a") == .canceled)
    }

    @Test func `a goal isn't held reached because the rest was never planned`() {
        var harness = CoordinationHarness()
        let running = halfWay(&harness, asking: true)
        harness.end(running, .failed(.unsafe))
        #expect(harness.task("t")?.question?.options == ["replan", "fail"])
        let actions = harness.answer("t", "replan")
        #expect(actions.goalChecks.isEmpty)
        #expect(actions.planOrders.count == 1)
    }
}

/// Which of a goal's stages are left to plan for.
struct StageTests {
    private let aims = ["a", "b", "c"].map { GoalStage(.perform(SkillCall(skill: SkillName($0)))) }

    private func start(_ steps: [(StepID, RobotID, Int)], _ harness: inout CoordinationHarness)
        -> [Invocation]
    {
        harness.send(.taskSubmitted("t", TaskRequest(.words("a, then b, then c"))))
        let steps = steps.map { id, robot, stage in step(id, robot, retries: 1) { $0.stage = stage } }
        return harness.send(
            .planProposed("t", revision: 1, goal: Goal(stages: aims), plan: Plan(steps: steps))
        ).invocations
    }

    @Test func `a stage whose step runs counts as done for the plan, and open when the step fails`() {
        var harness = CoordinationHarness()
        let orders = start([("s0", "arm", 0), ("s1", "dog", 1)], &harness)
        let plan = harness.end(orders[1], .failed(.unreachable)).planOrders[0]
        #expect(plan.goal?.stages == Array(aims.dropFirst()))
        #expect(plan.running.map(\.id) == ["s0"])
        let again = harness.end(orders[0], .failed(.unreachable)).planOrders[0]
        #expect(again.goal?.stages == aims)
    }

    @Test func `plans given up twice in a row leave no stage out`() {
        var harness = CoordinationHarness()
        let orders = start([("s0", "dog", 0), ("s1", "arm", 1)], &harness)
        harness.end(orders[0], .failed(.unreachable))
        let second = harness.end(orders[1], .failed(.unreachable)).planOrders[0]
        #expect(second.revision == 3)
        #expect(second.goal?.stages == aims)
    }

    @Test func `a later plan's stages are counted on from those that are over`() {
        var harness = CoordinationHarness()
        let orders = start([("s0", "dog", 0), ("s1", "arm", 1)], &harness)
        harness.end(orders[0])
        harness.end(orders[1], .failed(.unreachable))
        let two = [
            step("r0", "dog") { $0.stage = 0 }, step("r1", "dog", after: ["r0"], retries: 1) { $0.stage = 1 },
        ]
        let first = harness.propose("t", revision: 2, steps: two).invocations[0]
        let second = harness.end(first).invocations[0]
        #expect(harness.end(second, .failed(.unreachable)).planOrders[0].goal?.stages == [aims[2]])
    }
}
