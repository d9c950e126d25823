import Coordination
import Logging
import MessageBus
import Planning
import RobotModel
import WorldMemory

/// Where the brain's actions end: each notes what it was given, for whoever
/// holds a real run against its replay, and hands it on.
extension BrainNode {
    private func note(_ action: @autoclosure () -> CoordinationAction, _ cause: UInt64) {
        if let log = ActionLog.shared { log.note(action(), cause: cause) }
    }

    func plan(_ order: PlanOrder, _ cause: UInt64) {
        note(.plan(order), cause)
        let question = PlanningDesk.Question(
            ask: order.ask, goal: order.goal, finished: order.finished, running: order.running,
            revision: order.revision, unavailable: order.unavailable, busy: order.busy,
            suspended: order.suspended, excluded: order.excluded)
        planning.answer(question) { [coordinator] answer in
            switch answer {
            case .success((let goal, let plan)):
                coordinator.report([
                    .planProposed(order.task, revision: order.revision, goal: goal, plan: plan)
                ])
            case .failure(let rejection):
                coordinator.report([.planRefused(order.task, revision: order.revision, rejection)])
            }
        }
    }

    func invoke(_ order: Invocation, _ cause: UInt64) {
        note(.invoke(order), cause)
        link.invoke(order)
    }

    func cancel(
        _ attempt: AttemptID, _ token: FencingToken, _ robot: RobotID, reason: String, _ cause: UInt64
    ) {
        note(.cancelAttempt(attempt, token, robot, reason: reason), cause)
        link.cancel(attempt, token, of: robot, reason: reason)
    }

    func confirm(_ attempt: AttemptID, _ token: FencingToken, _ robot: RobotID, _ cause: UInt64) {
        note(.confirmResult(attempt, token, robot), cause)
        link.confirm(attempt, token, of: robot)
    }

    func apply(_ claim: EffectClaim, _ cause: UInt64) {
        note(.applyEffects(claim), cause)
        memory.apply(claim, cause: cause)
    }

    func tell(_ literals: [Literal], by person: String, _ cause: UInt64) {
        note(.tell(literals, by: person), cause)
        memory.tell(literals, by: person, cause: cause)
    }

    func check(_ task: TaskID, _ revision: UInt32, _ formula: Formula, _ cause: UInt64) {
        note(.checkGoal(task, revision: revision, formula), cause)
        memory.check(formula) { [coordinator] unmet in
            coordinator.report([.goalChecked(task, revision: revision, unmet: unmet)])
        }
    }

    func start(_ timer: CoordinationTimer, at moment: Instant, _ cause: UInt64) {
        note(.startTimer(timer, at: moment), cause)
        timers.start(timer, after: moment - now()) { [coordinator] in
            coordinator.report([.timerFired(timer)])
        }
    }

    func stop(_ timer: CoordinationTimer, _ cause: UInt64) {
        note(.stopTimer(timer), cause)
        timers.stop(timer)
    }

    func publish(_ event: TaskEvent, _ cause: UInt64) {
        note(.publish(event), cause)
        events.append(event)
        logger.debug(
            "\(event.kind.rawValue) \(event.state)",
            metadata: [
                "task": "\(event.task?.rawValue ?? "-")", "step": "\(event.step?.rawValue ?? "-")",
                "robot": "\(event.robot?.rawValue ?? "-")", "note": "\(event.note)",
            ])
    }

    func archive(_ view: TaskView, _ cause: UInt64) {
        note(.archive(view), cause)
        journal.archive(view)
    }

    /// The one who ordered it is told by the coordinator.
    func refuse(_ refusal: CoordinationRefusal, _ cause: UInt64) { note(.refuse(refusal), cause) }
}
