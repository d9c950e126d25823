import PlanRules
import RobotModel
import Testing

@Suite struct FactIndexTests {
    private let syntax = FactSyntax()

    private func world(_ facts: String...) -> WorldState {
        WorldState(facts: Set(facts.map { try! syntax.fact($0) }))
    }

    @Test func `a star asks for some entity, and denied for none`() throws {
        let index = FactIndex(world("on(cup, table)", "seen(cup)"), rules: [])
        #expect(index.holds(try syntax.literal("on(cup, *)")))
        #expect(index.holds(try syntax.literal("on(*, *)")))
        #expect(!index.holds(try syntax.literal("not on(*, table)")))
        #expect(index.holds(try syntax.literal("not on(table, *)")))
        #expect(!index.holds(try syntax.literal("on(cup)")), "another number of places is another predicate")
        #expect(index.holds(try syntax.literal("not holding(*, cup)")))
    }

    @Test func `formulas are read over the entities of their type`() throws {
        var world = world("on(a, shelf)", "on(b, shelf)")
        for id in ["a", "b", "c"] as [EntityID] {
            world.entities[id] = Entity(id: id, types: id == "c" ? ["cup"] : ["mug"])
        }
        let index = FactIndex(world, rules: [])
        #expect(index.holds(try syntax.formula("forall ?m: mug. on(?m, shelf)"), in: world))
        #expect(!index.holds(try syntax.formula("forall ?m: entity. on(?m, shelf)"), in: world))
        #expect(index.holds(try syntax.formula("exists ?c: cup. not on(?c, shelf)"), in: world))
        #expect(index.holds(try syntax.formula("not (on(c, shelf) or on(shelf, a))"), in: world))
        #expect(index.holds(try syntax.formula("forall ?x: spoon. on(?x, moon)"), in: world))
    }

    @Test func `matches bind every variable in every way`() throws {
        let index = FactIndex(world("on(a, t)", "on(b, t)", "in(t, k)", "red(b)"), rules: [])
        var found: Set<[String: EntityID]> = []
        let literals = try ["on(?x, ?y)", "in(?y, k)", "not red(?x)"].map { try syntax.literal($0) }
        index.forEachMatch(of: literals[...], binding: [:]) { found.insert($0) }
        #expect(found == [["x": "a", "y": "t"]])
    }

    @Test func `an index says what a fixpoint by hand says, whole or narrowed to what is asked`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("fact index: seed \(seed)")
        var generator = SplitMix(state: seed)
        let names = (1...7).map { EntityID("e\($0)") }
        let predicates: [(String, Int)] = [
            ("in", 2), ("on", 2), ("inside", 2), ("holding", 2), ("at", 2), ("part_of", 2), ("connects", 3),
            ("open", 1),
            ("flying", 1), ("high", 1), ("mounted", 2), ("ground_robot", 1), ("tall", 1), ("long_reach", 1),
        ]
        for _ in 0..<25 {
            var world = WorldState()
            for _ in 0..<Int.random(in: 0...22, using: &generator) {
                let (name, arity) = predicates.randomElement(using: &generator)!
                world.facts.insert(
                    Fact(name, (0..<arity).map { _ in names.randomElement(using: &generator)! }))
            }
            let expected = fixpoint(world.facts)
            let index = FactIndex(world, rules: StandardRules.rules)
            for predicate in Set(StandardRules.rules.map(\.head.predicate)) {
                #expect(
                    Set(index.facts(of: predicate)) == expected.filter { $0.predicate == predicate },
                    "seed \(seed)")
                let first = names.randomElement(using: &generator)!
                let arity = StandardRules.rules.first { $0.head.predicate == predicate }!.head.terms.count
                let asked = Literal(predicate, [.entity(first)] + Array(repeating: .any, count: arity - 1))
                let narrow = FactIndex(world, rules: StandardRules.rules, asking: [asked])
                #expect(
                    Set(narrow.facts(of: predicate).filter(asked.matches)) == expected.filter(asked.matches),
                    "seed \(seed)")
            }
        }
    }

    /// The least model by trying every rule with every fact until nothing is new.
    private func fixpoint(_ facts: Set<Fact>) -> Set<Fact> {
        var facts = facts
        func solve(
            _ body: ArraySlice<Literal>, _ binding: [String: EntityID], _ emit: ([String: EntityID]) -> Void
        ) {
            guard let literal = body.first?.bound(by: binding) else { return emit(binding) }
            if !literal.isPositive {
                if !facts.contains(where: { literal.negated.matches($0) }) {
                    solve(body.dropFirst(), binding, emit)
                }
                return
            }
            for fact in facts
            where fact.predicate == literal.predicate && fact.arguments.count == literal.terms.count {
                var extended = binding
                let fits = zip(literal.terms, fact.arguments).allSatisfy { term, argument in
                    switch term {
                    case .any: return true
                    case .entity(let id): return id == argument
                    case .variable(let name):
                        if let known = extended[name] { return known == argument }
                        extended[name] = argument
                        return true
                    }
                }
                if fits { solve(body.dropFirst(), extended, emit) }
            }
        }
        while true {
            var found = facts
            for rule in StandardRules.rules {
                solve(rule.body[...], [:]) { binding in
                    if let fact = rule.head.bound(by: binding).fact { found.insert(fact) }
                }
            }
            if found == facts { return facts }
            facts = found
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }
}
