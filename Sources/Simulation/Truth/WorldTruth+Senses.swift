import PlanRules
import RobotModel

extension WorldTruth {
    /// What the robot sees: its own state, and of the room that it is in all
    /// that isn't shut in a closed container.
    ///
    /// Positive literals are the base facts that motions can change. Negative
    /// ones would be endless, so these are given: of itself, and of all that it
    /// sees, whatever once held or was attempted and doesn't hold.
    func literalsSeen(by robot: RobotID) -> [Literal] {
        let me = EntityID(robot)
        guard robots[robot] != nil else { return [] }
        let here = room(of: me)
        let seen = visible(from: here).union([me]).union(robots[robot]?.parts.map(\.id) ?? [])
        var literals: Set<Literal> = []
        for fact in state.facts
        where Self.changing.contains(fact.predicate) && isPlain(fact, seen: seen, room: here) {
            literals.insert(Literal(fact))
        }
        let absent = doubts.filter { isPlain($0, seen: seen, room: here) }.union(
            absentByNature(of: robot, seen: seen))
        for fact in absent where !state.facts.contains(fact) {
            literals.insert(Literal(fact, isPositive: false))
        }
        return literals.sorted { $0.description < $1.description }
    }

    /// Predicates whose facts motions change.
    private static let changing: Set<String> = [
        "in", "on", "inside", "holding", "at", "open", "flying", "clean",
    ]

    /// Facts that the robot's own senses deny unless they hold.
    private func absentByNature(of robot: RobotID, seen: Set<EntityID>) -> [Fact] {
        let me = EntityID(robot)
        let skills = robots[robot]?.skills ?? []
        var facts = state.entities(ofType: StandardTypes.room).map { Fact("in", me, $0.id) }
        for id in seen {
            if id != me, skills.contains("navigate") { facts.append(Fact("at", me, id)) }
            if skills.contains("pick"), state.has(id, type: StandardTypes.item) {
                facts.append(Fact("holding", me, id))
            }
            if state.has(id, type: StandardTypes.openable) { facts.append(Fact("open", id)) }
        }
        if skills.contains("take_off") { facts.append(Fact("flying", me)) }
        return facts
    }

    /// Whether someone who sees `seen` can tell if `fact` holds.
    private func isPlain(_ fact: Fact, seen: Set<EntityID>, room: EntityID?) -> Bool {
        guard let subject = fact.arguments.first, let object = fact.arguments.last else { return false }
        switch fact.predicate {
        case "on", "holding":
            return seen.contains(subject) || seen.contains(object)
        case "inside":
            return seen.contains(subject)
                || (seen.contains(object) && state.facts.contains(Fact("open", object)))
        case "in":
            return seen.contains(subject) || object == room
        default:
            return seen.contains(subject) || subject == room
        }
    }

    /// What is in the room and not shut in.
    private func visible(from room: EntityID?) -> Set<EntityID> {
        guard let room else { return [] }
        return Set(state.entities.keys.filter { rooms(of: $0).contains(room) && !isShutIn($0) })
    }

    private func isShutIn(_ id: EntityID) -> Bool {
        var last = id
        for next in supports(of: id) {
            if state.facts.contains(Fact("inside", last, next)), !state.facts.contains(Fact("open", next)) {
                return true
            }
            last = next
        }
        return false
    }
}
