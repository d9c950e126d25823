import Language
import RobotModel
import Testing

/// Who “you” is, and who does what.
@Suite struct PerformerTests {
    @Test func `you are the only robot that has all the skills`() throws {
        let home = try Fixtures.home()
        let line = try Fixtures.line("you are in the hall, pick up the bread, mop the kitchen", in: home)
        #expect(
            line
                == "seen not in(rover, kitchen); seen in(rover, hall); [rover] holding(rover, bread); [rover] clean(kitchen)"
        )
    }

    @Test func `where you may be several the robots are named and asked about`() throws {
        let kitchen = try Fixtures.kitchen(robots: ["anna", "bert"])
        let refusal = try #require(
            Fixtures.refusal("you are at the kitchen table, pick up the apple", in: kitchen))
        #expect(refusal.code == .ambiguous)
        #expect(refusal.parts == ["you"])
        #expect(refusal.suggestions == ["anna (in kitchen)", "bert (in kitchen)"])
        let named = try Fixtures.line("bert, you are at the kitchen table, pick up the apple", in: kitchen)
        #expect(named == "seen at(bert, kitchenTable); [bert] holding(bert, apple)")
    }

    @Test func `where none can be you the skills asked for are named`() throws {
        let refusal = try #require(
            Fixtures.refusal("you are in the hall, take off and mop the hall", in: Fixtures.home()))
        #expect(refusal.code == .noCapableRobot)
        #expect(refusal.parts == ["mop", "take_off"])
    }

    @Test func `unnamed movement is by one robot, whichever it is`() throws {
        let goal = try Interpreter().interpret(
            "go to the kitchen, pick up the bread, put it on the coffee table", in: Fixtures.home())
        #expect(goal.stages.allSatisfy { $0.performer == .same("you") })
        #expect(goal.stages.last?.aim == .achieve(try FactSyntax().formula("on(bread, coffee_table)")))
    }

    @Test func `you may be said to hold what it then stands for`() throws {
        let line = try Fixtures.line(
            "rover, you are holding the bread, put it in the sink", in: Fixtures.home())
        #expect(line == "seen holding(rover, bread); [rover] inside(bread, sink)")
    }

    @Test func `a name holds to the end of its sentence`() throws {
        let line = try Fixtures.line(
            "dog, open the fridge and close the dishwasher. Open the kitchen door.", in: Fixtures.home())
        #expect(
            line == """
                [dog] open(fridge); [dog] not open(dishwasher) and open(fridge); \
                open(kitchen_door) and open(fridge) and not open(dishwasher)
                """)
    }
}
