public import RobotModel

/// What goes over an e-stop socket: one each message.
public enum EmergencyFrame: Hashable, Sendable {
    /// Downwards, to those who obey.
    case state(EmergencyState)
    /// Upwards, to those who are obeyed.
    case report(EmergencyReport)

    /// The version of the format that this code speaks.
    public static let currentVersion: UInt32 = 1
}

/// What a station tells those below.
public struct EmergencyState: Hashable, Sendable {
    public var station: NodeID
    /// Grows with every start of the sender, and with every state of that start.
    public var mark: EmergencyMark
    /// How often one comes at least.
    public var beat: Duration
    public var latch: EmergencyLatch

    public init(station: NodeID, mark: EmergencyMark, beat: Duration, latch: EmergencyLatch) {
        self.station = station
        self.mark = mark
        self.beat = beat
        self.latch = latch
    }
}

/// Which state of a station: its start, and the count from there.
public struct EmergencyMark: Hashable, Sendable, Comparable {
    public var epoch: UInt64
    public var sequence: UInt64

    public init(epoch: UInt64 = 0, sequence: UInt64 = 0) {
        self.epoch = epoch
        self.sequence = sequence
    }

    public static func < (left: EmergencyMark, right: EmergencyMark) -> Bool {
        (left.epoch, left.sequence) < (right.epoch, right.sequence)
    }
}

/// What a station tells the one above.
public struct EmergencyReport: Hashable, Sendable {
    public var station: NodeID
    /// The newest state that it has heard.
    public var heard: EmergencyMark
    /// The presses that hold at the sender.
    public var presses: [EmergencyPress]
    public var robots: [Robot]

    /// A robot, and whether it has stopped for the report's presses.
    public struct Robot: Hashable, Sendable {
        public var robot: RobotID
        public var hasStopped: Bool

        public init(robot: RobotID, hasStopped: Bool) {
            self.robot = robot
            self.hasStopped = hasStopped
        }
    }

    public init(
        station: NodeID, heard: EmergencyMark, presses: [EmergencyPress] = [], robots: [Robot] = []
    ) {
        self.station = station
        self.heard = heard
        self.presses = presses
        self.robots = robots
    }
}
