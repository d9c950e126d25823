import RobotModel

/// What stands where, read from facts: rooms with their furniture, robots, and
/// what each of these carries.
struct MapContents {
    /// A thing and what it carries, down to the last spoon.
    struct Node {
        let id: EntityID
        let label: String
        let isOpen: Bool
        let isOpenable: Bool
        /// Someone should look before relying on it.
        let isUncertain: Bool
        var carried: [Node] = []
    }

    let rooms: [Entity]
    let doors: [Entity]
    private let entities: [EntityID: Entity]
    private let robotIDs: Set<EntityID>
    private let facts: [FactRecord]
    private let held: Set<Fact>
    /// What each thing carries: on it, in it, held by it or part of it.
    private let carried: [EntityID: [(id: EntityID, isUncertain: Bool)]]
    private let roomOf: [EntityID: EntityID]

    init(entities: [Entity], facts: [FactRecord], robots: [RobotView]) {
        let facts = facts.filter(\.holds)
        self.facts = facts
        held = Set(facts.map(\.fact))
        self.entities = Dictionary(entities.map { ($0.id, $0) }) { first, _ in first }
        robotIDs = Set(robots.map { EntityID($0.description.id) })
        rooms = entities.filter { $0.types.contains(StandardTypes.room) }.sorted { $0.id < $1.id }
        doors = entities.filter { $0.types.contains(StandardTypes.door) }.sorted { $0.id < $1.id }

        var carried: [EntityID: [(EntityID, Bool)]] = [:]
        var roomOf: [EntityID: EntityID] = [:]
        for record in facts.sorted(by: { $0.fact < $1.fact }) where record.fact.arguments.count == 2 {
            let (first, second) = (record.fact.arguments[0], record.fact.arguments[1])
            let isUncertain = record.certainty == .uncertain
            switch record.fact.predicate {
            case "on", "inside", "part_of": carried[second, default: []].append((first, isUncertain))
            case "holding": carried[first, default: []].append((second, isUncertain))
            case "in": roomOf[first] = second
            default: break
            }
        }
        self.carried = carried
        self.roomOf = roomOf
    }

    func entity(_ id: EntityID) -> Entity? { entities[id] }

    /// The rooms that a door joins.
    func rooms(of door: EntityID) -> [EntityID] {
        for fact in held where fact.predicate == "connects" && fact.arguments.first == door {
            return Array(fact.arguments.dropFirst())
        }
        return held.filter { $0.predicate == "in" && $0.arguments.first == door }.compactMap {
            $0.arguments.last
        }.sorted()
    }

    /// Whether someone should look before relying on all that is shown.
    var hasDoubts: Bool { facts.contains { $0.certainty == .uncertain } }

    func isOpen(_ id: EntityID) -> Bool { held.contains(Fact("open", id)) }

    /// Where a robot or thing is in the end: the room that its supports stand in.
    func room(of id: EntityID, depth: Int = 0) -> EntityID? {
        if let room = roomOf[id] { return room }
        guard depth < 16 else { return nil }
        for record in facts where record.fact.arguments.count == 2 {
            let (first, second) = (record.fact.arguments[0], record.fact.arguments[1])
            switch record.fact.predicate {
            case "on", "inside", "part_of", "mounted", "at":
                if first == id, let room = room(of: second, depth: depth + 1) { return room }
            case "holding":
                if second == id, let room = room(of: first, depth: depth + 1) { return room }
            default: break
            }
        }
        return nil
    }

    /// The furniture of a room: what stands in it or on its floor, and can't
    /// be carried off.
    func furniture(of room: EntityID) -> [Node] { standing(in: room).filter { !isItem($0.id) }.map(node) }

    /// Items that lie on a room's floor.
    func onFloor(of room: EntityID) -> [Node] { standing(in: room).filter { isItem($0.id) }.map(node) }

    /// What is in a room with nothing but the floor under it.
    private func standing(in room: EntityID) -> [(id: EntityID, isUncertain: Bool)] {
        let things = roomOf.filter { $0.value == room }.map(\.key).sorted()
        let floors = things.filter { has($0, "floor") } + [room]
        let own = things.filter { !has($0, "floor") && !has($0, StandardTypes.door) }.map {
            (id: $0, isUncertain: false)
        }
        return (own + floors.flatMap { carried[$0] ?? [] }).filter { !robotIDs.contains($0.id) }
    }

    private func node(_ thing: (id: EntityID, isUncertain: Bool)) -> Node {
        node(thing.id, isUncertain: thing.isUncertain, depth: 0)
    }

    /// What a robot holds or carries.
    func load(of robot: EntityID) -> [Node] {
        (carried[robot] ?? []).map { node($0.id, isUncertain: $0.isUncertain, depth: 0) }
    }

    private func has(_ id: EntityID, _ type: String) -> Bool { entities[id]?.types.contains(type) ?? false }

    private func isItem(_ id: EntityID) -> Bool { has(id, StandardTypes.item) }

    private func node(_ id: EntityID, isUncertain: Bool, depth: Int) -> Node {
        let types = entities[id]?.types ?? []
        // Facts from outside may go round in a circle; a picture need not.
        let below = depth < 6 ? (carried[id] ?? []) : []
        return Node(
            id: id, label: id.rawValue.replacing("_", with: " "), isOpen: isOpen(id),
            isOpenable: types.contains(StandardTypes.openable), isUncertain: isUncertain,
            carried: below.filter { !robotIDs.contains($0.id) }
                .map { node($0.id, isUncertain: $0.isUncertain, depth: depth + 1) })
    }
}
