/// What must become true: literals joined by connectives and quantifiers.
///
/// Text form: `on(apple, table) and not open(fridge)`,
/// `forall ?m: mug. inside(?m, dishwasher)`, `exists ?r: robot. at(?r, door)`.
public indirect enum Formula: Hashable, Sendable {
    case literal(Literal)
    case not(Formula)
    case and([Formula])
    case or([Formula])
    /// `type` is a type name that entities carry.
    case forAll(variable: String, type: String, Formula)
    case exists(variable: String, type: String, Formula)

    /// True whatever the world is like.
    public static var always: Formula { .and([]) }

    /// Every entity that is named outright.
    public var entities: Set<EntityID> {
        switch self {
        case .literal(let literal):
            Set(literal.terms.compactMap { if case .entity(let id) = $0 { id } else { nil } })
        case .not(let inner), .forAll(_, _, let inner), .exists(_, _, let inner): inner.entities
        case .and(let parts), .or(let parts):
            parts.reduce(into: []) { $0.formUnion($1.entities) }
        }
    }
}

extension Formula: CustomStringConvertible {
    public var description: String {
        switch self {
        case .literal(let literal): literal.description
        case .not(let inner): "not (\(inner))"
        case .and(let parts): parts.isEmpty ? "and()" : parts.map(\.parenthesised).joined(separator: " and ")
        case .or(let parts): parts.isEmpty ? "or()" : parts.map(\.parenthesised).joined(separator: " or ")
        case .forAll(let variable, let type, let inner):
            "forall ?\(variable): \(type). \(inner.parenthesised)"
        case .exists(let variable, let type, let inner):
            "exists ?\(variable): \(type). \(inner.parenthesised)"
        }
    }

    private var parenthesised: String {
        if case .literal = self { description } else { "(\(description))" }
    }
}
