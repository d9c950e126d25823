/// Who says that a fact holds: in text `robot:dog`, `person:anna`,
/// `sensor:door_cam`, `effect:t1/s3/1`, `scene:home`.
public enum FactSource: Hashable, Sendable {
    case robot(RobotID)
    case person(String)
    case sensor(String)
    /// The claimed effect of a step that succeeded; the text is its attempt.
    case effect(String)
    case scene(String)
}

extension FactSource: Codable, CustomStringConvertible {
    public var description: String {
        switch self {
        case .robot(let id): "robot:\(id)"
        case .person(let name): "person:\(name)"
        case .sensor(let name): "sensor:\(name)"
        case .effect(let attempt): "effect:\(attempt)"
        case .scene(let name): "scene:\(name)"
        }
    }

    /// Nil when `text` isn't `kind:name` with one of the five kinds.
    public init?(text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "robot": self = .robot(RobotID(name))
        case "person": self = .person(name)
        case "sensor": self = .sensor(name)
        case "effect": self = .effect(name)
        case "scene": self = .scene(name)
        default: return nil
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let source = FactSource(text: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "“\(text)” is no source of facts")
        }
        self = source
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// How far a fact may be relied on.
public enum Certainty: String, Hashable, Sendable, Codable {
    /// Seen by a sensor or robot, or said by a person.
    case observed
    /// The effect of a successful step, not yet seen by anyone else.
    case claimed
    /// In doubt, e.g. after a failed step; someone must look first.
    case uncertain
}

/// A fact as shared memory keeps it: what, since when, by whom, how surely.
public struct FactRecord: Hashable, Sendable, Codable {
    public var fact: Fact
    /// False records that the fact stopped holding.
    public var holds: Bool
    public var certainty: Certainty
    /// 0 to 1, as the source gives it.
    public var confidence: Double
    public var stamp: HybridStamp
    public var source: FactSource
    /// The node that alone may change the fact, where it is owned.
    public var owner: NodeID?
    /// Sequence number of the journal record that caused the fact; 0 for what
    /// no journal record caused (observations). Applying one twice changes nothing.
    public var cause: UInt64

    public init(
        fact: Fact, holds: Bool = true, certainty: Certainty = .observed, confidence: Double = 1,
        stamp: HybridStamp, source: FactSource, owner: NodeID? = nil, cause: UInt64 = 0
    ) {
        self.fact = fact
        self.holds = holds
        self.certainty = certainty
        self.confidence = confidence
        self.stamp = stamp
        self.source = source
        self.owner = owner
        self.cause = cause
    }
}
