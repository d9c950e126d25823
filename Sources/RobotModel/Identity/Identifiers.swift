/// A name that stands for one thing. Each kind of thing has a type of its own,
/// so that a robot's id can't be passed where a task's is wanted.
///
/// Legal characters are letters, digits, `_`, `-` and `.`; see
/// ``IdentifierRules`` for the check that the borders make.
public protocol Identifier: RawRepresentable<String>, Hashable, Sendable, Codable, Comparable,
    CustomStringConvertible, ExpressibleByStringLiteral
{
    init(rawValue: String)
}

extension Identifier {
    public init(_ text: String) { self.init(rawValue: text) }
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public var description: String { rawValue }
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A thing in memory: a room, door, surface, container, item, robot or person.
public struct EntityID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ robot: RobotID) { rawValue = robot.rawValue }
}

/// One embodiment instance. A robot is an entity too, under the same name.
public struct RobotID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ entity: EntityID) { rawValue = entity.rawValue }
}

/// What a user submitted; minted once, and the same in log, row and message.
public struct TaskID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One skill call in a plan, unique within its task, over all its revisions.
public struct StepID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A skill's name as its manifest gives it.
public struct SkillName: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A standing order to start tasks at certain times.
public struct ScheduleID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One question to a person, unique within its task.
public struct QuestionID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One `ponsd` process: brain, edge, or both.
public struct NodeID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One try at a step. Attempts of a step are numbered from 1.
public struct AttemptID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    public let task: TaskID
    public let step: StepID
    public let number: UInt32

    public init(task: TaskID, step: StepID, number: UInt32) {
        self.task = task
        self.step = step
        self.number = number
    }

    public var description: String { "\(task)/\(step)/\(number)" }

    public static func < (left: AttemptID, right: AttemptID) -> Bool {
        (left.task, left.step, left.number) < (right.task, right.step, right.number)
    }
}

/// The number that makes old rights to act void. A robot obeys only a token
/// that is greater than every one it has seen (design: leases and fencing).
public struct FencingToken: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// Grows with every start of the brain.
    public let epoch: UInt64
    /// Grows with every attempt within an epoch.
    public let counter: UInt64

    public init(epoch: UInt64, counter: UInt64) {
        self.epoch = epoch
        self.counter = counter
    }

    public var description: String { "\(epoch).\(counter)" }

    public static func < (left: FencingToken, right: FencingToken) -> Bool {
        (left.epoch, left.counter) < (right.epoch, right.counter)
    }
}
