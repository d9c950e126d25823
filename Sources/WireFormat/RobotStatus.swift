public import RobotModel

/// How a robot is, as its heartbeat says.
public struct RobotStatus: Hashable, Sendable {
    public var robot: RobotID
    /// Whether it would take an invocation now, by its own word.
    public var isReady: Bool
    /// Nil where unknown.
    public var pose: Pose?
    /// 0 to 1; nil where unknown.
    public var batteryRatio: Double?

    public init(robot: RobotID, isReady: Bool = true, pose: Pose? = nil, batteryRatio: Double? = nil) {
        self.robot = robot
        self.isReady = isReady
        self.pose = pose
        self.batteryRatio = batteryRatio
    }
}
