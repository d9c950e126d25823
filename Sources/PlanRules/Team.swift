public import RobotModel

/// Who is there and what they can do: the robots, the skills by name, and the
/// rules of the world they work in.
public struct Team: Sendable {
    public var robots: [RobotID: RobotDescription]
    public var skills: [SkillName: SkillManifest]
    public var rules: [DerivedRule]

    public init(
        robots: [RobotDescription] = [], skills: [SkillManifest] = [],
        rules: [DerivedRule] = StandardRules.rules
    ) {
        self.robots = Dictionary(robots.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        self.skills = Dictionary(skills.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        self.rules = rules
    }

    /// The manifest of a skill that this robot has.
    public func skill(_ name: SkillName, of robot: RobotID) -> SkillManifest? {
        guard let description = robots[robot], description.skills.contains(name) else { return nil }
        return skills[name]
    }
}
