import OrderedCollections
import RobotModel

/// A task from its submission to its end.
extension CoordinationMachine {
    mutating func submitted(_ id: TaskID, _ request: TaskRequest, outbox: inout Outbox) {
        guard tasks[id] == nil else { return }
        forgetOldKeys(at: outbox.now)
        if let key = request.idempotencyKey {
            guard keys[key] == nil else { return }
            keys[key] = id
        }
        var task = TaskStateMachine(
            id: id, request: request, number: nextTaskNumber(), record: lastRecord, outbox: &outbox)
        task.beginPlanning(outbox: &outbox)
        tasks[id] = Boxed(task)
        if let deadline = request.deadline { outbox.add(.startTimer(.deadlineDue(id), at: deadline)) }
    }

    private mutating func forgetOldKeys(at now: Instant) {
        while let (key, endedAt) = endedKeys.first, now - endedAt > settings.keyRetention {
            endedKeys[key] = nil
            keys[key] = nil
        }
    }

    // MARK: Planning

    mutating func orderPlan(_ id: TaskID, outbox: inout Outbox) {
        guard let task = tasks[id]?.value, task.state == .planning, task.closing == nil else { return }
        guard settling.isEmpty else {
            deferredPlans.append(id)
            return
        }
        outbox.add(
            .plan(
                PlanOrder(
                    task: id, revision: task.revision, ask: task.request.ask, goal: task.remainingGoal,
                    finished: task.finishedSteps, running: task.runningSteps,
                    requester: task.request.requester, unavailable: roster.unavailable,
                    busy: roster.held(byOthersThan: id), suspended: roster.suspended,
                    excluded: task.avoided)))
        outbox.add(
            .startTimer(
                .planOverdue(id, revision: task.revision), at: outbox.now + settings.planningLimit))
    }

    mutating func planProposed(
        _ id: TaskID, _ revision: UInt32, _ goal: Goal, _ plan: Plan, outbox: inout Outbox
    ) {
        guard tasks[id]?.value.awaitsPlan(revision) == true else { return }
        let unknown = plan.steps.first { roster[$0.robot] == nil }
        let stranger = unknown.map { "\($0.id) is for \($0.robot), whom nobody knows" }
        if let flaw = stranger ?? tasks[id]?.value.flaw(in: plan) {
            return planRefused(id, revision, Rejection(.invalidPlan, flaw), outbox: &outbox)
        }
        outbox.add(.stopTimer(.planOverdue(id, revision: revision)))
        if revision == 1, !goal.observations.isEmpty {
            outbox.add(.tell(goal.observations, by: tasks[id]?.value.request.requester ?? ""))
        }
        tasks[id]?.value.adopt(plan, goal: goal, outbox: &outbox)
        // A paused task takes its robots when it goes on.
        if tasks[id]?.value.state == .running, tasks[id]?.value.pause == nil { enqueue(id, outbox: &outbox) }
    }

    mutating func planRefused(
        _ id: TaskID, _ revision: UInt32, _ rejection: Rejection, outbox: inout Outbox
    ) {
        guard tasks[id]?.value.awaitsPlan(revision) == true else { return }
        outbox.add(.stopTimer(.planOverdue(id, revision: revision)))
        if let failure = tasks[id]?.value.failure {
            let message = "\(failure.message); and no other way: \(rejection.message)"
            giveUp(id, Failure(failure.code, message), step: nil, outbox: &outbox)
        } else if revision > 1 {
            giveUp(id, Failure(.unreachable, rejection.message), step: nil, outbox: &outbox)
        } else {
            tasks[id]?.value.reject(rejection, outbox: &outbox)
            retire(id, outbox: &outbox)
        }
    }

    mutating func approvalAnswered(
        _ id: TaskID, approved: Bool, by person: String, reason: String, outbox: inout Outbox
    ) {
        let why = reason.isEmpty ? person : "\(person): \(reason)"
        if approved {
            tasks[id]?.value.start(note: "approved by \(why)", outbox: &outbox)
            if tasks[id]?.value.pause == nil { enqueue(id, outbox: &outbox) }
        } else {
            close(id, as: .canceled, nil, note: "refused by \(why)", outbox: &outbox)
        }
    }

