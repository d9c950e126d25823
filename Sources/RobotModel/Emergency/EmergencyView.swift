/// The e-stop as callers see it: `GET /v1/estop`.
public struct EmergencyView: Hashable, Sendable, Codable {
    public var isLatched: Bool
    /// The earliest press that holds; nil where none does.
    public var pressed: EmergencyPress?
    /// All that hold, one for each station at which it was pressed.
    public var presses: [EmergencyPress]
    /// Whether the latch is in its file. False while that is being written, and
    /// where the disk takes nothing.
    public var isOnDisk: Bool
    /// In order of their ids.
    public var robots: [EmergencyReach]
    /// Who has asked for the release, while their code is good.
    public var release: EmergencyReleaseAsk?

    public init(
        isLatched: Bool, pressed: EmergencyPress?, presses: [EmergencyPress], isOnDisk: Bool,
        robots: [EmergencyReach], release: EmergencyReleaseAsk? = nil
    ) {
        self.isLatched = isLatched
        self.pressed = pressed
        self.presses = presses
        self.isOnDisk = isOnDisk
        self.robots = robots
        self.release = release
    }
}

/// Whether the e-stop comes through to a robot.
public struct EmergencyReach: Hashable, Sendable, Codable {
    public var robot: RobotID
    /// Whether its e-stop channel stands: it was heard within the last seconds.
    public var isListening: Bool
    /// Whether it has said that it stopped on the press that holds.
    public var isReached: Bool
    /// From the press, as far as this node saw it, to the robot's word.
    public var afterMilliseconds: Double?

    public init(robot: RobotID, isListening: Bool, isReached: Bool, afterMilliseconds: Double? = nil) {
        self.robot = robot
        self.isListening = isListening
        self.isReached = isReached
        self.afterMilliseconds = afterMilliseconds
    }
}

/// The first step of a release: who asks, and until when the answer counts.
public struct EmergencyReleaseAsk: Hashable, Sendable, Codable {
    public var by: String
    public var reason: String
    public var expiresAt: Instant
    /// For the one who asked alone; nil where others look.
    public var code: String?

    public init(by: String, reason: String, expiresAt: Instant, code: String? = nil) {
        self.by = by
        self.reason = reason
        self.expiresAt = expiresAt
        self.code = code
    }
}
