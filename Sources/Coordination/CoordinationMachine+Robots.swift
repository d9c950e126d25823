import RobotModel

/// A robot's life: linked, lost, drained, driven by a person, retired.
extension CoordinationMachine {
    /// A robot is there (again), and says what it is at. Both sides are
    /// compared, openly:
    ///
    /// - *adopt*: it is at the attempt that its step waits for;
    /// - *resume*: it never had that attempt, since a robot stores an order
    ///   before it acts; the order is sent again under the same token;
    /// - *abort*: it is at something that was given up meanwhile;
    /// - *unknown*: it had the attempt and can't say how it ended. Such a
    ///   result, like one that it kept, is an input of its own.
    mutating func robotLinked(
        _ description: RobotDescription, running: [AttemptID], outbox: inout Outbox
    ) {
        let robot = description.id
        roster.link(description)
        publishRobot(robot, note: "linked", outbox: &outbox)
        if let attempt = roster[robot]?.value.attempt,
            let run = tasks[attempt.task]?.value.steps[attempt.step]?.value,
            run.state.isOnRobot, run.attempts == attempt.number
        {
            compare(attempt, run, isThere: running.contains(attempt), outbox: &outbox)
        }
        for attempt in running where roster[robot]?.value.attempt != attempt {
            reconnected(attempt, robot, "abort", "it was given up", outbox: &outbox)
            depart(attempt, robot)
            let run = tasks[attempt.task]?.value.steps[attempt.step]?.value
            let token = run?.attempts == attempt.number ? run?.token : nil
            outbox.add(
                .cancelAttempt(
                    attempt, token ?? FencingToken(epoch: 0, counter: 0), robot, reason: "it was given up"))
        }
        endSettling(of: robot, outbox: &outbox)
        outbox.touch(robot)
    }

    /// The attempt that a robot that is back should be at.
    private mutating func compare(
        _ attempt: AttemptID, _ run: StepRun, isThere: Bool, outbox: inout Outbox
    ) {
        let robot = run.robot
        let isToStop =
            tasks[attempt.task]?.value.closing != nil || run.intent != nil || emergency != nil
            || roster[robot]?.value.isBarred == true
        var patience = run.step.terms.timeout + settings.overdueGrace
        if isThere {
            reconnected(attempt, robot, "adopt", "the robot is still at it", outbox: &outbox)
            tasks[attempt.task]?.value.accepted(attempt.step, outbox: &outbox)
        } else if isToStop || roster[robot]?.value.order != nil {
            // Nothing begins on a robot that a person takes out of service. If it
            // had it after all, its result comes at once.
            let reason = isToStop ? "it was to be stopped" : "nothing is to begin on it"
            reconnected(attempt, robot, "abort", "the robot never had it, and \(reason)", outbox: &outbox)
            tasks[attempt.task]?.value.linkLost(attempt.step, outbox: &outbox)
            patience = settings.overdueGrace
        } else if let order = tasks[attempt.task]?.value.sendAgain(attempt.step, outbox: &outbox) {
            reconnected(attempt, robot, "resume", "the robot never had it", outbox: &outbox)
            outbox.add(.invoke(order))
        }
        // An order to stop it may have been lost with the link.
        if isToStop {
            stop(attempt.step, of: attempt.task, reason: "it was to be stopped", outbox: &outbox)
        }
        outbox.add(.startTimer(.attemptOverdue(attempt), at: outbox.now + patience))
    }

    private func reconnected(
        _ attempt: AttemptID, _ robot: RobotID, _ decision: String, _ note: String, outbox: inout Outbox
    ) {
        outbox.publish(
            .reconnection, task: attempt.task, step: attempt.step, robot: robot, state: decision, note: note)
    }

