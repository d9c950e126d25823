/// A brain's order to a robot: run this skill, once, under this token.
public struct Invocation: Hashable, Sendable, Codable {
    public var attempt: AttemptID
    public var token: FencingToken
    public var robot: RobotID
    public var skill: SkillName
    public var arguments: [String: Value]
    /// The robot ends the attempt itself when it takes longer.
    public var timeout: Duration
    public var onLinkLoss: OnLinkLoss
    public var cancel: CancelMode
    /// Doing it twice is the same as doing it once.
    public var idempotent: Bool
    /// How often the skill is asked, and whose answer counts; nil for once.
    public var votes: VotePolicy?

    public init(
        attempt: AttemptID, token: FencingToken, robot: RobotID, skill: SkillName,
        arguments: [String: Value], timeout: Duration, onLinkLoss: OnLinkLoss = .stop,
        cancel: CancelMode = .stop, idempotent: Bool = false, votes: VotePolicy? = nil
    ) {
        self.attempt = attempt
        self.token = token
        self.robot = robot
        self.skill = skill
        self.arguments = arguments
        self.timeout = timeout
        self.onLinkLoss = onLinkLoss
        self.cancel = cancel
        self.idempotent = idempotent
        self.votes = votes
    }
}

/// How an attempt ended, by the robot's report.
public enum AttemptOutcome: Hashable, Sendable, Codable {
    /// With the values that the manifest's `returns` name, and what the robot
    /// saw while at it (its own observations, not the manifest's effects).
    case succeeded(returns: [String: Value], observed: [Literal])
    case failed(Failure, observed: [Literal])

    public static var succeeded: AttemptOutcome { .succeeded(returns: [:], observed: []) }
    public static func failed(_ failure: Failure) -> AttemptOutcome { .failed(failure, observed: []) }

    public var failure: Failure? {
        if case .failed(let failure, _) = self { failure } else { nil }
    }
}

/// A note on the way: how far, and in what phase.
public struct AttemptProgress: Hashable, Sendable, Codable {
    /// 0 to 1, by the skill's own reckoning.
    public var ratio: Double
    public var note: String

    public init(ratio: Double, note: String = "") {
        self.ratio = ratio
        self.note = note
    }
}
