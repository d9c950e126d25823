import RobotModel
import Yams

/// Reads what scenes and robots share: entities, facts, names.
enum EntityReader {
    static func entities(_ map: MapReader, _ key: String) -> [(entity: Entity, node: Node)] {
        map.items(key).compactMap { node in
            guard let entry = MapReader(node, "an entry of \(key)", map.problems) else { return nil }
            let id = entry.identifier("id", isRequired: true)
            let entity = Entity(
                id: EntityID(id ?? "unnamed"),
                types: entry.identifiers("types", isRequired: true),
                names: entry.texts("names"),
                pose: entry.value("pose").flatMap { map.problems.pose($0, "pose") },
                properties: entry.value("properties").map { map.problems.values($0, "properties") } ?? [:])
            entry.finish()
            return id == nil ? nil : (entity, node)
        }
    }

    /// - Parameter selfID: what `self` stands for, in a robot's own facts.
    static func facts(_ map: MapReader, selfID: EntityID? = nil) -> [(fact: Fact, node: Node)] {
        map.items("facts").compactMap { node in
            let fact = map.problems.notation(node, "a fact") { text throws(FactSyntaxError) -> Fact in
                guard let selfID else { return try FactSyntax().fact(text) }
                let literal = try FactSyntax().literal(text).bound(by: ["self": selfID])
                guard literal.isPositive, let fact = literal.fact else { return try FactSyntax().fact(text) }
                return fact
            }
            return fact.map { ($0, node) }
        }
    }
}
