public import RobotModel

/// How the daemon is, for probes and for `pons doctor`.
public struct HealthReport: Hashable, Sendable, Codable {
    /// Its event loops turn. False asks the supervisor for a restart.
    public var isLive: Bool
    /// It takes tasks.
    public var isReady: Bool
    /// Why it isn't live or ready; empty where it is.
    public var reasons: [String]
    /// Of the program, e.g. `0.1.0`.
    public var version: String
    public var node: NodeID
    /// Grows with every start of the brain.
    public var epoch: UInt64
    public var startedAt: Instant
    /// The daemon's wall clock when it made this report.
    public var now: Instant
    /// Free space where the state folder lies; nil where that can't be told.
    public var freeDiskBytes: UInt64?
    /// Files in the drop-in folders that were refused. The rest works.
    public var problems: [FileProblem]

    public init(
        isLive: Bool, isReady: Bool, reasons: [String] = [], version: String, node: NodeID,
        epoch: UInt64, startedAt: Instant, now: Instant, freeDiskBytes: UInt64? = nil,
        problems: [FileProblem] = []
    ) {
        self.isLive = isLive
        self.isReady = isReady
        self.reasons = reasons
        self.version = version
        self.node = node
        self.epoch = epoch
        self.startedAt = startedAt
        self.now = now
        self.freeDiskBytes = freeDiskBytes
        self.problems = problems
    }
}

/// A file that was refused, and why.
public struct FileProblem: Hashable, Sendable, Codable {
    public var file: String
    /// From 1; nil where the whole file is at fault.
    public var line: Int?
    public var message: String

    public init(file: String, line: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }
}
