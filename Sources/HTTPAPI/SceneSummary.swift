public import RobotModel

/// What applying a scene brought into shared memory.
public struct SceneSummary: Hashable, Sendable, Codable {
    public var name: String
    public var entityCount: Int
    public var factCount: Int
    /// Robots that the scene declares, in its order.
    public var robots: [RobotID]
    /// What was odd but harmless, with line numbers where known.
    public var warnings: [String]

    public init(
        name: String, entityCount: Int, factCount: Int, robots: [RobotID] = [],
        warnings: [String] = []
    ) {
        self.name = name
        self.entityCount = entityCount
        self.factCount = factCount
        self.robots = robots
        self.warnings = warnings
    }
}
