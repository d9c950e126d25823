public import RobotModel

/// What is there and what holds: the world as planner, validator, simulation
/// and language look at it. A fact that isn't listed doesn't hold.
public struct WorldState: Hashable, Sendable {
    public var entities: [EntityID: Entity]
    /// Base facts; derived ones come from ``derivedFacts(by:)``.
    public var facts: Set<Fact>

    public init(entities: [EntityID: Entity] = [:], facts: Set<Fact> = []) {
        self.entities = entities
        self.facts = facts
    }

    public init(scene: SceneDescription) {
        self.init()
        for entity in scene.entities { entities[entity.id] = entity }
        facts = Set(scene.facts)
        for robot in scene.robots { add(robot) }
    }

    /// Enters a robot with its parts and the facts that it comes with.
    public mutating func add(_ robot: RobotDescription) {
        entities[EntityID(robot.id)] = robot.entity
        for part in robot.parts {
            entities[part.id] = part
            facts.insert(Fact("part_of", part.id, EntityID(robot.id)))
        }
        facts.formUnion(robot.facts)
    }

    /// Whether the entity is there and carries `type` (or `type` is `entity`).
    public func has(_ id: EntityID, type: String) -> Bool {
        guard let entity = entities[id] else { return false }
        return type == SkillParameter.anyEntity || entity.types.contains(type)
    }

    /// The entities that carry `type`, by name.
    public func entities(ofType type: String) -> [Entity] {
        entities.values
            .filter { type == SkillParameter.anyEntity || $0.types.contains(type) }
            .sorted { $0.id < $1.id }
    }
}
