/// One change that a successful attempt makes, perhaps under a condition.
///
/// In text: `on(item, surface)`, `not holding(self, *)`, or with a condition,
/// `not at(*, ?x) when supported(?x, self)`. A `?variable` that is no
/// parameter stands for every entity. Conditions are read in the world as it
/// was before the attempt's effects.
public struct Effect: Hashable, Sendable {
    public var literal: Literal
    public var conditions: [Literal]

    public init(_ literal: Literal, when conditions: [Literal] = []) {
        self.literal = literal
        self.conditions = conditions
    }

    /// The effect with each variable replaced where `binding` has it.
    public func bound(by binding: [String: EntityID]) -> Effect {
        Effect(literal.bound(by: binding), when: conditions.map { $0.bound(by: binding) })
    }
}

extension Effect: CustomStringConvertible {
    public var description: String {
        guard !conditions.isEmpty else { return literal.description }
        return "\(literal) when \(conditions.map(\.description).joined(separator: " and "))"
    }
}

extension FactSyntax {
    /// An effect, in the notation of ``Effect``.
    public func effect(_ text: String) throws(FactSyntaxError) -> Effect {
        if let literal = plainLiteral(text) { return Effect(literal) }
        guard let range = text.firstRange(of: " when ") else { return Effect(try literal(text)) }
        let literal = try literal(String(text[..<range.lowerBound]))
        let condition = try formula(String(text[range.upperBound...]))
        switch condition {
        case .literal(let only): return Effect(literal, when: [only])
        case .and(let parts):
            var conditions: [Literal] = []
            for part in parts {
                guard case .literal(let condition) = part else { throw notConjunction(text) }
                conditions.append(condition)
            }
            return Effect(literal, when: conditions)
        default:
            throw notConjunction(text)
        }
    }

    private func notConjunction(_ text: String) -> FactSyntaxError {
        FactSyntaxError(
            message: "an effect’s condition is literals joined by “and”", offset: 0, text: text)
    }
}

extension Effect: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try FactSyntax().effect(try container.decode(String.self))
        } catch let error as FactSyntaxError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
