import Language
import PlanRules
import RobotModel
import Testing

/// What isn’t understood is said, and nothing is guessed.
@Suite struct RefusalTests {
    typealias Case = (words: String, code: RejectionCode, parts: [String], suggestion: String?)

    static let cases: [Case] = [
        ("put the aple on the coffee table", .notUnderstood, ["aple"], "apple"),
        ("opne the fridge", .notUnderstood, ["opne"], "open"),
        (
            "put the bread in the frigde and the knife in the skin", .notUnderstood, ["frigde", "skin"],
            "fridge"
        ),
        ("juggle the apple", .unknownSkill, ["juggle"], "open {target}"),
        ("put the purple elephant on the coffee table", .notUnderstood, ["purple elephant"], nil),
        ("open the fridge if the door is open", .notUnderstood, ["if"], nil),
        ("don't open the fridge", .notUnderstood, ["don't"], nil),
        ("put the plate in the sink", .ambiguous, ["the plate"], "plate_1 (on dining_table)"),
        ("put the mug in the sink", .ambiguous, ["the mug"], "mug_2 (on coffee_table)"),
        ("put the bread on the table", .ambiguous, ["the table"], "dining_table (in hall)"),
        ("open the apple", .notUnderstood, ["the apple"], "dishwasher"),
        ("put the bread on the kitchen", .notUnderstood, ["the kitchen"], nil),
        ("put plate_3 in the sink", .notUnderstood, ["plate_3"], "plate_1"),
        ("put the <plate>(7) in the sink", .unknownEntity, ["<plate>(7)"], "plate_1"),
        (
            "put the plate which is in the sink on the coffee table", .unknownEntity,
            ["the plate which is in the sink"], "plate_1 (on dining_table)"
        ),
        ("put five mugs in the sink", .unknownEntity, ["five mugs"], nil),
        (
            "The apple is originally in the fridge.", .notUnderstood,
            ["The apple is originally in the fridge."], nil
        ),
        ("", .invalidRequest, [], nil),
        (" \n\t ... ", .invalidRequest, [], nil),
        ("fridge the open", .notUnderstood, ["fridge the open"], "close {target}"),
    ]

    @Test(arguments: cases)
    func `refusals name the words at fault`(
        words: String, code: RejectionCode, parts: [String], suggestion: String?
    ) throws {
        let refusal = try #require(Fixtures.refusal(words, in: Fixtures.home()))
        #expect(refusal.code == code, "\(refusal)")
        #expect(refusal.parts == parts, "\(refusal)")
        if let suggestion { #expect(refusal.suggestions.contains(suggestion), "\(refusal.suggestions)") }
        #expect(!refusal.message.isEmpty)
    }

    @Test func `only one of two things of a name fits where a type is wanted`() throws {
        var home = try Fixtures.home()
        home.world.entities["box_1"] = Entity(id: "box_1", types: ["item"], names: ["box"])
        home.world.entities["box_2"] = Entity(id: "box_2", types: ["container"], names: ["box"])
        #expect(try Fixtures.line("put the box in the sink", in: home) == "inside(box_1, sink)")
        #expect(try Fixtures.line("put the bread in the box", in: home) == "inside(bread, box_2)")
    }

    @Test func `a description chooses between things of one name`() throws {
        let home = try Fixtures.home()
        #expect(
            try Fixtures.line("Put the plate in the sink. The plate is originally in the fridge.", in: home)
                == "inside(plate_2, sink)")
        #expect(
            try Fixtures.line("Put the plate in the sink. It is on the dining table.", in: home)
                == "inside(plate_1, sink)")
        #expect(
            try Fixtures.line("Put the mug from the coffee table in the sink", in: home)
                == "inside(mug_2, sink)")
        #expect(
            try Fixtures.line(
                "Put the plate which is in the fridge which is in the kitchen in the sink", in: home)
                == "inside(plate_2, sink)")
    }

    @Test func `what is so before a command describes, what is to be so after it is a goal`() throws {
        let home = try Fixtures.home()
        #expect(
            try Fixtures.line("Put the bread in the fridge. The fridge is closed.", in: home)
                == "inside(bread, fridge) and not open(fridge)")
        #expect(
            try Fixtures.line("The fridge is closed. Put the bread in the fridge.", in: home)
                == "inside(bread, fridge)")
        #expect(
            try Fixtures.line("The bread is on the kitchen table. Put the bread in the fridge.", in: home)
                == "inside(bread, fridge)")
    }

    @Test func `what was asked for before is where later clauses look`() throws {
        let line = try Fixtures.line(
            "put the bread on the coffee table, then put the bread from the coffee table in the sink",
            in: Fixtures.home())
        #expect(line == "on(bread, coffee_table); inside(bread, sink)")
    }

    @Test func `more than four thousand words are refused`() throws {
        let words = String(repeating: "open the fridge ", count: 10_000)
        #expect(Fixtures.refusal(words, in: try Fixtures.home())?.code == .invalidRequest)
        let long = String(repeating: "fridge ", count: 4_001)
        #expect(Fixtures.refusal(long, in: try Fixtures.home())?.code == .invalidRequest)
    }
}
