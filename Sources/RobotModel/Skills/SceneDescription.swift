/// A world as a file in `scenes.d` or an imported data set gives it.
public struct SceneDescription: Hashable, Sendable, Codable {
    public var name: String
    public var entities: [Entity]
    /// What holds at the start; all else doesn't.
    public var facts: [Fact]
    /// Robots that come with the scene.
    public var robots: [RobotDescription]

    public init(
        name: String, entities: [Entity] = [], facts: [Fact] = [], robots: [RobotDescription] = []
    ) {
        self.name = name
        self.entities = entities
        self.facts = facts
        self.robots = robots
    }
}
