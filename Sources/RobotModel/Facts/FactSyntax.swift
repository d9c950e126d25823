/// Reads the one notation for facts, literals and formulas that manifests,
/// goals, the command line and JSON share.
///
/// ```
/// formula  = disjunct
/// disjunct = conjunct ("or" conjunct)*
/// conjunct = unary (("and" | ",") unary)*
/// unary    = "not" unary | "(" formula ")" | quantified | atom
/// quantified = ("forall" | "exists") "?"name ":" type "." unary
/// atom     = name "(" [term ("," term)*] ")"
/// term     = "?"name | "self" | "*" | name
/// ```
/// A bare name is an entity, unless `variables` lists it: manifests name their
/// parameters without `?`.
public struct FactSyntax: Sendable {
    private let variables: Set<String>

    /// - Parameter variables: bare names that are variables, e.g. a skill's
    ///   parameters. `self` is one always.
    public init(variables: Set<String> = []) {
        self.variables = variables
    }

    public func formula(_ text: String) throws(FactSyntaxError) -> Formula {
        var reader = FactReader(text: text, variables: variables)
        let formula = try reader.disjunct(depth: 0)
        try reader.expectEnd()
        return formula
    }

    public func literal(_ text: String) throws(FactSyntaxError) -> Literal {
        if let literal = plainLiteral(text) { return literal }
        var reader = FactReader(text: text, variables: variables)
        let isPositive = !reader.takeWord("not")
        let atom = try reader.atom()
        try reader.expectEnd()
        return isPositive ? atom : atom.negated
    }

    /// The quick way; nil for what is out of the ordinary.
    func plainLiteral(_ text: String) -> Literal? {
        PlainLiteralReader.literal(text, variables: variables)
    }

    /// A fact: an atom of entities alone.
    public func fact(_ text: String) throws(FactSyntaxError) -> Fact {
        let literal = try literal(text)
        guard literal.isPositive, let fact = literal.fact else {
            throw FactSyntaxError(
                message: "a fact names entities only, without “not”, “*” or variables", offset: 0,
                text: text)
        }
        return fact
    }
}

/// The recursive descent behind ``FactSyntax``; bounded in depth, since text
/// comes from outside.
private struct FactReader {
    static let deepest = 64

    let text: String
    let characters: [Character]
    let variables: Set<String>
    var position = 0

    init(text: String, variables: Set<String>) {
        self.text = text
        characters = Array(text)
        self.variables = variables
    }

    mutating func disjunct(depth: Int) throws(FactSyntaxError) -> Formula {
        var parts = [try conjunct(depth: depth)]
        while takeWord("or") { parts.append(try conjunct(depth: depth)) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    mutating func conjunct(depth: Int) throws(FactSyntaxError) -> Formula {
        var parts = [try unary(depth: depth)]
        while takeWord("and") || take(",") { parts.append(try unary(depth: depth)) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    mutating func unary(depth: Int) throws(FactSyntaxError) -> Formula {
        guard depth < Self.deepest else { throw failure("nested deeper than \(Self.deepest)") }
        if takeWord("not") {
            let inner = try unary(depth: depth + 1)
            if case .literal(let literal) = inner { return .literal(literal.negated) }
            return .not(inner)
        }
        if take("(") {
            let inner = try disjunct(depth: depth + 1)
            try expect(")")
            return inner
        }
        for (word, isUniversal) in [("forall", true), ("exists", false)] where takeWord(word) {
            try expect("?")
            let variable = try name("a variable")
            try expect(":")
            let type = try name("a type", stopAtDot: true)
            try expect(".")
            let inner = try unary(depth: depth + 1)
            return isUniversal
                ? .forAll(variable: variable, type: type, inner)
                : .exists(variable: variable, type: type, inner)
        }
        return .literal(try atom())
    }

    mutating func atom() throws(FactSyntaxError) -> Literal {
        let predicate = try name("a predicate")
        try expect("(")
        var terms: [Term] = []
        if !take(")") {
            repeat { terms.append(try term()) } while take(",")
            try expect(")")
        }
        return Literal(predicate, terms)
    }

    mutating func term() throws(FactSyntaxError) -> Term {
        if take("*") { return .any }
        if take("?") { return .variable(try name("a variable")) }
        let name = try name("an entity, a variable or “*”", allowingReserved: true)
        return name == "self" || variables.contains(name) ? .variable(name) : .entity(EntityID(name))
    }

    /// A run of identifier characters; with `stopAtDot`, one that ends before
    /// the dot that closes a quantifier's head.
    mutating func name(
        _ what: String, stopAtDot: Bool = false, allowingReserved: Bool = false
    ) throws(FactSyntaxError) -> String {
        skipSpace()
        let start = position
        while position < characters.count, let byte = characters[position].asciiValue,
            IdentifierRules.isIdentifierByte(byte), !(stopAtDot && characters[position] == ".")
        {
            position += 1
        }
        guard position > start else { throw failure("expected \(what)") }
        let name = String(characters[start..<position])
        guard IdentifierRules.allows(name) || (allowingReserved && name == "self") else {
            position = start
            throw failure("“\(name)” can’t be \(what)")
        }
        return name
    }

    mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard position < characters.count, characters[position] == character else { return false }
        position += 1
        return true
    }

    mutating func takeWord(_ word: String) -> Bool {
        skipSpace()
        let end = position + word.count
        guard end <= characters.count, String(characters[position..<end]) == word else { return false }
        // “not” is a word of its own in “not on(a, b)”, and none in “nothing(a)”.
        if end < characters.count, let byte = characters[end].asciiValue,
            IdentifierRules.isIdentifierByte(byte)
        {
            return false
        }
        position = end
        return true
    }

    mutating func expect(_ character: Character) throws(FactSyntaxError) {
        guard take(character) else { throw failure("expected “\(character)”") }
    }

    mutating func expectEnd() throws(FactSyntaxError) {
        skipSpace()
        guard position == characters.count else { throw failure("expected the end") }
    }

    mutating func skipSpace() {
        while position < characters.count, characters[position].isWhitespace { position += 1 }
    }

    func failure(_ expected: String) -> FactSyntaxError {
        let found = position < characters.count ? ", found “\(characters[position])”" : ", found the end"
        return FactSyntaxError(message: expected + found, offset: position, text: text)
    }
}
