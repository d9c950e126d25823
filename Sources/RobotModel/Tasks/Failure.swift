/// Why an attempt, a step or a task failed: a value, never a thrown error.
public struct Failure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    public var code: FailureCode
    /// For people; says what happened and, where known, what helps.
    public var message: String

    public init(_ code: FailureCode, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

public enum FailureCode: String, Hashable, Sendable, Codable, CaseIterable {
    /// A start or hold condition doesn't hold.
    case conditionUnmet
    /// The skill said «done», and the facts say otherwise.
    case effectUnverified
    case timeout
    /// The robot's lease ended.
    case robotLost
    /// The skill raised, or answered with the wrong type.
    case skillError
    /// The skill said no before it acted.
    case rejectedBySkill
    case unsafe
    case resourceConflict
    case unreachable
    case canceled
}

/// Why a task never started. Its code is stable; its message says what to change.
public struct Rejection: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    public var code: RejectionCode
    public var message: String
    /// The words, entities or facts at fault.
    public var parts: [String]
    /// Near matches for the parts, best first.
    public var suggestions: [String]

    public init(
        _ code: RejectionCode, _ message: String, parts: [String] = [], suggestions: [String] = []
    ) {
        self.code = code
        self.message = message
        self.parts = parts
        self.suggestions = suggestions
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

public enum RejectionCode: String, Hashable, Sendable, Codable, CaseIterable {
    /// Malformed, empty or too large.
    case invalidRequest
    /// Words that no skill, type or entity explains.
    case notUnderstood
    /// A name that fits several things; which one must be said.
    case ambiguous
    case unknownEntity
    case unknownSkill
    case unknownRobot
    case noCapableRobot
    case contradictoryGoal
    case unreachableGoal
    case unsafe
    case overBudget
    /// No plan within the planning time.
    case outOfTime
    /// A given plan or workflow breaks a rule.
    case invalidPlan
}
