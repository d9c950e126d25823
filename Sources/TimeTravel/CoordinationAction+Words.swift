import Coordination
import RobotModel

extension CoordinationAction {
    /// Equal for the same thing done in two runs: events are numbered over all
    /// tasks, which is no difference.
    var withoutNumber: CoordinationAction {
        guard case .publish(var event) = self else { return self }
        event.sequence = 0
        return .publish(event)
    }

    /// Whether it only tells.
    var isWord: Bool {
        switch self {
        case .publish, .refuse: true
        default: false
        }
    }

    /// For people, in one line; nil for what nobody needs to be told.
    var words: String? {
        switch self {
        case .plan(let order): "plan \(order.revision) of \(order.task) is asked for"
        case .invoke(let order): "\(order.call) begins (\(order.attempt.step)/\(order.attempt.number))"
        case .cancelAttempt(let attempt, _, let robot, let reason):
            "\(robot) is to stop \(attempt.step)/\(attempt.number): \(reason)"
        case .confirmResult, .stopTimer: nil
        case .applyEffects(let claim): "effects of \(claim.attempt.step) entered: \(claim.standing.rawValue)"
        case .tell(let literals, let person):
            "\(person) says \(literals.map(\.description).joined(separator: ", "))"
        case .checkGoal: "the goal is held against memory"
        case .startTimer(.retryDue(_, let step), _): "\(step) waits to be tried again"
        case .startTimer: nil
        case .publish(let event):
            [
                event.kind == .task ? "task" : event.step.map { "\(event.kind.rawValue) \($0)" },
                event.step == nil ? event.robot?.rawValue : nil,
            ].compactMap(\.self).joined(separator: " ") + " \(event.state)"
                + (event.note.isEmpty ? "" : ": \(event.note)")
        case .archive(let view): "\(view.id) is over: \(view.state.rawValue)"
        case .refuse(let refusal): "refused: \(refusal.message)"
        }
    }
}