    mutating func cancelRequested(
        _ id: TaskID, by person: String, reason: String, outbox: inout Outbox
    ) {
        let note = "canceled by \(person)" + (reason.isEmpty ? "" : ": \(reason)")
        close(id, as: .canceled, nil, note: note, outbox: &outbox)
    }

    mutating func goalChecked(
        _ id: TaskID, _ revision: UInt32, unmet: String?, outbox: inout Outbox
    ) {
        guard tasks[id]?.value.awaitsCheck(revision) == true else { return }
        guard let unmet else {
            tasks[id]?.value.succeed(outbox: &outbox)
            retire(id, outbox: &outbox)
            return
        }
        let failure = Failure(.effectUnverified, "all steps succeeded, but \(unmet)")
        if tasks[id]?.value.plansTried ?? 0 >= settings.mostRevisions {
            giveUp(id, failure, step: nil, outbox: &outbox)
        } else {
            repair(id, failure, step: nil, avoid: nil, reason: "\(failure)", outbox: &outbox)
        }
    }

    // MARK: The end

    /// Does what a task waits to do once none of its steps runs any more.
    mutating func settle(_ id: TaskID, outbox: inout Outbox) {
        guard tasks[id]?.value.tally.open == 0 else { return }
        if tasks[id]?.value.closing != nil {
            tasks[id]?.value.close(outbox: &outbox)
            retire(id, outbox: &outbox)
        } else if let revision = tasks[id]?.value.revision, let outcome = tasks[id]?.value.outcome,
            tasks[id]?.value.awaitsCheck(revision) == true
        {
            outbox.add(.checkGoal(id, revision: revision, outcome))
        }
    }

    /// Brings a task to its end: what runs is stopped, and what its skills say
    /// is put right.
    mutating func close(
        _ id: TaskID, as state: TaskState, _ failure: Failure?, note: String, outbox: inout Outbox
    ) {
        guard tasks[id]?.value.closing == nil else { return }
        leaveQueues(id, outbox: &outbox)
        withdrawClaims(of: id, outbox: &outbox)
        if let question = tasks[id]?.value.question {
            outbox.add(.stopTimer(.questionOverdue(id, question.id)))
        }
        tasks[id]?.value.beginClosing(state, failure, note: note, outbox: &outbox)
        for step in tasks[id]?.value.runningSteps ?? [] {
            stop(step.id, of: id, reason: note, outbox: &outbox)
        }
        for robot in tasks[id]?.value.neededRobots ?? [] { outbox.touch(robot) }
        outbox.settle(id)
    }

    /// Takes a task that has ended out of the machine.
    mutating func retire(_ id: TaskID, outbox: inout Outbox) {
        if let question = tasks[id]?.value.question {
            outbox.add(.stopTimer(.questionOverdue(id, question.id)))
        }
        leaveQueues(id, outbox: &outbox)
        releaseRobots(of: id, outbox: &outbox)
        guard let task = tasks[id]?.value else { return }
        tasks[id] = nil
        deferredPlans.remove(id)
        if task.request.deadline != nil { outbox.add(.stopTimer(.deadlineDue(id))) }
        if let key = task.request.idempotencyKey, keys[key] == id { endedKeys[key] = outbox.now }
        rememberUnheard(of: task, at: outbox.now)
        outbox.add(.archive(task.view))
    }

    /// How long a robot may be gone before that is noticed, and more.
    private static let linkDoubt = Duration.seconds(10)

    /// Results that their robots may not know to be on disk, since the link was
    /// going: they will be told again, and must be confirmed then.
    private mutating func rememberUnheard(of task: TaskStateMachine, at now: Instant) {
        for run in task.steps.values {
            guard run.attempts > 0, let endedAt = run.endedAt,
                now - endedAt < Self.linkDoubt || roster[run.robot]?.value.isLinked != true
            else { continue }
            depart(AttemptID(task: task.id, step: run.id, number: run.attempts), run.robot)
        }
    }

    /// Asks the robot to stop a step; it still ends by its report.
    mutating func stop(_ step: StepID, of id: TaskID, reason: String, outbox: inout Outbox) {
        guard let order = tasks[id]?.value.invocation(of: step) else { return }
        outbox.add(.cancelAttempt(order.attempt, order.token, order.robot, reason: reason))
    }
}
