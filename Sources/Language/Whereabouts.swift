import PlanRules
import RobotModel

/// Where things are: as the world has it now, and then, clause by clause, as
/// it will be when what was asked for so far is done.
///
/// Walks up from thing to support and room. That is what the derived rules for
/// `located` and `supported` say too; walking costs only what is looked at,
/// where deriving them costs every pair of things.
struct Whereabouts {
    struct Perch: Hashable {
        /// `on`, `inside`, `in`, `holding`, `part_of` or `mounted`.
        var predicate: String
        var place: EntityID
    }

    private var perches: [EntityID: [Perch]] = [:]
    /// What each robot stands close to.
    private var neighbours: [EntityID: [EntityID]] = [:]
    private let entities: [EntityID: Entity]

    init(facts: Set<Fact>, entities: [EntityID: Entity]) {
        self.entities = entities
        for fact in facts.sorted() where fact.arguments.count == 2 {
            let (first, second) = (fact.arguments[0], fact.arguments[1])
            switch fact.predicate {
            case "on", "inside", "in", "part_of", "mounted":
                perches[first, default: []].append(Perch(predicate: fact.predicate, place: second))
            case "holding": perches[second, default: []].append(Perch(predicate: "holding", place: first))
            case "at": neighbours[first, default: []].append(second)
            default: continue
            }
        }
    }

    func perches(of thing: EntityID) -> [Perch] { perches[thing] ?? [] }

    /// Whether `thing` is at `place` in the sense of `relation`, with nothing
    /// between them.
    func isDirectly(_ thing: EntityID, _ relation: Relation, _ place: EntityID) -> Bool {
        if relation == .at || relation == .from, neighbours[thing]?.contains(place) == true { return true }
        return perches(of: thing).contains { perch in
            guard perch.place == place else { return false }
            switch (relation, perch.predicate) {
            case (.on, "on"), (.on, "mounted"), (.within, "inside"), (.within, "in"), (.within, "part_of"):
                return true
            // People say “on the plate” and “in the sink” whatever the scene calls them.
            case (.on, "inside"): return !has(place, StandardTypes.surface)
            case (.within, "on"): return !has(place, StandardTypes.container)
            case (.at, _), (.from, _), (.towards, _): return true
            default: return false
            }
        }
    }

    /// Whether going up from `thing` leads to `place`.
    func isSomewhere(_ thing: EntityID, at place: EntityID) -> Bool {
        var open = [thing]
        var seen: Set<EntityID> = [thing]
        while let next = open.popLast() {
            for perch in perches(of: next) {
                if perch.place == place { return true }
                if seen.insert(perch.place).inserted { open.append(perch.place) }
            }
        }
        return false
    }

    /// Those of `things` that are at one of `places`: with nothing between
    /// where there are such, or else at any depth. In a room is at any depth.
    func narrow(_ things: [EntityID], _ relation: Relation, _ places: [EntityID]) -> [EntityID] {
        let isRoom = places.contains { has($0, StandardTypes.room) }
        let direct = things.filter { thing in places.contains { isDirectly(thing, relation, $0) } }
        guard isRoom || direct.isEmpty else { return direct }
        return things.filter { thing in places.contains { isSomewhere(thing, at: $0) } }
    }

    /// A hint that tells things of one name apart: “on kitchen table”.
    func hint(for thing: EntityID) -> String? {
        guard let perch = perches(of: thing).first else { return nil }
        let word =
            switch perch.predicate {
            case "holding": "held by"
            case "part_of": "part of"
            case "mounted": "on"
            default: perch.predicate == "on" ? "on" : "in"
            }
        return "\(word) \(perch.place)"
    }

    /// Takes it that `literal` has come true.
    mutating func assume(_ literal: Literal) {
        guard let fact = literal.fact, fact.arguments.count == 2 else { return }
        let (first, second) = (fact.arguments[0], fact.arguments[1])
        guard literal.isPositive else {
            perches[first]?.removeAll { $0 == Perch(predicate: fact.predicate, place: second) }
            return
        }
        switch fact.predicate {
        case "on", "inside", "in": perches[first] = [Perch(predicate: fact.predicate, place: second)]
        case "located": perches[first] = [Perch(predicate: "in", place: second)]
        case "holding": perches[second] = [Perch(predicate: "holding", place: first)]
        case "at": neighbours[first] = [second]
        default: break
        }
    }

    private func has(_ id: EntityID, _ type: String) -> Bool { entities[id]?.types.contains(type) == true }
}
