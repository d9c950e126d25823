import PlanRules
import Planning
import RobotModel
import Testing

@Suite struct StagedGoalTests {
    private func achieve(_ text: String, by performer: Performer = .any) -> GoalStage {
        GoalStage(.achieve(SmallWorld.formula(text)), by: performer)
    }

    private func perform(_ skill: SkillName, _ arguments: [String: EntityID], by performer: Performer = .any)
        -> GoalStage
    {
        GoalStage(
            .perform(SkillCall(skill: skill, arguments: arguments.mapValues(Value.entity))), by: performer)
    }

    @Test func `a later stage starts after the one before it`() throws {
        let goal = Goal(stages: [achieve("on(mug_4, shelf)"), achieve("on(mug_1, bench)")])
        let plan = try GoalPlanner().plan(SmallWorld.mugs().problem(goal))
        let first = try #require(
            plan.steps.first { $0.skill == "place" && $0.arguments["item"] == .entity("mug_4") })
        let later = plan.steps.filter {
            $0.expectedStartSeconds >= first.expectedStartSeconds && $0.id != first.id
        }
        #expect(later.contains { $0.arguments["item"] == .entity("mug_1") && $0.skill == "pick" })
        let pick = try #require(
            plan.steps.first { $0.skill == "pick" && $0.arguments["item"] == .entity("mug_1") })
        #expect(isAfter(pick.id, first.id, in: plan))
    }

    @Test func `a later stage keeps what an earlier one brought about`() throws {
        let goal = Goal(stages: [achieve("on(mug_1, bench)"), achieve("forall ?m: mug. not on(?m, shelf)")])
        let world = SmallWorld.mugs()
        let plan = try GoalPlanner().plan(world.problem(goal))
        let end = try PlanValidator(team: world.team).validate(plan, from: world.world)
        #expect(end.facts.contains(SmallWorld.fact("on(mug_1, bench)")))
    }

    @Test func `a call that is asked for appears, with what makes it possible before it`() throws {
        let goal = Goal(stages: [perform("mop", ["room": "hall"]), perform("pick", ["item": "mug_1"])])
        let plan = try GoalPlanner().plan(SmallWorld.mugs().problem(goal))
        #expect(plan.steps.filter { $0.skill == "mop" }.count == 1)
        #expect(plan.steps.last?.skill == "pick")
        let mop = try #require(plan.steps.first { $0.skill == "mop" })
        #expect(isAfter(try #require(plan.steps.last).id, mop.id, in: plan))
    }

    @Test func `one robot performs all stages of a label`() throws {
        let goal = Goal(
            stages: [
                perform("pick", ["item": "mug_4"], by: .same("you")),
                perform("place", ["item": "mug_4", "surface": "shelf"], by: .same("you")),
                perform("pick", ["item": "mug_1"], by: .same("you")),
                perform("place", ["item": "mug_1", "surface": "bench"], by: .same("you")),
            ])
        let plan = try GoalPlanner().plan(SmallWorld.mugs().problem(goal))
        #expect(Set(plan.steps.map(\.robot)) == ["bob"], "bob starts where the first mug is")
        #expect(
            plan.steps.filter { ["pick", "place"].contains($0.skill) }.map(\.skill) == [
                "pick", "place", "pick", "place",
            ])
    }

    @Test func `a named robot does its stage itself`() throws {
        let goal = Goal(stages: [achieve("on(mug_4, shelf)", by: .robot("ada"))])
        let plan = try GoalPlanner().plan(SmallWorld.mugs().problem(goal))
        #expect(Set(plan.steps.map(\.robot)) == ["ada"])
    }

    @Test func `others open the way for a call that its robot can't reach alone`() throws {
        var world = SmallWorld()
        world.addRoom("kitchen")
        world.addRoom("hall")
        world.addDoor("door", "kitchen", "hall", isOpen: false)
        world.addMobile("opener", in: "kitchen")
        world.addRobot(
            "mopper", "mopper", ["navigate", "enter", "mop"],
            facts: ["ground_robot(mopper)", "in(mopper, kitchen)"])
        let goal = Goal(stages: [perform("mop", ["room": "hall"], by: .robot("mopper"))])
        let plan = try GoalPlanner().plan(world.problem(goal))
        #expect(plan.steps.last.map { "\($0.robot) \($0.skill)" } == "mopper mop")
        #expect(plan.steps.contains { $0.robot == "opener" && $0.skill == "open" })
    }

    private func isAfter(_ later: StepID, _ earlier: StepID, in plan: Plan) -> Bool {
        guard let step = plan.steps.first(where: { $0.id == later }) else { return false }
        return step.after.contains { $0 == earlier || isAfter($0, earlier, in: plan) }
    }
}
