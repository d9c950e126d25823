/// What a skill is: everything that the brain needs to plan with it and that
/// a robot needs to run it. Declared in YAML (`skills.d`) or by a skill host.
public struct SkillManifest: Hashable, Sendable, Codable {
    public var name: SkillName
    /// Semantic version of the skill, e.g. `1.0.0`.
    public var version: String
    public var summary: String
    /// How people say it: `put {item} [down] on {surface}`.
    public var phrases: [String]
    public var parameters: [SkillParameter]
    public var returns: [SkillParameter]
    public var conditions: SkillConditions
    public var effects: SkillEffects
    public var duration: SkillDuration
    /// What an attempt has to itself: `self.gripper`, or a parameter's name.
    public var resources: [String]
    public var onLinkLoss: OnLinkLoss
    public var cancel: CancelMode
    /// Whether doing it twice is the same as doing it once.
    public var idempotent: Bool
    public var risk: Risk
    public var host: HostKind
    public var retry: RetryPolicy
    /// Whether a more urgent task may have it stopped in mid-run.
    public var preemptible: Bool

    public init(
        name: SkillName, version: String = "1.0.0", summary: String = "", phrases: [String] = [],
        parameters: [SkillParameter] = [], returns: [SkillParameter] = [],
        conditions: SkillConditions = SkillConditions(), effects: SkillEffects = SkillEffects(),
        duration: SkillDuration = SkillDuration(), resources: [String] = [],
        onLinkLoss: OnLinkLoss = .stop, cancel: CancelMode = .stop, idempotent: Bool = false,
        risk: Risk = .low, host: HostKind = .zmq, retry: RetryPolicy = RetryPolicy(),
        preemptible: Bool = false
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.phrases = phrases
        self.parameters = parameters
        self.returns = returns
        self.conditions = conditions
        self.effects = effects
        self.duration = duration
        self.resources = resources
        self.onLinkLoss = onLinkLoss
        self.cancel = cancel
        self.idempotent = idempotent
        self.risk = risk
        self.host = host
        self.retry = retry
        self.preemptible = preemptible
    }

    /// The syntax for this skill's conditions and effects, in which parameters
    /// are variables.
    public var factSyntax: FactSyntax { FactSyntax(variables: Set(parameters.map(\.name))) }
}

/// What must hold when an attempt starts, and for as long as it runs.
public struct SkillConditions: Hashable, Sendable, Codable {
    public var start: [Literal]
    public var hold: [Literal]

    public init(start: [Literal] = [], hold: [Literal] = []) {
        self.start = start
        self.hold = hold
    }
}

/// What an attempt does to the world.
public struct SkillEffects: Hashable, Sendable, Codable {
    /// Applied when it succeeds: first all negative ones, then all positive ones.
    public var success: [Effect]
    /// What a failure does to the facts that `success` speaks of.
    public var failure: FailureEffect

    public init(success: [Effect] = [], failure: FailureEffect = .none) {
        self.success = success
        self.failure = failure
    }
}

public enum FailureEffect: String, Hashable, Sendable, Codable {
    /// The facts are in doubt until someone looks.
    case uncertain
    /// A failed attempt leaves the world as it was.
    case none
}

/// How long an attempt takes.
public struct SkillDuration: Hashable, Sendable, Codable {
    /// Typical time, without travel.
    public var typicalSeconds: Double
    /// The parameter that the robot travels to: distance over the robot's
    /// speed is added to the typical time.
    public var travelTo: String?
    /// An attempt that isn't done by then has failed with `timeout`.
    public var timeoutSeconds: Double

    public init(typicalSeconds: Double = 1, travelTo: String? = nil, timeoutSeconds: Double = 60) {
        self.typicalSeconds = typicalSeconds
        self.travelTo = travelTo
        self.timeoutSeconds = timeoutSeconds
    }

    /// ``timeoutSeconds``, to the millisecond.
    public var timeout: Duration {
        .milliseconds(Int64((max(0, min(timeoutSeconds, 1e9)) * 1000).rounded()))
    }

    enum CodingKeys: String, CodingKey {
        case typicalSeconds = "typical_s"
        case travelTo = "travel_to"
        case timeoutSeconds = "timeout_s"
    }
}

/// What a robot does in mid-skill when it loses its brain.
public enum OnLinkLoss: String, Hashable, Sendable, Codable {
    case stop, finish, `continue`
}

/// What a cancel does to a running attempt.
public enum CancelMode: Hashable, Sendable {
    case stop
    case finish
    /// Runs another skill of the same robot with the same arguments.
    case compensate(SkillName)
}

public enum Risk: String, Hashable, Sendable, Codable {
    /// `high` waits for a person's approval.
    case low, medium, high
}

/// Where a skill runs.
public enum HostKind: String, Hashable, Sendable, Codable {
    /// An external process over ZeroMQ.
    case zmq
    /// Swift code linked into `ponsd`.
    case builtin
}

/// How often a failed attempt is tried again on the same robot.
public struct RetryPolicy: Hashable, Sendable, Codable {
    /// Attempts in all, the first included; at least 1.
    public var attempts: UInt32
    public var backoffSeconds: Double

    public init(attempts: UInt32 = 2, backoffSeconds: Double = 0.2) {
        self.attempts = attempts
        self.backoffSeconds = backoffSeconds
    }

    enum CodingKeys: String, CodingKey {
        case attempts
        case backoffSeconds = "backoff_s"
    }
}

extension CancelMode: Codable, CustomStringConvertible {
    public var description: String {
        switch self {
        case .stop: "stop"
        case .finish: "finish"
        case .compensate(let skill): "compensate:\(skill)"
        }
    }

    /// Nil when `text` is none of `stop`, `finish` and `compensate:<skill>`.
    public init?(text: String) {
        switch text {
        case "stop": self = .stop
        case "finish": self = .finish
        default:
            let prefix = "compensate:"
            guard text.hasPrefix(prefix), text.count > prefix.count else { return nil }
            self = .compensate(SkillName(String(text.dropFirst(prefix.count))))
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let mode = CancelMode(text: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected stop, finish or compensate:<skill>")
        }
        self = mode
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
