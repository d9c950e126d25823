public import RobotModel

/// Why a plan may not run: a rule that a step breaks.
public struct PlanFlaw: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case unknownRobot, unknownSkill, unknownEntity
        /// The robot doesn't have the skill.
        case notCapable
        /// Missing, superfluous, or of the wrong type.
        case badArgument
        /// A start condition doesn't hold when the step may start.
        case conditionUnmet
        /// Steps wait for each other, or for one that isn't there.
        case badOrder
        /// Two steps that may run at once need the same robot or resource, or
        /// one undoes what the other needs.
        case conflict
        /// Votes or repeats that the skill isn't made for.
        case badTerms
        /// After the last step the goal doesn't hold.
        case goalUnmet
    }

    public var code: Code
    public var message: String
    public var step: StepID?

    public init(_ code: Code, _ message: String, step: StepID? = nil) {
        self.code = code
        self.message = message
        self.step = step
    }

    public var description: String {
        "\(code.rawValue): \(message)" + (step.map { " (step \($0))" } ?? "")
    }
}
