import PlanRules
import Planning
import RobotModel
import Testing

@Suite struct GoalPlannerTests {
    private func plan(_ problem: PlanningProblem) throws(Rejection) -> Plan {
        try GoalPlanner().plan(problem)
    }

    @Test func `a goal that holds already needs no steps`() throws {
        let plan = try plan(SmallWorld.mugs().problem("on(mug_1, shelf) and not on(mug_1, bench)"))
        #expect(plan.steps.isEmpty)
        #expect(plan.makespanSeconds == 0)
    }

    @Test func `two robots share six mugs in two rooms and work at the same time`() throws {
        let world = SmallWorld.mugs()
        let shared = try plan(world.problem("forall ?m: mug. inside(?m, dishwasher)"))
        let alone = try plan(
            world.problem("forall ?m: mug. inside(?m, dishwasher)", unavailable: ["bob": "lost"]))
        let robots = Dictionary(grouping: shared.steps, by: \.robot)
        #expect(Set(robots.keys) == ["ada", "bob"])
        #expect(Set(alone.steps.map(\.robot)) == ["ada"])
        #expect(shared.makespanSeconds < 0.65 * alone.makespanSeconds)
        #expect(Double(shared.steps.count) <= 1.25 * Double(alone.steps.count))
        let overlapping = (robots["ada"] ?? []).contains { one in
            (robots["bob"] ?? []).contains { other in
                one.expectedStartSeconds < other.expectedStartSeconds + other.expectedDurationSeconds
                    && other.expectedStartSeconds < one.expectedStartSeconds + one.expectedDurationSeconds
            }
        }
        #expect(overlapping)
    }

    @Test func `the same problem gives the same plan`() throws {
        let world = SmallWorld.mugs()
        let first = try plan(world.problem("forall ?m: mug. inside(?m, dishwasher)"))
        for _ in 0..<3 { #expect(try plan(world.problem("forall ?m: mug. inside(?m, dishwasher)")) == first) }
    }

    @Test func `steps carry their ids, terms and causal links`() throws {
        var problem = SmallWorld.mugs().problem("inside(mug_1, dishwasher)")
        problem.stepPrefix = "r2s"
        let plan = try plan(problem)
        #expect(plan.steps.map(\.id) == ["r2s1", "r2s2", "r2s3", "r2s4"])
        #expect(plan.steps.map(\.skill) == ["navigate", "pick", "navigate", "insert"])
        let insert = try #require(plan.steps.last)
        #expect(insert.terms.resources == ["gripper(ada)", "mug_1"])
        #expect(insert.terms.timeout == .seconds(60))
        #expect(insert.terms.failureEffect == .uncertain)
        #expect(
            insert.terms.effects.map(\.description) == [
                "inside(mug_1, dishwasher)", "not holding(ada, mug_1)",
            ])
        let holding = Literal(SmallWorld.fact("holding(ada, mug_1)"))
        #expect(plan.links.contains(CausalLink(producer: "r2s2", literal: holding, consumer: "r2s4")))
        let goal = Literal(SmallWorld.fact("inside(mug_1, dishwasher)"))
        #expect(plan.links.contains(CausalLink(producer: "r2s4", literal: goal, consumer: nil)))
        #expect(plan.makespanSeconds == 8)
    }

    @Test func `travel counts by distance and speed`() throws {
        var world = SmallWorld()
        world.addRoom("kitchen")
        world.add("near", "surface", facts: ["in(near, kitchen)"], at: Pose(xMeters: 1, yMeters: 0))
        world.add("far", "surface", facts: ["in(far, kitchen)"], at: Pose(xMeters: 9, yMeters: 0))
        world.add("cup", "item", facts: ["on(cup, near)"])
        world.addMobile("ada", in: "kitchen")
        world.robots[0].pose = Pose(xMeters: 0, yMeters: 0)
        world.world.entities["ada"]?.pose = Pose(xMeters: 0, yMeters: 0)
        let plan = try plan(world.problem("on(cup, far)"))
        // 1 m and 8 m at 0.8 m/s, besides 1 + 3 + 1 + 3 s.
        #expect(abs(plan.makespanSeconds - (8 + 9 / 0.8)) < 1e-9)
    }

    @Test func `quantifiers, choices and denials are understood`() throws {
        let world = SmallWorld.mugs()
        let some = try plan(world.problem("exists ?m: mug. inside(?m, dishwasher)"))
        #expect(some.steps.count == 4)
        let either = try plan(world.problem("on(mug_1, bench) or on(mug_2, shelf)"))
        #expect(either.steps.isEmpty)
        let empty = try plan(world.problem("not on(*, shelf)"))
        #expect(empty.steps.filter { $0.skill == "pick" }.count == 3)
        let derived = try plan(world.problem("located(mug_4, kitchen) and not near(mug_1, mug_4)"))
        #expect(!derived.steps.isEmpty)
        let nobody = try plan(world.problem("not (exists ?r: robot. in(?r, hall))"))
        #expect(nobody.steps.map(\.skill) == ["enter"])
    }

    @Test func `an excluded call is chosen only where nothing else works`() throws {
        let world = SmallWorld.mugs()
        let goal = Goal(SmallWorld.formula("inside(mug_1, dishwasher)"))
        let other = try plan(world.problem(goal, excluded: [ExcludedCall(robot: "ada", skill: "pick")]))
        #expect(other.steps.filter { $0.skill == "pick" }.map(\.robot) == ["bob"])
        let excluded: Set<ExcludedCall> = [
            ExcludedCall(robot: "ada", skill: "pick", arguments: ["item": .entity("mug_1")]),
            ExcludedCall(robot: "bob", skill: "pick"),
        ]
        let anyway = try plan(world.problem(goal, excluded: excluded))
        #expect(anyway.steps.contains { $0.skill == "pick" })
    }

    @Test func `the plan says who does what and who was left out`() throws {
        let plan = try plan(
            SmallWorld.mugs().problem("inside(mug_1, dishwasher)", unavailable: ["bob": "battery empty"]))
        #expect(plan.explanation.contains { $0.contains("inside(mug_1, dishwasher): by ada") })
        #expect(plan.explanation.contains { $0.contains("bob was left out: battery empty") })
    }
}
