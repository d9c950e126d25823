import PlanRules
import Planning
import RobotModel
import Testing

@Suite struct WorkflowPlannerTests {
    private func step(
        _ id: StepID, _ skill: SkillName, _ arguments: [String: EntityID], robot: RobotID? = nil,
        after: [StepID] = []
    ) -> WorkflowStep {
        WorkflowStep(
            id: id, skill: skill, robot: robot, arguments: arguments.mapValues(Value.entity), after: after)
    }

    private func refusal(_ workflow: Workflow) -> Rejection? {
        do throws(Rejection) {
            _ = try WorkflowPlanner().plan(workflow, problem: SmallWorld.mugs().problem(Goal(.always)))
            return nil
        } catch {
            return error
        }
    }

    @Test func `steps get the robot that can run them, and terms`() throws {
        let workflow = Workflow(steps: [
            step("go", "navigate", ["target": "mug_4"]),
            step("take", "pick", ["item": "mug_4"], after: ["go"]),
            step("look", "navigate", ["target": "mug_1"]),
        ])
        let world = SmallWorld.mugs()
        let plan = try WorkflowPlanner().plan(workflow, problem: world.problem(Goal(.always)))
        let robots = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.id, $0.robot) })
        #expect(robots == ["go": "bob", "take": "bob", "look": "ada"])
        #expect(plan.steps.first { $0.id == "take" }?.terms.resources == ["gripper(bob)", "mug_4"])
        #expect(plan.makespanSeconds == 4)
    }

    @Test func `a step repeats and votes where its skill allows it`() throws {
        var house = SmallWorld.mugs()
        var count = SkillManifest(
            name: "count", parameters: [SkillParameter(name: "from", type: "number")],
            returns: [SkillParameter(name: "done", type: "boolean")], idempotent: true)
        house.robots[0].skills.append("count")
        var step = WorkflowStep(
            id: "a", skill: "count", arguments: ["from": .number(1)], repeats: RepeatPolicy(until: "done"),
            votes: VotePolicy(ahead: 4))
        func plan() throws(Rejection) -> Plan {
            var problem = house.problem(Goal(.always))
            problem.team.skills["count"] = count
            return try WorkflowPlanner().plan(Workflow(steps: [step]), problem: problem)
        }
        let terms = try #require(try plan().steps.first).terms
        #expect(terms.repeats == RepeatPolicy(until: "done"))
        #expect(terms.votes == VotePolicy(ahead: 4))
        step.repeats = RepeatPolicy(until: "finished")
        #expect(throws: Rejection.self) { try plan() }
        step.repeats = nil
        count.idempotent = false
        let refusal = #expect(throws: Rejection.self) { try plan() }
        #expect(
            refusal?.message
                == "step a: count isn’t idempotent, so it can’t be asked for several votes")
    }

    @Test func `a workflow that breaks a rule is refused with the rule`() {
        let circle = Workflow(steps: [
            step("a", "navigate", ["target": "mug_1"], after: ["b"]),
            step("b", "navigate", ["target": "mug_2"], after: ["a"]),
        ])
        #expect(refusal(circle)?.code == .invalidPlan)
        let absent = Workflow(steps: [step("a", "navigate", ["target": "mug_1"], after: ["z"])])
        #expect(refusal(absent)?.parts == ["z"])
        let unmet = Workflow(steps: [step("a", "pick", ["item": "mug_1"])])
        #expect(refusal(unmet)?.code == .noCapableRobot)
        #expect(refusal(unmet)?.message.contains("reach(ada, mug_1)") == true)
        let wrong = Workflow(steps: [step("a", "pick", ["item": "shelf"])])
        #expect(refusal(wrong)?.code == .invalidPlan)
        let unknown = Workflow(steps: [step("a", "pick", ["item": "nothing"])])
        #expect(refusal(unknown)?.code == .unknownEntity)
        #expect(refusal(Workflow(steps: [step("a", "pck", ["item": "mug_1"])]))?.suggestions == ["pick"])
        #expect(refusal(Workflow(steps: []))?.code == .invalidRequest)
    }

    @Test func `a workflow's later plan keeps what runs, and names its steps anew`() throws {
        let workflow = Workflow(steps: [
            step("look", "navigate", ["target": "mug_1"], robot: "ada"),
            step("go", "navigate", ["target": "mug_4"], robot: "bob"),
            step("take", "pick", ["item": "mug_4"], after: ["go", "look"]),
        ])
        let world = SmallWorld.mugs().problem(Goal(.always))
        func plan(_ question: PlanningQuestion) throws -> Plan {
            try PlanAnswer(question, team: world.team, world: world.world).plan {
                (_, _, _) throws(Rejection) in
                Goal(.always)
            }.1
        }
        let first = try plan(PlanningQuestion(ask: .workflow(workflow)))
        let running = try #require(first.steps.first { $0.id == "go" })
        let second = try plan(
            PlanningQuestion(ask: .workflow(workflow), finished: ["look"], running: [running], revision: 2))
        #expect(second.steps.map(\.id) == ["r2-take"])
        #expect(second.steps.first?.after == ["go"])
        let third = try plan(
            PlanningQuestion(
                ask: .workflow(workflow), finished: ["look", "go"], running: second.steps, revision: 3))
        #expect(third.steps.isEmpty)
    }
}
