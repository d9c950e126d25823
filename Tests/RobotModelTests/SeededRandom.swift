import RobotModel

/// A small random generator whose seed can be given again.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// SplitMix64, Steele et al., 2014.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Random formulas, in the form that reading gives: no connective directly
/// within the same one’s single-part form, no negated literal under “not”.
enum FormulaSource {
    static func formula(depth: Int, using random: inout SeededRandom) -> Formula {
        guard depth > 0 else { return .literal(literal(using: &random)) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .and(parts(depth: depth, using: &random))
        case 1: return .or(parts(depth: depth, using: &random))
        case 2:
            let inner = formula(depth: depth - 1, using: &random)
            if case .literal(let literal) = inner { return .literal(literal.negated) }
            return .not(inner)
        case 3:
            return .forAll(
                variable: "v", type: name(using: &random), formula(depth: depth - 1, using: &random))
        case 4:
            return .exists(
                variable: "w", type: name(using: &random), formula(depth: depth - 1, using: &random))
        default: return .literal(literal(using: &random))
        }
    }

    static func fact(using random: inout SeededRandom) -> Fact {
        Fact(
            name(using: &random),
            (0..<Int.random(in: 0...3, using: &random)).map { _ in EntityID(identifier(using: &random)) })
    }

    private static func parts(depth: Int, using random: inout SeededRandom) -> [Formula] {
        (0..<Int.random(in: 2...3, using: &random)).map { _ in formula(depth: depth - 1, using: &random) }
    }

    private static func literal(using random: inout SeededRandom) -> Literal {
        let terms = (0..<Int.random(in: 0...3, using: &random)).map { _ -> Term in
            switch Int.random(in: 0..<4, using: &random) {
            case 0: .any
            case 1: .variable(Bool.random(using: &random) ? "self" : "v")
            default: .entity(EntityID(identifier(using: &random)))
            }
        }
        return Literal(name(using: &random), terms, isPositive: Bool.random(using: &random))
    }

    /// A name without a dot, which would end a quantifier’s head.
    private static func name(using random: inout SeededRandom) -> String {
        identifier(letters: "abzAZ09_-", using: &random)
    }

    private static func identifier(letters: String = "abzAZ09_-.", using random: inout SeededRandom) -> String
    {
        while true {
            let count = Int.random(in: 1...6, using: &random)
            let text = String((0..<count).map { _ in letters.randomElement(using: &random) ?? "a" })
            if IdentifierRules.allows(text) { return text }
        }
    }
}
