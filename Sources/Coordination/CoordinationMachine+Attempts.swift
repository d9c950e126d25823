import OrderedCollections
import RobotModel

/// What robots report of the attempts that they were sent.
extension CoordinationMachine {
    /// Attempts given up unheard that are remembered, so that their robots can
    /// be told to forget them.
    static let mostDeparted = 10_000

    mutating func attemptAccepted(_ attempt: AttemptID, _ token: FencingToken, outbox: inout Outbox) {
        guard tasks[attempt.task]?.run(of: attempt, token) != nil else { return }
        tasks[attempt.task]?.accepted(attempt.step, outbox: &outbox)
    }

    /// A result. One of an old token, or told a second time, changes nothing;
    /// the robot is told in any case that it may forget it.
    mutating func attemptEnded(
        _ attempt: AttemptID, _ token: FencingToken, _ result: AttemptOutcome, outbox: inout Outbox
    ) {
        let known = tasks[attempt.task]?.steps[attempt.step]?.step.robot
        if let robot = known ?? departed[attempt] {
            outbox.add(.confirmResult(attempt, token, robot))
        }
        departed[attempt] = nil
        guard let run = tasks[attempt.task]?.run(of: attempt, token) else { return }
        if result.failure?.code == .robotLost, roster[run.step.robot]?.isLinked == true {
            outbox.publish(
                .reconnection, task: attempt.task, step: attempt.step, robot: run.step.robot,
                state: "unknown", note: result.failure?.message ?? "")
        }
        endStep(attempt, run, result, outbox: &outbox)
    }

    /// The robot should have ended the attempt itself.
    mutating func attemptOverdue(_ attempt: AttemptID, outbox: inout Outbox) {
        guard let task = tasks[attempt.task], let run = task.steps[attempt.step],
            run.state.isOnRobot, run.attempts == attempt.number, let token = run.token
        else { return }
        outbox.add(.cancelAttempt(attempt, token, run.step.robot, reason: "overdue"))
        depart(attempt, run.step.robot)
        let isLost = roster[run.step.robot]?.isLinked != true
        let failure =
            isLost
            ? Failure(.robotLost, "\(run.step.robot) didn’t come back in time")
            : Failure(.timeout, "no result within \(run.step.terms.timeout) and the grace after it")
        endStep(attempt, run, .failed(failure), outbox: &outbox)
    }

    /// Remembers who may still report an attempt that nobody waits for.
    mutating func depart(_ attempt: AttemptID, _ robot: RobotID) {
        departed[attempt] = robot
        if departed.count > Self.mostDeparted, let oldest = departed.first { departed[oldest.key] = nil }
    }

    /// Ends a step's newest attempt: what it did is entered, what it had to
    /// itself is free, and what follows is decided.
    mutating func endStep(
        _ attempt: AttemptID, _ run: StepRun, _ reported: AttemptOutcome, outbox: inout Outbox
    ) {
        let id = attempt.task
        free(run, attempt, outbox: &outbox)
        let result = verified(reported, run)
        noteForBreaker(run, result, outbox: &outbox)
        switch result {
        case .succeeded(let returns, _):
            if let repeats = run.step.terms.repeats, !isOver(repeats, returns) {
                nextRound(attempt, run, repeats, returns, outbox: &outbox)
            } else {
                enter(claim(of: run, attempt, result), outbox: &outbox)
                let ready = tasks[id]?.succeeded(run.step.id, outbox: &outbox) ?? []
                makeReady(ready, of: id, outbox: &outbox)
            }
        case .failed(let failure, _):
            enter(claim(of: run, attempt, result), outbox: &outbox)
            failed(attempt, run, failure, outbox: &outbox)
        }
        if tasks[id]?.tally.needs(run.step.robot) == false || tasks[id]?.waiting != nil {
            release(run.step.robot, from: id, outbox: &outbox)
        }
        outbox.touch(run.step.robot)
        outbox.settle(id)
    }

    /// A success that the robot's own eyes contradict is none.
    private func verified(_ outcome: AttemptOutcome, _ run: StepRun) -> AttemptOutcome {
        guard case .succeeded(_, let observed) = outcome,
            let contradiction = RepairLadder.contradiction(of: run.step.terms.effects, by: observed)
        else { return outcome }
        return .failed(
            Failure(.effectUnverified, "\(run.step.call) said it was done, but \(contradiction)"),
            observed: observed)
    }

    // MARK: Rounds

    private func isOver(_ repeats: RepeatPolicy, _ returns: [String: Value]) -> Bool {
        returns[repeats.until] == .boolean(true)
    }

    private mutating func nextRound(
        _ attempt: AttemptID, _ run: StepRun, _ repeats: RepeatPolicy, _ returns: [String: Value],
        outbox: inout Outbox
    ) {
        if let most = repeats.most, run.rounds + 1 >= most {
            let failure = Failure(.skillError, "not done after \(most) rounds: \(repeats.until) isn’t true")
            tasks[attempt.task]?.stepFailed(run.step.id, failure, outbox: &outbox)
            giveUp(attempt.task, failure, step: nil, outbox: &outbox)
            return
        }
        tasks[attempt.task]?.nextRound(run.step.id, returns, outbox: &outbox)
        if let task = tasks[attempt.task], task.closing != nil || task.state != .running {
            tasks[attempt.task]?.dropWaitingSteps(outbox: &outbox)
        } else {
            makeReady([run.step.id], of: attempt.task, outbox: &outbox)
        }
    }

    private func enter(_ claim: EffectClaim, outbox: inout Outbox) {
        guard !claim.observed.isEmpty || (!claim.effects.isEmpty && claim.standing != .unchanged) else {
            return
        }
        outbox.add(.applyEffects(claim))
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
