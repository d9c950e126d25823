public import RobotModel

/// A recorded run beside the same run with one thing changed.
public struct ForkReport: Hashable, Sendable, Codable {
    public var task: TaskID
    /// The record at which the fork begins.
    public var at: UInt64
    public var intervention: String
    /// Where the core first did something else; nil where it never did.
    public var parting: Parting?
    /// The task as it was recorded.
    public var recorded: TaskView
    /// The task as it went in the fork, by virtual time from the parting on.
    public var forked: TaskView
    /// Records that the fork shares with the recording.
    public var replayed: Int
    /// Inputs that came from the simulation.
    public var simulated: Int
    /// What the simulation took for granted.
    public var assumptions: [String]

    /// The first record at which the two runs did different things.
    public struct Parting: Hashable, Sendable, Codable {
        public var record: UInt64
        public var at: Instant
        /// Why: the intervention, or what it led to.
        public var reason: String
        /// What the core did there in the recording, from the first thing that
        /// differs on, a line each; empty for nothing.
        public var recorded: [String]
        public var forked: [String]
    }

    /// Whether what was changed makes the task end well.
    public var isFlipped: Bool { recorded.state != .succeeded && forked.state == .succeeded }
}
