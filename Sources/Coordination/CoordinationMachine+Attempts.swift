import OrderedCollections
import RobotModel

/// What robots report of the attempts that they were sent.
extension CoordinationMachine {
    mutating func attemptAccepted(_ attempt: AttemptID, _ token: FencingToken, outbox: inout Outbox) {
        guard tasks[attempt.task]?.run(of: attempt, token) != nil else { return }
        tasks[attempt.task]?.accepted(attempt.step, outbox: &outbox)
    }

    /// A result. One of an old token, or told a second time, changes nothing;
    /// the robot is told in any case that it may forget it.
    mutating func attemptEnded(
        _ attempt: AttemptID, _ token: FencingToken, _ result: AttemptOutcome, outbox: inout Outbox
    ) {
        if let robot = tasks[attempt.task]?.steps[attempt.step]?.step.robot {
            outbox.add(.confirmResult(attempt, token, robot))
        }
        guard tasks[attempt.task]?.run(of: attempt, token) != nil else { return }
        endStep(attempt, result, outbox: &outbox)
    }

    /// The robot should have ended the attempt itself.
    mutating func attemptOverdue(_ attempt: AttemptID, outbox: inout Outbox) {
        guard let task = tasks[attempt.task], let run = task.steps[attempt.step],
            run.state.isOnRobot, run.attempts == attempt.number, let token = run.token
        else { return }
        outbox.add(.cancelAttempt(attempt, token, run.step.robot, reason: "overdue"))
        let isLost = roster[run.step.robot]?.isLinked != true
        let failure =
            isLost
            ? Failure(.robotLost, "\(run.step.robot) didn’t come back in time")
            : Failure(.timeout, "no result within \(run.step.terms.timeout) and the grace after it")
        endStep(attempt, .failed(failure), outbox: &outbox)
    }

    /// Ends a step's newest attempt, and takes the rung that its failure asks for.
    mutating func endStep(_ attempt: AttemptID, _ result: AttemptOutcome, outbox: inout Outbox) {
        let id = attempt.task
        guard let task = tasks[id], let run = task.steps[attempt.step] else { return }
        free(run.step, of: id, attempt: attempt, outbox: &outbox)
        outbox.add(.applyEffects(claim(of: run, attempt, result)))
        switch result {
        case .succeeded:
            makeReady(tasks[id]?.succeeded(attempt.step, outbox: &outbox) ?? [], of: id)
        case .failed(let failure, _):
            // A plan that is being given up, or a task that is being ended,
            // needs no repair of its parts.
            if task.isCanceling || task.isRepairing {
                tasks[id]?.stepFailed(attempt.step, failure, outbox: &outbox)
            } else {
                repair(id, run, failure, outbox: &outbox)
            }
        }
        settle(id, outbox: &outbox)
    }

    private mutating func repair(
        _ id: TaskID, _ run: StepRun, _ failure: Failure, outbox: inout Outbox
    ) {
        let step = run.step.id
        switch RepairLadder.rung(for: failure, step: run, revision: run.revision) {
        case .retry(let delay, let reason):
            tasks[id]?.willRetry(step, failure, reason: reason, outbox: &outbox)
            outbox.add(.startTimer(.retryDue(id, step), at: outbox.now + delay))
        case .replan(let avoid, let reason):
            tasks[id]?.stepFailed(step, failure, outbox: &outbox)
            tasks[id]?.beginRepair(
                failure, step: step, avoid: avoid ? run.step.call : nil, reason: reason, outbox: &outbox)
        case .giveUp(let reason):
            tasks[id]?.stepFailed(step, failure, outbox: &outbox)
            fail(id, Failure(failure.code, reason), outbox: &outbox)
        }
    }

    private func claim(of run: StepRun, _ attempt: AttemptID, _ result: AttemptOutcome) -> EffectClaim {
        let standing: EffectClaim.Standing
        let seen: [Literal]
        switch result {
        case .succeeded(_, let observed): (standing, seen) = (.success, observed)
        case .failed(let failure, let observed):
            let isDoubtful = run.step.terms.failureEffect == .uncertain && RepairLadder.leavesDoubt(failure)
            (standing, seen) = (isDoubtful ? .doubt : .unchanged, observed)
        }
        return EffectClaim(
            attempt: attempt, robot: run.step.robot, effects: run.step.terms.effects,
            standing: standing, observed: seen)
    }
}
