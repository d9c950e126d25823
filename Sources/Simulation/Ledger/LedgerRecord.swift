import RobotModel

/// One line of the ledger.
struct LedgerRecord: Codable, Sendable {
    /// Counts from 1, without gaps.
    var sequence: UInt64
    var entry: LedgerEntry
}

enum LedgerEntry: Codable, Sendable {
    /// The world was begun anew with the scene that the process was started
    /// with: always the first entry.
    case began(SceneDescription)
    /// The scene was replaced at run time.
    case replaced(SceneDescription)
    case applied(AppliedMotion)
}

/// A motion's effect on the world, as it was applied.
struct AppliedMotion: Hashable, Codable, Sendable {
    var attempt: AttemptID
    var robot: RobotID
    /// Place among the motions of its attempt, from 0.
    var index: Int
    /// E.g. `put_on(apple, table)`.
    var motion: String
    var ending: [Fact]
    var beginning: [Fact]
    /// Where the robot was in the end, in the map frame.
    var pose: Pose
    /// 0 to 1, in the end.
    var batteryRatio: Double
    /// False for a motion that broke off half-way.
    var isWhole: Bool
}
