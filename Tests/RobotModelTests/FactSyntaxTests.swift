import RobotModel
import Testing

@Suite struct FactSyntaxTests {
    private let syntax = FactSyntax()

    @Test(arguments: [
        "on(apple, table)", "not on(apple, table)", "holding(*, apple)", "clean()",
        "on(apple, table) and open(fridge)", "on(a, b) or on(a, c)", "not (on(a, b) and on(b, c))",
        "forall ?m: mug. inside(?m, dishwasher)", "exists ?r: robot. (at(?r, door) and not flying(?r))",
        "(on(a, b) or on(a, c)) and (forall ?m: coffee_mug. (on(?m, b) or not open(?m)))", "at(self, x)",
    ])
    func `a formula reads as it is written`(text: String) throws {
        #expect(try syntax.formula(text).description == text)
    }

    @Test func `commas and joined words are the same conjunction`() throws {
        #expect(try syntax.formula("on(a,b),open( c )") == syntax.formula(" on(a, b)  and open(c)"))
    }

    @Test func `“and” binds closer than “or”`() throws {
        let formula = try syntax.formula("a(x) or b(x) and c(x)")
        #expect(try formula == .or([syntax.formula("a(x)"), syntax.formula("b(x) and c(x)")]))
    }

    @Test func `listed names are variables and all others entities`() throws {
        let literal = try FactSyntax(variables: ["item"]).literal("on(item, surface)")
        #expect(literal.terms == [.variable("item"), .entity("surface")])
        #expect(try syntax.literal("at(self, door)").terms == [.variable("self"), .entity("door")])
    }

    @Test func `a predicate may begin like a connective`() throws {
        #expect(try syntax.literal("nothing(a)").isPositive)
        #expect(
            try syntax.formula("ordered(a) or andante(b)")
                == .or([syntax.formula("ordered(a)"), syntax.formula("andante(b)")]))
    }

    @Test(arguments: ["not on(a, b)", "on(a, *)", "on(a, ?x)", "on(self, a)", "on(a, b) and on(c, d)"])
    func `a fact names entities only`(text: String) {
        #expect(throws: FactSyntaxError.self) { try syntax.fact(text) }
    }

    @Test(arguments: [
        ("", 0), ("on", 2), ("on(", 3), ("on(a", 4), ("on(a,", 5), ("on(a))", 5), ("on(a) und b(c)", 6),
        ("and(a)", 0),
        ("forall m: mug. on(m)", 7), ("forall ?m mug. on(?m)", 10), ("on(a, not)", 6), ("🍎(a)", 0),
        ("on(a, é)", 6),
        ("on(a b)", 5), ("on(a) and", 9), ("exists ?m: . on(?m)", 11),
    ])
    func `an error says where it is`(text: String, offset: Int) throws {
        let error = #expect(throws: FactSyntaxError.self) { try syntax.formula(text) }
        #expect(error?.offset == offset, "\(error?.description ?? "")")
        #expect(error?.text == text)
        #expect(error?.description.contains("at character \(offset + 1)") == true)
    }

    @Test func `an effect may have conditions`() throws {
        let text = "not at(*, ?x) when supported(?x, self) and at(self, ?x)"
        let effect = try syntax.effect(text)
        #expect(effect.conditions.count == 2)
        #expect(effect.description == text)
        #expect(
            effect.bound(by: ["self": "dog"]).description
                == "not at(*, ?x) when supported(?x, dog) and at(dog, ?x)")
        #expect(throws: FactSyntaxError.self) { try syntax.effect("on(a, b) when p(a) or q(a)") }
        #expect(throws: FactSyntaxError.self) { try syntax.effect("on(a, b) when ") }
    }

    @Test(arguments: [
        String(repeating: "not ", count: 50_000) + "a(b)", String(repeating: "(", count: 100_000),
        String(repeating: "forall ?x: t. ", count: 20_000) + "a(?x)",
        String(repeating: "a(b) and ", count: 20_000),
        "a(" + String(repeating: "b, ", count: 50_000), String(repeating: "e\u{301}", count: 50_000),
        "\u{0}(\u{0})",
        "a(b)\u{200D}", "a(b) 🍎", String(repeating: "x", count: 200_000) + "(a)",
    ])
    func `hostile text is refused`(text: String) {
        #expect(throws: FactSyntaxError.self) { try syntax.formula(text) }
    }

    @Test func `random formulas survive being written and read`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed)
        for _ in 0..<500 {
            let formula = FormulaSource.formula(depth: 4, using: &random)
            #expect(try syntax.formula(formula.description) == formula, "seed \(seed)")
        }
    }

    /// Formulas are read by the full reader, literals by the quick one first.
    @Test func `a literal is read as a formula of it alone, quickly or not`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed)
        let names = [
            "on", "a-1.b", "self", "not", "nothing", "and", "x", "y", "z", "item", "on", "at", "", "é",
            "e\u{301}", "🍎",
        ]
        let marks = ["", "", "", "", "", "", "", "?", "?", "*", " ", "  ", "\t", "\r\n", "(", ","]
        func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
        let syntax = FactSyntax(variables: ["item"])
        var (read, refused) = (0, 0)
        for _ in 0..<20_000 {
            let terms = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                pick(marks) + pick(names) + pick(["", "", "", "", " ", ")"])
            }
            let text =
                pick(["", "", " ", "not ", "not", "not\t"]) + pick(names) + pick(["", "", " ", "\u{301}"])
                + "("
                + terms.joined(separator: pick([",", ", ", ", ", " ,", ""])) + ")"
                + pick(["", "", " ", ")", "\n"])
            guard let literal = try? syntax.literal(text) else {
                refused += 1
                // Formulas may have parentheses of their own.
                if text.count(where: { $0 == "(" }) == 1, case .literal? = try? syntax.formula(text) {
                    Issue.record("seed \(seed): “\(text)” is a formula, and no literal")
                }
                continue
            }
            read += 1
            #expect(try syntax.formula(text) == .literal(literal), "seed \(seed): “\(text)”")
            #expect(try syntax.effect(text) == Effect(literal), "seed \(seed): “\(text)”")
        }
        #expect(read > 2000 && refused > 2000, "\(read) read, \(refused) refused")
    }

    @Test func `random characters never trap`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed)
        let pieces = [
            "on", "(", ")", ",", "?", "x", "*", "and", "or", "not", "forall", "exists", ":", ".", " ", "self",
            "é", "🍎", "when",
        ]
        var read = 0
        for _ in 0..<3_000 {
            let count = Int.random(in: 0...14, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            if (try? syntax.formula(text)) != nil { read += 1 }
            _ = try? syntax.effect(text)
        }
        #expect(read < 3_000)
    }
}
