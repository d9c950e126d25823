public import RobotModel

/// The first frame of a session, from the client.
public struct Hello: Hashable, Sendable {
    /// The protocol versions that the client speaks.
    public var lowestVersion: UInt32
    public var highestVersion: UInt32
    public var role: PeerRole
    /// The edge's or host's own name, stable over restarts.
    public var name: String
    /// For logs, e.g. `pons-python 0.1.0`.
    public var software: String
    public var robots: [RobotOffer]
    /// Skill manifests as JSON, of skills that the host declares itself.
    public var manifests: [String]

    public init(
        lowestVersion: UInt32 = Envelope.currentVersion,
        highestVersion: UInt32 = Envelope.currentVersion, role: PeerRole, name: String,
        software: String = "", robots: [RobotOffer] = [], manifests: [String] = []
    ) {
        self.lowestVersion = lowestVersion
        self.highestVersion = highestVersion
        self.role = role
        self.name = name
        self.software = software
        self.robots = robots
        self.manifests = manifests
    }
}

/// What kind of process a client is.
public enum PeerRole: String, Hashable, Sendable, CaseIterable {
    /// A node on a robot or site; a client of the brain.
    case edge
    /// A process that runs skills; a client of an edge.
    case skillHost
}

/// A robot that the sender speaks for.
public struct RobotOffer: Hashable, Sendable {
    public var robot: RobotID
    /// Nil where the receiver's own files have it.
    public var description: RobotDescription?
    /// Skills that the host runs for this robot.
    public var skills: [SkillName]
    /// What it is at, and results that nobody has stored yet.
    public var attempts: [AttemptReport]
    /// The highest token it has obeyed; nil before the first.
    public var highestToken: FencingToken?

    public init(
        robot: RobotID, description: RobotDescription? = nil, skills: [SkillName] = [],
        attempts: [AttemptReport] = [], highestToken: FencingToken? = nil
    ) {
        self.robot = robot
        self.description = description
        self.skills = skills
        self.attempts = attempts
        self.highestToken = highestToken
    }
}

/// What a robot knows of one attempt.
public struct AttemptReport: Hashable, Sendable {
    public var attempt: AttemptID
    public var token: FencingToken
    /// Nil while it runs.
    public var outcome: AttemptOutcome?

    public init(attempt: AttemptID, token: FencingToken, outcome: AttemptOutcome? = nil) {
        self.attempt = attempt
        self.token = token
        self.outcome = outcome
    }
}

/// Every robot that an edge has a live skill host for.
public struct Roster: Hashable, Sendable {
    public var robots: [RobotOffer]
    /// As in ``Hello``.
    public var manifests: [String]

    public init(robots: [RobotOffer], manifests: [String] = []) {
        self.robots = robots
        self.manifests = manifests
    }
}
