import Coordination
import RobotModel

/// What must and must not come of one input, by what callers see before and
/// after it.
struct Consequences {
    let input: CoordinationInput
    let before: CoordinationMachine
    let after: CoordinationMachine
    let actions: [CoordinationAction]

    var flaws: [String] {
        var flaws: [String] = []
        for action in actions {
            switch action {
            case .invoke(let order): judge(order, &flaws)
            case .plan(let order):
                if after.task(order.task)?.isBeingEnded == true {
                    flaws.append("\(order.task) is planned, and is being ended")
                }
            case .publish(let event) where event.kind == .repair: judge(event, &flaws)
            case .publish(let event) where event.kind == .question:
                if let id = event.task, before.task(id)?.request.asksPeople == false {
                    flaws.append("somebody is asked about \(id), which doesn’t want it")
                }
            default: break
            }
        }
        switch input {
        case .attemptEnded(let attempt, let token, .succeeded(let returns, let observed)):
            let isCurrent = actions.contains {
                if case .stopTimer(.attemptOverdue(attempt)) = $0 { true } else { false }
            }
            if isCurrent { judgeSuccess(attempt, token, returns, observed, &flaws) }
        case .planProposed(let id, let revision, _, let plan): judge(plan, of: id, revision, &flaws)
        default: break
        }
        return flaws
    }

    /// What is held starts nothing, but for what puts right.
    private func judge(_ order: Invocation, _ flaws: inout [String]) {
        guard !order.attempt.step.rawValue.contains("-undo"), let task = after.task(order.attempt.task)
        else { return }
        if case .robotLinked = input { return }
        if task.isPaused || task.isBeingEnded || task.question != nil {
            flaws.append("\(order.attempt) is sent, and its task is held: \(task.note)")
        }
    }

    private func judge(_ event: TaskEvent, _ flaws: inout [String]) {
        guard let id = event.task else { return }
        if event.state == "compensate", let failure = step(event.step, of: after.task(id))?.failure,
            [.conditionUnmet, .rejectedBySkill, .resourceConflict].contains(failure.code)
        {
            flaws.append("\(id) is put right after \(failure.code), which left nothing behind")
        }
        guard event.state == "replan" else { return }
        if event.note.hasPrefix("pre-empted by "),
            let other = event.note.split(separator: " ").dropFirst(2).first
        {
            let urgent = TaskID(String(other.dropLast()))
            let queues = after.robotViews.map { after.queue(for: $0.description.id) }
            let isIn = queues.contains { $0.contains(urgent) }
            if isIn, !queues.contains(where: { $0.first == urgent }) {
                flaws.append("\(id) makes room for \(urgent), which isn’t next anywhere")
            }
        }
        switch input {
        case .robotLost(let robot, _), .robotAdministered(let robot, _, _, _):
            let isForRobot =
                event.note.hasPrefix("\(robot) is lost:") || event.note.contains("out of service")
            // What it was at may have become a step that waits.
            var isLoss = false
            if case .robotLost = input { isLoss = true }
            let counted = before.task(id)?.steps.contains {
                $0.step.robot == robot
                    && ($0.state == .blocked || $0.state == .ready || (isLoss && $0.isUnderWay))
            }
            if isForRobot, event.step == nil, counted == false {
                flaws.append("\(id) is planned anew for want of \(robot), on which it doesn’t count")
            }
        case .attemptEnded(let attempt, _, .failed):
            // Nobody was asked, so every plan counts.
            if let task = before.task(id), !task.request.asksPeople, event.step == attempt.step,
                attempt.task == id, event.note.contains(" failed: "), !event.note.hasPrefix("attempt "),
                task.revision >= after.settings.mostRevisions
            {
                flaws.append("\(id) is planned anew after \(task.revision) plans")
            }
        default: break
        }
    }

    private func step(_ name: StepID?, of task: TaskView?) -> StepView? {
        task?.steps.first { $0.step.id == name }
    }

    /// A success counts where its robot saw nothing else.
    private func judgeSuccess(
        _ attempt: AttemptID, _ token: FencingToken, _ returns: [String: Value], _ observed: [Literal],
        _ flaws: inout [String]
    ) {
        guard let step = step(attempt.step, of: before.task(attempt.task)),
            let now = self.step(attempt.step, of: after.task(attempt.task))
        else { return }
        let terms = step.step.terms
        if let repeats = terms.repeats, returns[repeats.until] != .boolean(true) {
            if now.failure?.code == .effectUnverified, step.failure?.code != .effectUnverified {
                flaws.append("a round of \(attempt) is judged as if it were the last")
            }
            return
        }
        let sure = terms.effects.filter(\.conditions.isEmpty).map(\.literal)
        let seen = observed.filter(\.isPositive)
        let isDenied = sure.contains { claim in
            guard let fact = claim.fact, claim.isPositive else { return false }
            return !seen.contains { $0.fact == fact }
                && observed.contains { !$0.isPositive && $0.matches(fact) }
        }
        let isStill = seen.contains { literal in
            guard let fact = literal.fact else { return false }
            let isClaimed = terms.effects.contains { $0.literal.isPositive && $0.literal.fact == fact }
            return !isClaimed && sure.contains { !$0.isPositive && $0.matches(fact) }
        }
        let isBelieved = now.state == .succeeded
        if isBelieved == (isDenied || isStill) {
            flaws.append("\(attempt) is \(now.state) though its robot saw \(observed)")
        }
    }

    /// A sound plan that is waited for is taken up; no other is.
    private func judge(_ plan: Plan, of id: TaskID, _ revision: UInt32, _ flaws: inout [String]) {
        guard let was = before.task(id), was.state == .planning, was.revision == revision, !was.isBeingEnded
        else { return }
        var names: Set<StepID> = []
        var isSound = true
        for planned in plan.steps {
            if before.robot(planned.robot) == nil { isSound = false }
            for name in planned.after where !names.contains(name) {
                guard let known = step(name, of: was)?.state, known != .failed else {
                    isSound = false
                    continue
                }
            }
            if step(planned.id, of: was) != nil || !names.insert(planned.id).inserted { isSound = false }
        }
        let isRefused =
            after.task(id)?.state != .awaitingApproval
            && !actions.contains {
                if case .publish(let event) = $0 {
                    event.kind == .task && event.task == id && event.state != "planning"
                        && event.note.contains("expected")
                } else {
                    false
                }
            }
        if isRefused == isSound {
            flaws.append("the plan \(revision) of \(id) is \(isSound ? "refused" : "taken up")")
        }
    }
}

extension [CoordinationAction] {
    var isRefusal: Bool { if case .refuse? = first { true } else { false } }
}
