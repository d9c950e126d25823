/// Why a person's order changed nothing. It is in the journal all the same.
public struct CoordinationRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let code: Code
    /// For people; says what to do instead, where there is something.
    public let message: String

    public enum Code: String, Hashable, Sendable, CaseIterable {
        case unknownTask, unknownStep, unknownRobot, unknownQuestion, unknownSchedule
        /// The task is over.
        case taskEnded
        /// The task or step is in a state in which the order makes no sense.
        case wrongState
        /// The plan has changed since the order was made.
        case stalePlan
        case invalidAnswer
        /// The e-stop is latched.
        case emergency
    }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
