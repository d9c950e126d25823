import Coordination
import RobotModel

/// What robots and planning answered in a recording, to be answered again
/// where the same is asked.
struct RecordedAnswers: Sendable {
    struct End: Sendable {
        let outcome: AttemptOutcome
        /// From the order to the report.
        let took: Duration
        let at: Instant
    }

    struct PlanAnswer: Sendable {
        let order: PlanOrder
        let answer: CoordinationInput
        let took: Duration
    }

    /// By attempt and token: the very same order.
    private var ends: [AttemptID: [FencingToken: End]] = [:]
    /// What equal calls came to, in order.
    private var calls: [SkillCall: [End]] = [:]
    private var plans: [PendingWork.PlanKey: PlanAnswer] = [:]
    private var orderedAt: [PendingWork.PlanKey: (order: PlanOrder, at: Instant)] = [:]
    private var sentAt: [AttemptID: (order: Invocation, at: Instant)] = [:]
    private var planningTimes: [Duration] = []

    mutating func take(_ input: CoordinationInput, _ actions: [CoordinationAction], at now: Instant) {
        switch input {
        case .attemptEnded(let attempt, let token, let outcome):
            guard let sent = sentAt[attempt], sent.order.token == token, ends[attempt]?[token] == nil else {
                break
            }
            let end = End(outcome: outcome, took: now - sent.at, at: now)
            ends[attempt, default: [:]][token] = end
            calls[sent.order.call, default: []].append(end)
        case .planProposed(let task, let revision, _, _), .planRefused(let task, let revision, _):
            let key = PendingWork.PlanKey(task: task, revision: revision)
            guard let ordered = orderedAt[key] else { break }
            plans[key] = PlanAnswer(order: ordered.order, answer: input, took: now - ordered.at)
            planningTimes.append(now - ordered.at)
        default: break
        }
        for action in actions {
            switch action {
            case .invoke(let order): sentAt[order.attempt] = (order, now)
            case .plan(let order):
                orderedAt[.init(task: order.task, revision: order.revision)] = (order, now)
            default: break
            }
        }
    }

    /// How this very attempt ended of its own accord: one that was stopped
    /// since the recorded run took another course, or that was lost, needn't.
    func end(of attempt: AttemptID, _ token: FencingToken) -> End? {
        guard let end = ends[attempt]?[token] else { return nil }
        switch end.outcome.failure?.code {
        case .canceled, .robotLost: return nil
        default: return end
        }
    }

    /// The number of the attempt that the recording last saw end; nil for none.
    func lastAttempt(of step: StepID, in task: TaskID) -> UInt32? {
        sentAt.keys.filter { $0.task == task && $0.step == step }.map(\.number).max()
    }

    /// What the `number`-th equal call after a moment came to, from 0; beyond
    /// the recorded ones, what the last one did. Nil where no such call was
    /// recorded, or where it ended by circumstances that needn't come again.
    func end(of call: SkillCall, after moment: Instant, number: Int) -> End? {
        guard let ends = calls[call]?.filter({ !$0.isCircumstance }) else { return nil }
        let later = ends.filter { $0.at > moment }
        return number < later.count ? later[number] : ends.last
    }

    /// The recorded answer to the same order.
    func answer(to order: PlanOrder) -> PlanAnswer? {
        guard let known = plans[.init(task: order.task, revision: order.revision)], known.order == order
        else { return nil }
        return known
    }

    /// How long planning takes: the median of the recorded times.
    var planningTime: Duration {
        guard !planningTimes.isEmpty else { return .milliseconds(50) }
        return planningTimes.sorted()[planningTimes.count / 2]
    }
}

extension RecordedAnswers.End {
    /// Whether it says more of the moment than of the skill.
    fileprivate var isCircumstance: Bool {
        switch outcome.failure?.code {
        case .conditionUnmet, .robotLost, .resourceConflict, .canceled: true
        case .effectUnverified, .timeout, .skillError, .rejectedBySkill, .unsafe, .unreachable, nil: false
        }
    }
}

extension Invocation {
    var call: SkillCall { SkillCall(skill: skill, robot: robot, arguments: arguments) }
}