    /// A robot's lease has ended. Work that stops without a link is given up
    /// at once, as soon as it is sure that its order isn't still on its way to
    /// a robot that is back meanwhile; work that may go on is waited for until
    /// its time-out.
    mutating func robotLost(_ robot: RobotID, reason: String, outbox: inout Outbox) {
        guard roster[robot] != nil else { return }
        roster[robot]?.value.isLinked = false
        publishRobot(robot, note: reason, outbox: &outbox)
        dropCompensations(on: robot, outbox: &outbox)
        let holder = roster[robot]?.value.holder
        if let attempt = roster[robot]?.value.attempt,
            let run = tasks[attempt.task]?.value.steps[attempt.step]?.value,
            run.state.isOnRobot
        {
            if run.step.terms.onLinkLoss == .stop, run.state == .running {
                depart(attempt, robot)
                endStep(
                    attempt, run, .failed(Failure(.robotLost, "\(robot): \(reason)")), outbox: &outbox)
            } else {
                tasks[attempt.task]?.value.linkLost(attempt.step, outbox: &outbox)
                if run.step.terms.onLinkLoss == .stop {
                    let end = outbox.now + settings.overdueGrace
                    outbox.add(.startTimer(.attemptOverdue(attempt), at: end))
                }
            }
        }
        endSettling(of: robot, outbox: &outbox)
        replanWithout(
            robot, holder, Failure(.robotLost, "\(robot) is lost: \(reason)"), outbox: &outbox)
        outbox.touch(robot)
    }

    mutating func robotAdministered(
        _ robot: RobotID, _ verb: RobotVerb, by person: String, reason: String, outbox: inout Outbox
    ) {
        guard roster[robot] != nil else { return }
        let note = "\(verb.rawValue) by \(person)" + (reason.isEmpty ? "" : ": \(reason)")
        switch verb {
        case .resume, .giveBack: roster[robot]?.value.order = nil
        case .drain, .retire, .takeOver, .maintain: roster[robot]?.value.order = verb
        }
        publishRobot(robot, note: note, outbox: &outbox)
        outbox.touch(robot)
        guard roster[robot]?.value.order != nil else { return }
        if verb == .takeOver || verb == .retire {
            dropCompensations(on: robot, outbox: &outbox)
            if let attempt = roster[robot]?.value.attempt {
                stop(attempt.step, of: attempt.task, reason: note, outbox: &outbox)
            }
        }
        let failure = Failure(.rejectedBySkill, "\(robot) was taken out of service: \(note)")
        replanWithout(robot, roster[robot]?.value.holder, failure, outbox: &outbox)
    }

    /// Tasks that count on a robot for steps to come plan without it.
    private mutating func replanWithout(
        _ robot: RobotID, _ holder: TaskID?, _ failure: Failure, outbox: inout Outbox
    ) {
        let waiting = roster[robot]?.value.queue.tasks ?? []
        for id in (holder.map { [$0] } ?? []) + waiting
        where tasks[id]?.value.countsOn(robot) == true {
            repair(id, failure, step: nil, avoid: nil, reason: failure.message, outbox: &outbox)
        }
    }

    /// What nobody can put right any more must not keep its task from ending.
    private mutating func dropCompensations(on robot: RobotID, outbox: inout Outbox) {
        for key in roster[robot]?.value.ready.elements ?? [] {
            guard let step = tasks[key.task]?.value.candidate(key.step), step.isCompensation else { continue }
            roster[robot]?.value.ready.remove(key)
            guard step.isReady else { continue }
            withdrawClaims(of: key, step.resources, outbox: &outbox)
            tasks[key.task]?.value.stepFailed(
                key.step, Failure(.robotLost, "\(robot) is gone"), outbox: &outbox)
            outbox.settle(key.task)
        }
    }

    func publishRobot(_ robot: RobotID, note: String, outbox: inout Outbox) {
        guard let state = roster[robot]?.value.state else { return }
        outbox.publish(.robot, robot: robot, state: state.rawValue, note: note)
    }
}

extension TaskStateMachine {
    /// Whether a step that hasn't begun is the robot's.
    fileprivate func countsOn(_ robot: RobotID) -> Bool {
        guard state == .running, closing == nil, tally.needs(robot) else { return false }
        return steps.values.contains { $0.robot == robot && $0.isWaiting }
    }
}
