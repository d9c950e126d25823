public import RobotModel

/// Hands out bodies: a simulation, or the drivers of a real robot.
public protocol BodyProvider: Sendable {
    /// The robots whose bodies it has.
    func robots() async -> [RobotDescription]

    /// The robot's body for one attempt. A motion that is asked for again
    /// under an attempt that has already done it changes nothing.
    func body(of robot: RobotID, for attempt: AttemptID) async throws(Failure) -> any RobotBody

    /// Whether an attempt from before a restart is known to have been done:
    /// true or false where the body knows, nil where it can't tell.
    func wasDone(_ attempt: AttemptID) async -> Bool?

    /// What the robot sees of the world now: every fact that its sensors
    /// vouch for, positive and negative.
    func observe(by robot: RobotID) async -> [Literal]

    /// Poses and battery, as they change. Ends when the provider does.
    func states() async -> AsyncStream<BodyState>
}

/// What a body says of itself, some ten times a second while it moves.
public struct BodyState: Hashable, Sendable {
    public var robot: RobotID
    /// In the map frame, from odometry or simulation.
    public var pose: Pose
    /// 0 to 1.
    public var batteryRatio: Double

    public init(robot: RobotID, pose: Pose, batteryRatio: Double) {
        self.robot = robot
        self.pose = pose
        self.batteryRatio = batteryRatio
    }
}
