public import RobotModel

/// What an edge's robots are told, and what they tell.
public enum ExecutionInput: Hashable, Sendable {
    /// What was on disk when the edge started.
    case restored([RobotID: RobotLedger])
    /// A skill host is connected, with the robots that it speaks for.
    case hostJoined(HostID, [HostedRobot])
    case hostLost(HostID, reason: String)
    case invoked(Invocation)
    case cancelRequested(AttemptID, FencingToken, RobotID, reason: String)
    /// The result is on the brain's disk.
    case resultConfirmed(AttemptID, RobotID)
    case accepted(AttemptID, RobotID)
    case progressed(AttemptID, RobotID, AttemptProgress)
    case ended(AttemptID, RobotID, AttemptOutcome)
    case brainLost(reason: String)
    /// The e-stop was pressed, can't be heard, or holds nothing back any more.
    case emergencyChanged(EmergencyHold?)
    case timerFired(ExecutionTimer)
}

/// What the edge does about it, in order.
public enum ExecutionAction: Hashable, Sendable {
    /// On disk before the next action is carried out.
    case store(RobotID, RobotLedger)
    /// On disk soon, together with others: nothing depends on it but the
    /// memory over a crash of what another ledger, or an idempotent skill,
    /// makes good. ``ExecutionMachine/ledger(of:)`` says what.
    case storeLater(RobotID)
    case invoke(HostID, Invocation)
    case cancel(HostID, AttemptID, FencingToken, reason: String)
    /// The host may forget the result: it is on the edge's disk.
    case confirm(HostID, AttemptID, FencingToken)
    case reportAccepted(AttemptID, FencingToken)
    case reportProgress(AttemptID, FencingToken, AttemptProgress)
    case reportEnded(AttemptID, FencingToken, AttemptOutcome)
    /// Robots came or went: the brain gets a new ``ExecutionMachine/roster``.
    case rosterChanged
    case startTimer(ExecutionTimer, at: Instant)
    case stopTimer(ExecutionTimer)
}

/// A process that runs skills, as its session names it.
public struct HostID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A robot that a host offers, and what the host remembers of it.
public struct HostedRobot: Hashable, Sendable {
    public var description: RobotDescription
    /// Attempts that it is at (no outcome), or whose result nobody has confirmed.
    public var attempts: [AttemptID: AttemptOutcome?]
    /// The tokens of these attempts, where the host says them.
    public var tokens: [AttemptID: FencingToken]
    /// The greatest token that it has obeyed; nil where it keeps no record.
    public var highestToken: FencingToken?
    /// Whether the host keeps orders and results on a disk of its own: then the
    /// edge needn't wait for its own disk.
    public var keepsLedger: Bool
    /// What the robot sees now, where it can't say how an attempt ended.
    public var observed: [Literal]

    public init(
        description: RobotDescription, attempts: [AttemptID: AttemptOutcome?] = [:],
        tokens: [AttemptID: FencingToken] = [:], highestToken: FencingToken? = nil,
        keepsLedger: Bool = false, observed: [Literal] = []
    ) {
        self.description = description
        self.attempts = attempts
        self.tokens = tokens
        self.highestToken = highestToken
        self.keepsLedger = keepsLedger
        self.observed = observed
    }
}

/// What a robot must not forget: the fence, and the results of its newest orders.
public struct RobotLedger: Hashable, Sendable, Codable {
    public var highestToken: FencingToken
    public var records: [AttemptRecord]

    public init(
        highestToken: FencingToken = FencingToken(epoch: 0, counter: 0), records: [AttemptRecord] = []
    ) {
        self.highestToken = highestToken
        self.records = records
    }
}

public enum ExecutionTimer: Hashable, Sendable, Comparable {
    /// The host should have ended the attempt by its own time-out.
    case overdue(RobotID, AttemptID)
    /// It was told to stop, and didn't say that it had.
    case unstoppable(RobotID, AttemptID)
}
