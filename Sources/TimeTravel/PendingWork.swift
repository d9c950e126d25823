import Coordination
import OrderedCollections
import RobotModel

/// What the core has ordered and not yet been answered, at any point of a
/// recording: there a simulation takes over.
struct PendingWork: Sendable {
    private(set) var timers: OrderedDictionary<CoordinationTimer, Instant> = [:]
    private(set) var plans: OrderedDictionary<PlanKey, PlanOrder> = [:]
    /// Attempts under way, and when they were sent.
    private(set) var attempts: OrderedDictionary<AttemptID, (order: Invocation, at: Instant)> = [:]
    private(set) var checks: OrderedDictionary<TaskID, (revision: UInt32, formula: Formula)> = [:]

    struct PlanKey: Hashable, Sendable {
        let task: TaskID
        let revision: UInt32
    }

    /// Takes one record, with what the core made of it.
    mutating func take(_ input: CoordinationInput, _ actions: [CoordinationAction], at now: Instant) {
        switch input {
        case .timerFired(let timer): timers[timer] = nil
        case .planProposed(let task, let revision, _, _), .planRefused(let task, let revision, _):
            plans[PlanKey(task: task, revision: revision)] = nil
        case .attemptEnded(let attempt, _, _): attempts[attempt] = nil
        case .goalChecked(let task, _, _): checks[task] = nil
        case .brainStarted:
            // A new brain orders anew what it still wants.
            timers = [:]
            plans = [:]
            checks = [:]
        default: break
        }
        for action in actions {
            switch action {
            case .plan(let order): plans[PlanKey(task: order.task, revision: order.revision)] = order
            case .invoke(let order): attempts[order.attempt] = (order, now)
            case .checkGoal(let task, let revision, let formula): checks[task] = (revision, formula)
            case .startTimer(let timer, let moment): timers[timer] = moment
            case .stopTimer(let timer): timers[timer] = nil
            default: break
            }
        }
    }
}
