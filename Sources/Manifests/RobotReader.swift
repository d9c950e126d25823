import RobotModel
import Yams

/// Reads a robot's description, alone or in a scene.
enum RobotReader {
    static func read(_ map: MapReader) -> RobotDescription? { readWithMarks(map)?.robot }

    /// The robot with the places of its facts, which a scene checks.
    static func readWithMarks(_ map: MapReader) -> (
        robot: RobotDescription, facts: [(fact: Fact, node: Node)]
    )? {
        let name = map.value("name")
        let id =
            map.identifier("id", isRequired: name == nil)
            ?? name.flatMap { map.problems.identifier($0, "name") }
        if let name, map.has("id") {
            map.problems.note(
                .duplicate, "give “id” or “name”, not both; other names go into “names”", at: name)
        }
        let robotID = RobotID(id ?? "unnamed")
        let parts = EntityReader.entities(map, "parts")
        let facts = EntityReader.facts(map, selfID: EntityID(robotID))
        let robot = RobotDescription(
            id: robotID,
            embodiment: map.identifier("embodiment", isRequired: true) ?? "",
            names: map.texts("names"),
            skills: map.identifiers("skills").map { SkillName($0) },
            limits: readLimits(map),
            resources: map.identifiers("resources"),
            parts: parts.map(\.entity),
            facts: facts.map(\.fact),
            pose: map.value("pose").flatMap { map.problems.pose($0, "pose") })
        var ids: Set<EntityID> = [EntityID(robotID)]
        for part in parts where !ids.insert(part.entity.id).inserted {
            map.problems.note(.duplicate, "“\(part.entity.id)” stands twice in this robot", at: part.node)
        }
        return id == nil ? nil : (robot, facts)
    }

    private static func readLimits(_ map: MapReader) -> RobotLimits {
        var limits = RobotLimits()
        guard let inner = map.map("limits") else { return limits }
        func set(_ key: String, _ path: WritableKeyPath<RobotLimits, Double>) {
            if let number = inner.quantity(key, orZero: true) { limits[keyPath: path] = number }
        }
        set("speed_m_per_s", \.speedMetersPerSecond)
        set("reach_m", \.reachMeters)
        set("payload_kg", \.payloadKilograms)
        set("battery_ratio_per_h", \.batteryRatioPerHour)
        inner.finish()
        return limits
    }
}
