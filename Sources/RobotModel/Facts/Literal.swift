/// What stands in an argument place of a condition, effect or goal.
public enum Term: Hashable, Sendable {
    /// A skill's parameter, `self`, or a quantified variable.
    case variable(String)
    case entity(EntityID)
    /// `*`: in a condition «some entity» (or, negated, «no entity»); in a
    /// negative effect «whichever it is».
    case any
}

/// A predicate over terms, or its negation: the atom of conditions and effects.
///
/// `not holding(self, *)` as a condition says that the robot holds nothing; as
/// an effect, that it lets go of whatever it holds.
public struct Literal: Hashable, Sendable {
    public let predicate: String
    public let terms: [Term]
    public let isPositive: Bool

    public init(_ predicate: String, _ terms: [Term], isPositive: Bool = true) {
        self.predicate = predicate
        self.terms = terms
        self.isPositive = isPositive
    }

    public init(_ fact: Fact, isPositive: Bool = true) {
        self.init(fact.predicate, fact.arguments.map(Term.entity), isPositive: isPositive)
    }

    /// The same predicate with the opposite sign.
    public var negated: Literal { Literal(predicate, terms, isPositive: !isPositive) }

    /// The literal with each variable replaced where `binding` has it.
    public func bound(by binding: [String: EntityID]) -> Literal {
        let terms = terms.map { term in
            if case .variable(let name) = term, let id = binding[name] { Term.entity(id) } else { term }
        }
        return Literal(predicate, terms, isPositive: isPositive)
    }

    /// The fact that the literal speaks of, if no variable or `*` is left.
    public var fact: Fact? {
        var arguments: [EntityID] = []
        for term in terms {
            guard case .entity(let id) = term else { return nil }
            arguments.append(id)
        }
        return Fact(predicate, arguments)
    }

    /// Whether `fact` fits, `*` standing for anything. Variables fit nothing.
    public func matches(_ fact: Fact) -> Bool {
        guard fact.predicate == predicate, fact.arguments.count == terms.count else { return false }
        return zip(terms, fact.arguments).allSatisfy { term, argument in
            switch term {
            case .any: true
            case .entity(let id): id == argument
            case .variable: false
            }
        }
    }
}

extension Term: CustomStringConvertible {
    public var description: String {
        switch self {
        case .variable(let name): name == "self" ? name : "?\(name)"
        case .entity(let id): id.rawValue
        case .any: "*"
        }
    }
}

extension Literal: CustomStringConvertible {
    public var description: String {
        "\(isPositive ? "" : "not ")\(predicate)(\(terms.map(\.description).joined(separator: ", ")))"
    }
}
