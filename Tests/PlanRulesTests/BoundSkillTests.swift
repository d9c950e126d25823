import PlanRules
import RobotModel
import Testing

@Suite struct BoundSkillTests {
    private func bind(_ skill: SkillName, _ robot: RobotID?, _ arguments: [String: Value]) throws(PlanFlaw)
        -> BoundSkill
    {
        try BoundSkill(
            SkillCall(skill: skill, robot: robot, arguments: arguments), team: Samples.team,
            world: Samples.world)
    }

    private func code(_ skill: SkillName, _ robot: RobotID?, _ arguments: [String: Value]) -> PlanFlaw.Code? {
        do throws(PlanFlaw) {
            _ = try bind(skill, robot, arguments)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `conditions, effects and resources speak of the robot and its arguments`() throws {
        let bound = try bind("take", "ada", ["item": .entity("cup")])
        #expect(bound.startConditions.map(\.description) == ["at(ada, cup)", "not holding(ada, *)"])
        #expect(bound.holdConditions.map(\.description) == ["in(ada, kitchen)"])
        #expect(
            bound.effects.map(\.description) == ["holding(ada, cup)", "not on(cup, *)", "not at(*, cup)"])
        #expect(bound.resources == ["gripper(ada)", "cup"])
    }

    @Test func `texts become entities and defaults are filled in`() throws {
        #expect(try bind("take", "ada", ["item": .text("cup")]).arguments == ["item": .entity("cup")])
        let wave = try bind("wave", "bob", ["note": .text("hello")])
        #expect(wave.arguments == ["times": .number(3), "note": .text("hello")])
    }

    @Test func `each wrong call is refused by its flaw`() {
        #expect(code("take", nil, ["item": .entity("cup")]) == .unknownRobot)
        #expect(code("take", "eve", ["item": .entity("cup")]) == .unknownRobot)
        #expect(code("fly", "ada", [:]) == .unknownSkill)
        #expect(code("go", "arm", ["target": .entity("cup")]) == .notCapable)
        #expect(code("take", "ada", [:]) == .badArgument)
        #expect(code("take", "ada", ["item": .number(1)]) == .badArgument)
        #expect(code("take", "ada", ["item": .entity("table")]) == .badArgument)
        #expect(code("take", "ada", ["item": .entity("cup"), "force": .number(1)]) == .badArgument)
        #expect(code("take", "ada", ["item": .entity("spoon")]) == .unknownEntity)
    }

    @Test func `holding conditions must hold at the start as well`() throws {
        var world = Samples.world
        world.facts.insert(try Samples.syntax.fact("at(arm, cup)"))
        let bound = try bind("take", "arm", ["item": .entity("cup")])
        #expect(
            bound.unmetCondition(in: FactIndex(world, rules: StandardRules.rules))?.description
                == "in(arm, kitchen)")
    }

    @Test func `a fact that both ends and begins, begins`() throws {
        var world = Samples.world
        world.facts.insert(try Samples.syntax.fact("at(ada, cup)"))
        world.facts.insert(try Samples.syntax.fact("at(ada, table)"))
        let bound = try bind("go", "ada", ["target": .entity("cup")])
        let (ending, beginning) = bound.changes(in: FactIndex(world, rules: StandardRules.rules))
        #expect(ending.map(\.description) == ["at(ada, table)"])
        #expect(beginning.map(\.description) == ["at(ada, cup)"])
    }

    @Test func `an effect's condition is read in the world before the step`() throws {
        var world = Samples.world
        for text in ["on(fork, ada)", "at(bob, fork)", "at(bob, cup)"] {
            world.facts.insert(try Samples.syntax.fact(text))
        }
        world.apply(try bind("go", "ada", ["target": .entity("table")]), rules: StandardRules.rules)
        #expect(!world.facts.contains(try Samples.syntax.fact("at(bob, fork)")), "the fork rode away on ada")
        #expect(world.facts.contains(try Samples.syntax.fact("at(bob, cup)")))
    }
}
