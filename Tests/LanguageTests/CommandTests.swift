import Language
import RobotModel
import Testing

@Suite struct CommandTests {
    @Test func `the sentence of the manual ends with apple and bowl where they belong`() throws {
        let words = """
            Now you are at the kitchen table, pick up the apple from the kitchen table, navigate to the \
            serving table, place the apple on the serving table, pick up the bowl from the serving table, \
            navigate to the kitchen table, place the bowl on the kitchen table.
            """
        let line = try Fixtures.line(words, in: Fixtures.kitchen())
        #expect(
            line == """
                seen at(robot, kitchenTable); [robot] holding(robot, apple); [robot] at(robot, servingTable); \
                [robot] on(apple, servingTable); [robot] holding(robot, bowl) and on(apple, servingTable); \
                [robot] at(robot, kitchenTable) and on(apple, servingTable); \
                [robot] on(bowl, kitchenTable) and on(apple, servingTable)
                """)
    }

    @Test(arguments: [
        ("put every mug in the dishwasher", "forall ?m: mug. inside(?m, dishwasher)"),
        (
            "bring all the mugs to the kitchen",
            "forall ?m: mug. (located(?m, kitchen) and not holding(*, ?m))"
        ),
        (
            "Bring every mug to the kitchen and then mop the hall.",
            "forall ?m: mug. (located(?m, kitchen) and not holding(*, ?m)); clean(hall) and (forall ?m: mug. (located(?m, kitchen) and not holding(*, ?m)))"
        ),
        (
            "put the bread and the knife into the sink", "inside(bread, sink) and inside(knife, sink)"
        ),
        ("put two mugs on the coffee table", "on(mug_1, coffee_table) and on(mug_2, coffee_table)"),
        ("put a mug in the sink", "exists ?m: mug. inside(?m, sink)"),
        ("put the red mug on the coffee table", "on(mug_1, coffee_table)"),
        ("put every mug on the dining table in the sink", "inside(mug_1, sink) and inside(mug_3, sink)"),
        ("open the fridge and the dishwasher", "open(fridge) and open(dishwasher)"),
        (
            "open the fridge, put the bread in the fridge, close the fridge",
            "open(fridge) and inside(bread, fridge); not open(fridge) and inside(bread, fridge)"
        ),
        (
            "put the bread on the plate which is on the dining table",
            "inside(bread, plate_1) and on(plate_1, dining_table)"
        ),
        ("dog, open the fridge", "[dog] open(fridge)"),
        ("ask the dog to open the fridge", "[dog] open(fridge)"),
        ("The quadrotor lands on the high table", "on(quad, high_kitchen_table)"),
        (
            "the quadrotor lands on the kitchen table with the bread and knife in the basket",
            "on(quad, kitchen_table) and inside(bread, basket) and inside(knife, basket)"
        ),
        (
            "go to the kitchen and then pick up the bread",
            "[same you] enter(room: kitchen); [same you] pick(item: bread)"
        ),
        (
            "put the bread in the sink and the knife on the coffee table",
            "inside(bread, sink) and on(knife, coffee_table)"
        ),
        ("take the plate out of the fridge", "not inside(plate_2, fridge)"),
        ("make sure that the fridge is closed", "not open(fridge)"),
        ("the apple is on the coffee table", "on(apple, coffee_table)"),
        (
            "Land the quadrotor on the kitchen table with the bread in the basket. Then mop the hall.",
            "on(quad, kitchen_table) and inside(bread, basket); clean(hall) and on(quad, kitchen_table) and inside(bread, basket)"
        ),
        (
            "Put the blue mug and the knife, which is on the kitchen table, in the sink.",
            "inside(mug_2, sink) and inside(knife, sink)"
        ),
        (
            "Could you please first put the bread in the sink, and after that close the fridge?",
            "inside(bread, sink); not open(fridge) and inside(bread, sink)"
        ),
        ("send the dog to the kitchen", "in(dog, kitchen)"),
        ("fly the quadrotor to the kitchen", "in(quad, kitchen)"),
        ("take the apple out of the fridge", "not inside(apple, fridge) and not inside(apple, plate_2)"),
        ("put a mug on every table", "forall ?t: table. (exists ?m: mug. on(?m, ?t))"),
        ("put every mug on a table", "forall ?m: mug. (exists ?t: table. on(?m, ?t))"),
        ("no mug should be on the coffee table", "forall ?m: mug. not on(?m, coffee_table)"),
        ("there should be a mug on the coffee table", "exists ?m: mug. on(?m, coffee_table)"),
        ("I want the fridge to be closed, please", "not open(fridge)"),
        ("open the refrigerator", "open(fridge)"),
        ("put mug 1 in the quadrotor's basket", "inside(mug_1, basket)"),
        ("give the apple to the dog", "holding(dog, apple)"),
        ("mop every room", "forall ?r: room. clean(?r)"),
        ("put both the bread and the knife in the sink", "inside(bread, sink) and inside(knife, sink)"),
        (
            "open the dishwasher, put every mug in it, and close it",
            "open(dishwasher) and (forall ?m: mug. inside(?m, dishwasher)); not open(dishwasher) and (forall ?m: mug. inside(?m, dishwasher))"
        ),
        ("take off", "[quad] flying(quad)"),
        ("quadrotor, land on the kitchen table", "[quad] on(quad, kitchen_table)"),
        ("the dog opens the fridge", "[dog] open(fridge)"),
        (
            "The kitchen door should be closed and the bread must be in the fridge.",
            "not open(kitchen_door) and inside(bread, fridge)"
        ),
    ])
    func `commands and states become goals`(words: String, goal: String) throws {
        #expect(try Fixtures.line(words, in: Fixtures.home()) == goal)
    }
}
