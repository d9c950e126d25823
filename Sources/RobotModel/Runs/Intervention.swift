/// The one thing that is different when a recorded run is gone through again.
public enum Intervention: Hashable, Sendable {
    /// An attempt ends otherwise than it did; nil is the step's last one.
    case result(StepID, attempt: UInt32?, AttemptOutcome)
    /// A person changes the part of the plan that hasn't begun.
    case change(PlanChange)
    /// A person orders something that nobody ordered.
    case order(TaskVerb)
    /// The robot isn't lost when it was.
    case keep(RobotID)
}

extension Intervention: CustomStringConvertible {
    public var description: String {
        switch self {
        case .result(let step, let attempt, let outcome):
            let which = attempt.map { "try \($0) of \(step)" } ?? "the last try of \(step)"
            return "\(which) \(outcome.failure.map { "fails (\($0))" } ?? "succeeds")"
        case .change(.reassign(let step, let robot)): return "\(step) is given to \(robot)"
        case .change(.edit(let step, let arguments)):
            let list = arguments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return "\(step) is called with \(list.joined(separator: ", "))"
        case .change(.insert(let steps)):
            return "\(steps.map(\.step.id.rawValue).joined(separator: ", ")) inserted"
        case .change(.remove(let step)): return "\(step) is removed"
        case .order(let verb): return "a person orders \(verb.name)\(verb.step.map { " of \($0)" } ?? "")"
        case .keep(let robot): return "\(robot) isn’t lost"
        }
    }
}
