import PlanRules
import Planning
import RobotModel
import Testing

/// Each refusal by its code, and what it tells the person who asked.
@Suite struct RefusalTests {
    private func refusal(_ problem: PlanningProblem) -> Rejection? {
        do throws(Rejection) {
            _ = try GoalPlanner().plan(problem)
            return nil
        } catch {
            return error
        }
    }

    @Test func `an unknown entity is named, with what it may have meant`() {
        let refusal = refusal(SmallWorld.mugs().problem("inside(mug_1, dishwaser)"))
        #expect(refusal?.code == .unknownEntity)
        #expect(refusal?.parts == ["dishwaser"])
        #expect(refusal?.suggestions.first == "dishwasher")
    }

    @Test func `an unknown type is named, with what it may have meant`() {
        let refusal = refusal(SmallWorld.mugs().problem("forall ?m: mugs. inside(?m, dishwasher)"))
        #expect(refusal?.code == .unknownEntity)
        #expect(refusal?.suggestions == ["mug"])
    }

    @Test func `a variable that no quantifier binds is refused`() {
        #expect(refusal(SmallWorld.mugs().problem("inside(?m, dishwasher)"))?.code == .invalidRequest)
    }

    @Test func `unknown robots and skills are refused with near matches`() {
        let world = SmallWorld.mugs()
        let stage = GoalStage(.achieve(SmallWorld.formula("on(mug_1, bench)")), by: .robot("bib"))
        let robot = refusal(world.problem(Goal(stages: [stage])))
        #expect(robot?.code == .unknownRobot)
        #expect(robot?.suggestions == ["bob"])
        let call = SkillCall(skill: "pik", arguments: ["item": .entity("mug_1")])
        let skill = refusal(world.problem(Goal(stages: [GoalStage(.perform(call))])))
        #expect(skill?.code == .unknownSkill)
        #expect(skill?.suggestions.first == "pick")
    }

    @Test func `a goal that contradicts itself is refused`() {
        let world = SmallWorld.mugs()
        #expect(
            refusal(world.problem("on(mug_1, bench) and not on(mug_1, bench)"))?.code == .contradictoryGoal)
        #expect(refusal(world.problem("on(mug_1, bench) and not on(*, bench)"))?.code == .contradictoryGoal)
        let places = refusal(world.problem("on(mug_1, bench) and inside(mug_1, dishwasher)"))
        #expect(places?.code == .contradictoryGoal)
        #expect(Set(places?.parts ?? []) == ["on(mug_1, bench)", "inside(mug_1, dishwasher)"])
        #expect(
            refusal(world.problem("holding(ada, mug_1) and holding(bob, mug_1)"))?.code == .contradictoryGoal)
    }

    @Test func `a skill that no robot has is named`() {
        var world = SmallWorld.mugs()
        for number in world.robots.indices { world.robots[number].skills.removeAll { $0 == "insert" } }
        let refusal = refusal(world.problem("inside(mug_1, dishwasher)"))
        #expect(refusal?.code == .noCapableRobot)
        #expect(refusal?.parts == ["insert"])
    }

    @Test func `the robot that could but may not be used is named with its reason`() {
        var world = SmallWorld.mugs()
        world.robots[0].skills.removeAll { $0 == "mop" }
        let refusal = refusal(world.problem("clean(kitchen)", unavailable: ["bob": "battery empty"]))
        #expect(refusal?.code == .noCapableRobot)
        #expect(refusal?.message.contains("bob could, but: battery empty") == true)
    }

    @Test func `what nobody can reach is named with what is in the way`() {
        var world = SmallWorld.mugs()
        world.add("high_table", "surface", facts: ["in(high_table, kitchen)", "high(high_table)"])
        let refusal = refusal(world.problem("on(mug_1, high_table)"))
        #expect(refusal?.code == .unreachableGoal)
        #expect(refusal?.message.contains("reach(ada, high_table)") == true)
        #expect(refusal?.message.contains("low(high_table)") == true)
    }

    @Test func `parts that can't be had together are refused after every state was seen`() {
        var world = SmallWorld()
        world.addRoom("kitchen")
        world.add("shelf", "surface", facts: ["in(shelf, kitchen)"])
        world.add("cup", "item", facts: ["on(cup, shelf)"])
        world.addMobile("ada", in: "kitchen")
        #expect(
            refusal(world.problem("holding(ada, cup) and at(ada, shelf) and on(cup, shelf)"))?.code
                == .contradictoryGoal)
    }

    @Test func `a planner out of time or called off says so`() {
        var problem = SmallWorld.mugs().problem("forall ?m: mug. inside(?m, dishwasher)")
        problem.timeLimit = .zero
        #expect(refusal(problem)?.code == .outOfTime)
        #expect(throws: Rejection.self) {
            try GoalPlanner().plan(
                SmallWorld.mugs().problem("inside(mug_1, dishwasher)"), isCancelled: { true })
        }
    }
}
