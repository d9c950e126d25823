import RobotModel
import Yams

/// Reads a scene and checks that its facts speak of what is in it.
enum SceneReader {
    static func read(_ map: MapReader) -> SceneDescription? {
        let name = map.identifier("name", isRequired: true)
        let entities = EntityReader.entities(map, "entities")
        var facts = EntityReader.facts(map)
        var robots: [RobotDescription] = []
        var places: [(id: EntityID, node: Node)] = entities.map { ($0.entity.id, $0.node) }
        for node in map.items("robots") {
            guard let entry = MapReader(node, "an entry of robots", map.problems) else { continue }
            let robot = RobotReader.readWithMarks(entry)
            entry.finish()
            guard let robot else { continue }
            robots.append(robot.robot)
            facts += robot.facts
            places.append((EntityID(robot.robot.id), node))
            places += robot.robot.parts.map { ($0.id, node) }
        }
        var ids: Set<EntityID> = []
        for place in places where !ids.insert(place.id).inserted {
            map.problems.note(.duplicate, "the id “\(place.id)” stands twice in this scene", at: place.node)
        }
        for (fact, node) in facts {
            for argument in fact.arguments where !ids.contains(argument) {
                map.problems.note(
                    .unknownName,
                    "“\(argument)” in \(fact) is no entity of this scene"
                        + NearMatches.hint(for: argument.rawValue, among: ids.map(\.rawValue)),
                    at: node)
            }
        }
        guard let name else { return nil }
        let own = facts.prefix(facts.count - robots.reduce(0) { $0 + $1.facts.count })
        return SceneDescription(
            name: name, entities: entities.map(\.entity), facts: own.map(\.fact), robots: robots)
    }
}
