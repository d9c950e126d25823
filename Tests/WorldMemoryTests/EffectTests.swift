import RobotModel
import Testing
import WorldMemory

@Suite struct EffectTests {
    let bench: Bench
    let memory: WorldMemory

    init() throws {
        bench = try Bench()
        memory = try bench.kitchen()
    }

    func pick(cause: UInt64) throws -> [FactRecord] {
        try memory.apply(
            ending: ["not on(apple, *)", "not at(*, apple)"].map(literal),
            beginning: [fact("holding(dog, apple)")],
            source: .effect("t1/s1/1"), cause: cause
        ).records
    }

    @Test func `effects end and begin facts as claimed by their attempt`() throws {
        let records = try pick(cause: 7)
        #expect(records.map(\.fact) == [fact("on(apple, table)"), fact("holding(dog, apple)")])
        #expect(records.map(\.holds) == [false, true])
        #expect(
            records.allSatisfy {
                $0.certainty == .claimed && $0.source == .effect("t1/s1/1") && $0.cause == 7
            })
        #expect(memory.effectsAppliedUpTo == 7)
    }

    @Test func `a fact that ends and begins at once goes on`() throws {
        let records = try memory.apply(
            ending: [literal("not at(dog, *)")], beginning: [fact("at(dog, table)")], source: .effect("a"),
            cause: 1
        ).records
        #expect(records.isEmpty)
        #expect(memory.holds("at(dog, table)"))
    }

    @Test func `what a journal record caused is entered once, also after a kill`() throws {
        _ = try pick(cause: 7)
        try memory.say("on(apple, shelf)")
        #expect(try pick(cause: 7).isEmpty)
        #expect(try pick(cause: 3).isEmpty)
        #expect(memory.holds("on(apple, shelf)"))

        let again = try bench.openAsLeftByKill()
        #expect(again.effectsAppliedUpTo == 7)
        let repeated = try again.apply(
            ending: [literal("on(apple, *)")], beginning: [fact("holding(dog, apple)")],
            source: .effect("t1/s1/1"),
            cause: 7)
        #expect(repeated.records.isEmpty)
        #expect(again.worldFacts().facts == memory.worldFacts().facts)
    }

    @Test func `observations of an attempt count over its effects and come once with them`() throws {
        let update = MemoryUpdate(
            ending: [literal("on(apple, *)")], beginning: [fact("on(apple, shelf)")],
            source: .effect("t1/s1/1"),
            observed: [literal("not on(apple, shelf)"), literal("on(apple, box)")], observer: .robot("dog"))
        try memory.update(update, cause: 4)
        #expect(memory.facts(matching: literal("on(apple, *)")).map(\.fact) == [fact("on(apple, box)")])
        try memory.say("holding(dog, apple)")
        #expect(try memory.update(update, cause: 4).records.isEmpty)
        #expect(memory.holds("holding(dog, apple)"))
    }

    @Test func `what can’t be entered is left out and named, and the rest is entered`() throws {
        let bad = ["on(nobody, table)", "on(*, table)", "open(box, table)"].map(literal)
        let entered = try memory.update(
            MemoryUpdate(
                beginning: [fact("open(box)"), fact("open(gate)")], source: .effect("a"),
                observed: bad + [literal("on(pear, table)")]),
            cause: 4)
        #expect(entered.leftOut == [literal("open(gate)")] + bad)
        #expect(entered.records.map(\.fact) == [fact("open(box)"), fact("on(pear, table)")])
        #expect(memory.effectsAppliedUpTo == 4)
    }

    @Test func `effects on what is gone are left out`() throws {
        try memory.remove("apple", source: .person("anna"))
        #expect(try pick(cause: 2).isEmpty)
        #expect(memory.effectsAppliedUpTo == 2)
    }

    @Test func `doubt takes facts out of planning and remembers what was believed`() throws {
        try memory.markUncertain(
            [literal("holding(dog, apple)"), literal("not on(apple, *)"), literal("not at(*, ?x)")],
            source: .effect("t1/s1/1"), cause: 9)
        let world = memory.worldFacts()
        #expect(!world.facts.contains(fact("on(apple, table)")))
        #expect(
            world.uncertain.map(\.fact)
                == ["at(dog, table)", "holding(dog, apple)", "on(apple, table)"].map(fact))
        #expect(world.uncertain.map(\.holds) == [true, false, true])
        #expect(memory.facts(includingUncertain: false).allSatisfy { $0.certainty != .uncertain })
        #expect(memory.facts(matching: literal("on(apple, *)")).map(\.certainty) == [.uncertain])
    }

    @Test func `someone who looks ends the doubt`() throws {
        try memory.markUncertain(
            [literal("not on(apple, *)"), literal("open(box)")], source: .effect("a"), cause: 9)
        try memory.say("on(apple, table)", "not open(box)")
        #expect(memory.holds("on(apple, table)"))
        #expect(memory.worldFacts().uncertain.isEmpty)
        #expect(!memory.holds("open(box)"))
    }
}
