import RobotModel

/// What robots report of the attempts that they were sent.
extension CoordinationMachine {
    /// Attempts given up unheard that are remembered, so that their robots can
    /// be told to forget them.
    static let mostDeparted = 10_000

    mutating func attemptAccepted(_ attempt: AttemptID, _ token: FencingToken, outbox: inout Outbox) {
        guard tasks[attempt.task]?.value.steps[attempt.step]?.value.isCurrent(attempt.number, token) == true
        else {
            return
        }
        tasks[attempt.task]?.value.accepted(attempt.step, outbox: &outbox)
    }

    /// A result. One of an old token, or told a second time, changes nothing;
    /// the robot is told in any case that it may forget it.
    mutating func attemptEnded(
        _ attempt: AttemptID, _ token: FencingToken, _ result: AttemptOutcome, outbox: inout Outbox
    ) {
        if let robot = departed[attempt] ?? tasks[attempt.task]?.value.steps[attempt.step]?.value.robot {
            outbox.addLast(.confirmResult(attempt, token, robot))
        }
        if departed.contains(attempt) { departed[attempt] = nil }
        guard let run = tasks[attempt.task]?.value.run(of: attempt, token) else { return }
        if result.failure?.code == .robotLost, roster[run.robot]?.value.isLinked == true {
            outbox.publish(
                .reconnection, task: attempt.task, step: attempt.step, robot: run.robot,
                state: "unknown", note: result.failure?.message ?? "")
        }
        endStep(attempt, run, result, outbox: &outbox)
    }

    /// The robot should have ended the attempt itself.
    mutating func attemptOverdue(_ attempt: AttemptID, outbox: inout Outbox) {
        guard let run = tasks[attempt.task]?.value.steps[attempt.step]?.value, run.state.isOnRobot,
            run.attempts == attempt.number, let token = run.token
        else { return }
        outbox.add(.cancelAttempt(attempt, token, run.robot, reason: "overdue"))
        depart(attempt, run.robot)
        let failure: Failure
        if roster[run.robot]?.value.isLinked != true {
            failure = Failure(.robotLost, "\(run.robot) didn’t come back in time")
        } else if run.state == .lost {
            failure = Failure(.canceled, "\(run.robot) never had it, and nothing was to begin")
        } else {
            failure = Failure(.timeout, "no result within \(run.step.terms.timeout) and the grace after it")
        }
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
        case .succeeded(let returns, let observed):
            if let repeats = run.step.terms.repeats, !isOver(repeats, returns) {
                enter(claim(of: run, attempt, .unchanged, observed), outbox: &outbox)
                nextRound(attempt, run, repeats, returns, outbox: &outbox)
            } else {
                enter(claim(of: run, attempt, .success, observed), outbox: &outbox)
                let ready = tasks[id]?.value.succeeded(run.id, outbox: &outbox) ?? []
                makeReady(ready, of: id, outbox: &outbox)
            }
        case .failed(let failure, let observed):
            let isDoubtful = run.step.terms.failureEffect == .uncertain && RepairLadder.leavesDoubt(failure)
            enter(claim(of: run, attempt, isDoubtful ? .doubt : .unchanged, observed), outbox: &outbox)
            failed(attempt, run, failure, outbox: &outbox)
        }
        let goesOn = tasks[id]?.value.candidate(run.id).map { $0.isReady && $0.mayStart } ?? false
        if tasks[id]?.value.tally.needs(run.robot) == false
            || (tasks[id]?.value.letsRobotsGo == true && !goesOn)
        {
            release(run.robot, from: id, outbox: &outbox)
        }
        outbox.touch(run.robot)
        outbox.settle(id)
    }

    /// A success that the robot's own eyes contradict is none.
    private func verified(_ outcome: AttemptOutcome, _ run: StepRun) -> AttemptOutcome {
        guard case .succeeded(let returns, let observed) = outcome, !observed.isEmpty,
            run.step.terms.repeats.map({ isOver($0, returns) }) ?? true,
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
        let id = attempt.task
        if let most = repeats.most, run.rounds + 1 >= most {
            let failure = Failure(.skillError, "not done after \(most) rounds: \(repeats.until) isn’t true")
            tasks[id]?.value.stepFailed(run.id, failure, outbox: &outbox)
            giveUp(id, failure, step: nil, outbox: &outbox)
        } else if let intent = run.intent {
            // The order to stop came between two rounds.
            let failure = Failure(.canceled, "stopped after \(run.rounds + 1) rounds")
            carryOut(intent, run, of: id, failure, outbox: &outbox)
        } else if tasks[id]?.value.closing != nil {
            tasks[id]?.value.stepFailed(
                run.id, Failure(.canceled, "stopped after \(run.rounds + 1) rounds"), outbox: &outbox)
        } else {
            tasks[id]?.value.nextRound(run.id, returns, outbox: &outbox)
            makeReady([run.id], of: id, outbox: &outbox)
        }
    }

    /// Shared memory hears only of what changes something.
    private func enter(_ claim: EffectClaim, outbox: inout Outbox) {
        guard !claim.observed.isEmpty || (!claim.effects.isEmpty && claim.standing != .unchanged) else {
            return
        }
        outbox.add(.applyEffects(claim))
    }

    private func claim(
        of run: StepRun, _ attempt: AttemptID, _ standing: EffectClaim.Standing, _ observed: [Literal]
    ) -> EffectClaim {
        EffectClaim(
            attempt: attempt, robot: run.robot, effects: run.step.terms.effects, standing: standing,
            observed: observed)
    }
}

extension TaskStateMachine {
    /// Whether it waits, for robots or for a person, and keeps no idle robot
    /// from others meanwhile.
    fileprivate var letsRobotsGo: Bool { waiting != nil || question != nil }
}
