public import RobotModel

/// What is to go wrong: the first rule that fits a motion decides.
public struct FaultPlan: Hashable, Sendable, Codable {
    public var rules: [FaultRule]
    /// Decides the rules with a probability; the same seed gives the same
    /// faults, in whatever order the robots happen to move.
    public var seed: UInt64

    public init(_ rules: [FaultRule] = [], seed: UInt64 = 0) {
        self.rules = rules
        self.seed = seed
    }

    enum CodingKeys: String, CodingKey { case rules, seed }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rules = try container.decodeIfPresent([FaultRule].self, forKey: .rules) ?? []
        seed = try container.decodeIfPresent(UInt64.self, forKey: .seed) ?? 0
    }
}

/// One fault: which motions it strikes, and how.
public struct FaultRule: Hashable, Sendable, Codable {
    public var fault: Fault
    /// Nil strikes any robot.
    public var robot: RobotID?
    /// Nil strikes any motion.
    public var motion: MotionKind?
    /// Strikes only the n-th motion that fits, counted from 1.
    public var call: Int?
    /// Strikes with this probability, 0 to 1.
    public var probability: Double

    public init(
        _ fault: Fault, robot: RobotID? = nil, motion: MotionKind? = nil, call: Int? = nil,
        probability: Double = 1
    ) {
        self.fault = fault
        self.robot = robot
        self.motion = motion
        self.call = call
        self.probability = probability
    }

    enum CodingKeys: String, CodingKey { case fault, robot, motion, call, probability }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        fault = try container.decode(Fault.self, forKey: .fault)
        robot = try container.decodeIfPresent(RobotID.self, forKey: .robot)
        motion = try container.decodeIfPresent(MotionKind.self, forKey: .motion)
        call = try container.decodeIfPresent(Int.self, forKey: .call)
        probability = try container.decodeIfPresent(Double.self, forKey: .probability) ?? 1
    }
}

/// How a motion goes wrong.
public enum Fault: Hashable, Sendable {
    /// Takes its time, changes nothing, and says `skillError`.
    case failsCleanly
    /// A robot under way stops half-way: it has left, and hasn't arrived. Any
    /// other motion is done in the world, and yet ends with `skillError`.
    case doesHalf
    /// Never ends by itself.
    case hangs
    /// Takes its time, changes nothing, and says that all went well.
    case claimsSuccess
    /// Takes so many times as long, and succeeds.
    case slow(Double)
}

/// In text: `fails_cleanly`, `does_half`, `hangs`, `claims_success`, `slow:5`.
extension Fault: Codable, CustomStringConvertible {
    public var description: String {
        switch self {
        case .failsCleanly: "fails_cleanly"
        case .doesHalf: "does_half"
        case .hangs: "hangs"
        case .claimsSuccess: "claims_success"
        case .slow(let factor): "slow:\(factor)"
        }
    }

    /// Nil when `text` names no fault, or slows by a factor below 1.
    public init?(text: String) {
        switch text {
        case "fails_cleanly": self = .failsCleanly
        case "does_half": self = .doesHalf
        case "hangs": self = .hangs
        case "claims_success": self = .claimsSuccess
        default:
            guard text.hasPrefix("slow:"), let factor = Double(text.dropFirst(5)), factor >= 1,
                factor.isFinite
            else { return nil }
            self = .slow(factor)
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let fault = Fault(text: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "“\(text)” is none of fails_cleanly, does_half, hangs, claims_success, slow:<factor>")
        }
        self = fault
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
