/// The part of a skill's manifest that steers a step's run, settled when it
/// was planned: a later edit of the manifest changes no running task, and
/// replaying a journal needs no manifests.
public struct StepTerms: Hashable, Sendable, Codable {
    public var timeout: Duration
    public var retry: RetryPolicy
    public var onLinkLoss: OnLinkLoss
    public var cancel: CancelMode
    public var idempotent: Bool
    public var risk: Risk
    /// Held by the step alone while it runs, e.g. `gripper(dog)`, `table`.
    public var resources: [String]
    /// Bound to the step's robot and arguments.
    public var effects: [Effect]
    public var failureEffect: FailureEffect
    /// Whether a more urgent task may have the step stopped in mid-run.
    public var preemptible: Bool
    /// What to run on the same robot after the step was stopped half-way.
    public var compensation: Compensation?
    public var repeats: RepeatPolicy?
    public var votes: VotePolicy?

    public init(
        timeout: Duration = .seconds(60), retry: RetryPolicy = RetryPolicy(),
        onLinkLoss: OnLinkLoss = .stop, cancel: CancelMode = .stop, idempotent: Bool = false,
        risk: Risk = .low, resources: [String] = [], effects: [Effect] = [],
        failureEffect: FailureEffect = .none, preemptible: Bool = false,
        compensation: Compensation? = nil, repeats: RepeatPolicy? = nil, votes: VotePolicy? = nil
    ) {
        self.timeout = timeout
        self.retry = retry
        self.onLinkLoss = onLinkLoss
        self.cancel = cancel
        self.idempotent = idempotent
        self.risk = risk
        self.resources = resources
        self.effects = effects
        self.failureEffect = failureEffect
        self.preemptible = preemptible
        self.compensation = compensation
        self.repeats = repeats
        self.votes = votes
    }
}

/// A skill that puts right what a stopped step left behind, settled with the
/// step's own robot and arguments.
public struct Compensation: Hashable, Sendable, Codable {
    public var skill: SkillName
    public var arguments: [String: Value]
    public var timeout: Duration
    public var resources: [String]
    public var effects: [Effect]
    public var failureEffect: FailureEffect

    public init(
        skill: SkillName, arguments: [String: Value] = [:], timeout: Duration = .seconds(60),
        resources: [String] = [], effects: [Effect] = [], failureEffect: FailureEffect = .uncertain
    ) {
        self.skill = skill
        self.arguments = arguments
        self.timeout = timeout
        self.resources = resources
        self.effects = effects
        self.failureEffect = failureEffect
    }
}

/// A step that runs its skill over and over: what a round returns is the next
/// round's arguments. Only what the newest round needs is kept.
public struct RepeatPolicy: Hashable, Sendable, Codable {
    /// The boolean among the skill's returns that says it is done.
    public var until: String
    /// Rounds after which the step has failed; nil for no limit.
    public var most: UInt64?

    public init(until: String, most: UInt64? = nil) {
        self.until = until
        self.most = most
    }
}

/// Asks an idempotent skill again and again until one answer leads.
/// Source: first-to-ahead-by-k voting, Meyerson et al., «Solving a
/// million-step LLM task with zero errors», 2025.
public struct VotePolicy: Hashable, Sendable, Codable {
    /// How many votes the winner has more than the next one; at least 1.
    public var ahead: UInt32
    /// Votes after which the attempt has failed.
    public var most: UInt32

    public init(ahead: UInt32, most: UInt32 = 100) {
        self.ahead = ahead
        self.most = most
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        ahead = try container.decode(UInt32.self, forKey: .ahead)
        most = try container.decodeIfPresent(UInt32.self, forKey: .most) ?? max(100, ahead)
    }
}
