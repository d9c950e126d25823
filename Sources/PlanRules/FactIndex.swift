public import RobotModel

/// All facts of a world, base and derived, ready to be asked.
public struct FactIndex: Sendable {
    private let table: FactTable

    /// Computes the least model of `rules` over the base facts of `world`.
    ///
    /// - Parameter asking: where given, only derived facts that these literals
    ///   could speak of are sure to be there; much is saved in large worlds.
    public init(_ world: WorldState, rules: [DerivedRule], asking: [Literal]? = nil) {
        var table = FactTable()
        for fact in world.facts {
            let predicate = table.number(
                FactTable.Predicate(name: fact.predicate, arity: fact.arguments.count))
            table.insert(predicate, fact.arguments.map { table.number($0) })
        }
        self.table = RuleClosure.close(table, rules: rules, asking: asking)
    }

    public func contains(_ fact: Fact) -> Bool {
        guard
            let predicate = table.find(FactTable.Predicate(name: fact.predicate, arity: fact.arguments.count))
        else { return false }
        var arguments: [Int32] = []
        for argument in fact.arguments {
            guard let number = table.find(argument) else { return false }
            arguments.append(number)
        }
        return table.contains(predicate, arguments)
    }

    /// Every fact of one predicate, base or derived, in no order.
    public func facts(of predicate: String) -> [Fact] {
        table.predicates.indices.filter { table.predicates[$0].name == predicate }
            .flatMap { table.facts(of: $0).map(table.fact) }
    }

    /// Every fact that fits `literal`, `*` standing for anything.
    func facts(matching literal: Literal) -> [Fact] {
        candidates(literal).map(table.fact).filter(literal.matches)
    }

    /// Whether a literal without variables holds; `*` as ``Term/any`` says.
    public func holds(_ literal: Literal) -> Bool {
        if let fact = literal.fact { return contains(fact) == literal.isPositive }
        return !facts(matching: literal).isEmpty == literal.isPositive
    }

    /// The numbers of a few facts among which all are that could fit.
    private func candidates(_ literal: Literal) -> [Int32] {
        guard
            let predicate = table.find(
                FactTable.Predicate(name: literal.predicate, arity: literal.terms.count))
        else { return [] }
        var pattern: [Int32] = []
        for term in literal.terms {
            guard case .entity(let id) = term else {
                pattern.append(-1)
                continue
            }
            guard let number = table.find(id) else { return [] }
            pattern.append(number)
        }
        return table.candidates(predicate, pattern)
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
        for number in candidates(literal) {
            guard let extended = literal.unify(with: table.fact(number), binding: binding) else { continue }
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
