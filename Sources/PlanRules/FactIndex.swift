public import RobotModel

/// All facts of a world, base and derived, ready to be asked.
public struct FactIndex: Sendable {
    private var facts: Set<Fact>
    private var byPredicate: [String: [Fact]]

    /// Computes the least model of `rules` over the base facts of `world`.
    /// Cost grows with the facts derived; meant for checking, not for search.
    public init(_ world: WorldState, rules: [DerivedRule]) {
        facts = world.facts
        byPredicate = Dictionary(grouping: world.facts, by: \.predicate)
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for rule in rules {
                var found: [Fact] = []
                forEachMatch(of: rule.body[...], binding: [:]) { binding in
                    if let fact = rule.head.bound(by: binding).fact { found.append(fact) }
                }
                for fact in found where facts.insert(fact).inserted {
                    byPredicate[fact.predicate, default: []].append(fact)
                    isGrowing = true
                }
            }
        }
    }

    public func contains(_ fact: Fact) -> Bool { facts.contains(fact) }

    /// Every fact of one predicate, base or derived, in no order.
    public func facts(of predicate: String) -> [Fact] { byPredicate[predicate] ?? [] }

    /// Whether a literal without variables holds; `*` as ``Term/any`` says.
    public func holds(_ literal: Literal) -> Bool {
        if let fact = literal.fact { return facts.contains(fact) == literal.isPositive }
        let exists = facts(of: literal.predicate).contains { literal.matches($0) }
        return exists == literal.isPositive
    }

    /// Whether a closed formula holds in the world that has `entities`.
    public func holds(_ formula: Formula, in world: WorldState) -> Bool {
        switch formula {
        case .literal(let literal): holds(literal)
        case .not(let inner): !holds(inner, in: world)
        case .and(let parts): parts.allSatisfy { holds($0, in: world) }
        case .or(let parts): parts.contains { holds($0, in: world) }
        case .forAll(let variable, let type, let inner):
            world.entities(ofType: type).allSatisfy {
                holds(inner.bound(by: [variable: $0.id]), in: world)
            }
        case .exists(let variable, let type, let inner):
            world.entities(ofType: type).contains {
                holds(inner.bound(by: [variable: $0.id]), in: world)
            }
        }
    }

    /// Calls `body` with each binding of the variables under which all
    /// `literals` hold. Negative literals must be bound by those before them.
    public func forEachMatch(
        of literals: ArraySlice<Literal>, binding: [String: EntityID],
        _ body: ([String: EntityID]) -> Void
    ) {
        guard let first = literals.first else { return body(binding) }
        let literal = first.bound(by: binding)
        let isOpen = literal.terms.contains { if case .variable = $0 { true } else { false } }
        if !literal.isPositive || !isOpen {
            if holds(literal) { forEachMatch(of: literals.dropFirst(), binding: binding, body) }
            return
        }
        for fact in facts(of: literal.predicate) {
            guard let extended = literal.unify(with: fact, binding: binding) else { continue }
            forEachMatch(of: literals.dropFirst(), binding: extended, body)
        }
    }
}

extension Literal {
    /// `binding` extended so that the literal equals `fact`, or nil.
    func unify(with fact: Fact, binding: [String: EntityID]) -> [String: EntityID]? {
        guard fact.predicate == predicate, fact.arguments.count == terms.count else { return nil }
        var binding = binding
        for (term, argument) in zip(terms, fact.arguments) {
            switch term {
            case .any: continue
            case .entity(let id): guard id == argument else { return nil }
            case .variable(let name):
                if let known = binding[name] {
                    guard known == argument else { return nil }
                } else {
                    binding[name] = argument
                }
            }
        }
        return binding
    }
}

extension Formula {
    /// The formula with free variables replaced where `binding` has them.
    public func bound(by binding: [String: EntityID]) -> Formula {
        switch self {
        case .literal(let literal): .literal(literal.bound(by: binding))
        case .not(let inner): .not(inner.bound(by: binding))
        case .and(let parts): .and(parts.map { $0.bound(by: binding) })
        case .or(let parts): .or(parts.map { $0.bound(by: binding) })
        case .forAll(let variable, let type, let inner):
            .forAll(variable: variable, type: type, inner.bound(by: binding.filter { $0.key != variable }))
        case .exists(let variable, let type, let inner):
            .exists(variable: variable, type: type, inner.bound(by: binding.filter { $0.key != variable }))
        }
    }
}
