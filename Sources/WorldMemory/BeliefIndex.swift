import RobotModel

/// The facts that hold or are in doubt, found by predicate or by entity, so
/// that a question costs what its answer is long.
struct BeliefIndex: Sendable {
    private var byPredicate: [String: Set<Fact>] = [:]
    private var byEntity: [EntityID: Set<Fact>] = [:]

    mutating func insert(_ fact: Fact) {
        byPredicate[fact.predicate, default: []].insert(fact)
        for id in fact.arguments { byEntity[id, default: []].insert(fact) }
    }

    mutating func remove(_ fact: Fact) {
        byPredicate[fact.predicate]?.remove(fact)
        for id in fact.arguments {
            byEntity[id]?.remove(fact)
            if byEntity[id]?.isEmpty == true { byEntity[id] = nil }
        }
    }

    func facts(naming id: EntityID) -> Set<Fact> { byEntity[id] ?? [] }

    /// The facts that `pattern` fits, whatever its sign, in order.
    func facts(matching pattern: Literal) -> [Fact] {
        var candidates = byPredicate[pattern.predicate] ?? []
        for case .entity(let id) in pattern.terms {
            let named = facts(naming: id)
            if named.count < candidates.count { candidates = named }
        }
        return candidates.filter(pattern.matches).sorted()
    }
}
