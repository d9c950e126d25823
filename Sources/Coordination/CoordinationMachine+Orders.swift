import RobotModel

/// What people order of a running task. Orders that make no sense were refused
/// before they come here; see `CoordinationMachine+Refusals`.
extension CoordinationMachine {
    mutating func taskOrdered(
        _ id: TaskID, _ verb: TaskVerb, _ order: PersonOrder, outbox: inout Outbox
    ) {
        guard tasks[id]?.value.remember(order.key) == true else { return }
        publish(order, "\(verb.name)", task: id, step: verb.step, outbox: &outbox)
        switch verb {
        case .pause:
            guard tasks[id]?.value.pause == nil else { return }
            hold(id, .init(by: order.by, reason: order.reason, isEmergency: false), outbox: &outbox)
        case .resume: resume(id, order, outbox: &outbox)
        case .skip(let step): skip(step, of: id, order, outbox: &outbox)
        case .retry(let step): retry(step, of: id, order, outbox: &outbox)
        case .replan:
            repair(id, nil, step: nil, avoid: nil, reason: "asked for by \(order.by)", outbox: &outbox)
        }
    }

    private func publish(
        _ order: PersonOrder, _ what: String, task: TaskID, step: StepID?, outbox: inout Outbox
    ) {
        outbox.publish(
            .order, task: task, step: step, state: what,
            note: order.by + (order.reason.isEmpty ? "" : ": \(order.reason)"))
    }

    private mutating func resume(_ id: TaskID, _ order: PersonOrder, outbox: inout Outbox) {
        tasks[id]?.value.resume(note: "resumed by \(order.by)", outbox: &outbox)
        goOn(id, outbox: &outbox)
    }

    /// Lets a task go on after a pause or a question, unless there is another.
    mutating func goOn(_ id: TaskID, isSettled: Bool = false, outbox: inout Outbox) {
        guard tasks[id]?.value.pause == nil, tasks[id]?.value.question == nil else { return }
        if let reason = tasks[id]?.value.takeRepair() {
            repair(id, nil, step: nil, avoid: nil, reason: reason, outbox: &outbox)
        } else {
            enqueue(id, isSettled: isSettled, outbox: &outbox)
        }
    }

    private mutating func skip(
        _ step: StepID, of id: TaskID, _ order: PersonOrder, outbox: inout Outbox
    ) {
        guard let run = tasks[id]?.value.steps[step]?.value else { return }
        if run.state.isOnRobot {
            tasks[id]?.value.intend(.skip, step)
            stop(step, of: id, reason: "skipped by \(order.by)", outbox: &outbox)
        } else if tasks[id]?.value.question?.step == step {
            questionAnswered(id, "skip", by: order.by, reason: order.reason, outbox: &outbox)
        } else {
            withdrawClaims(of: StepKey(task: id, step: step), run.step.terms.resources, outbox: &outbox)
            outbox.add(.stopTimer(.retryDue(id, step)))
            let ready = tasks[id]?.value.skip(step, note: "skipped by \(order.by)", outbox: &outbox) ?? []
            makeReady(ready, of: id, outbox: &outbox)
            giveBackIdle(run.robot, of: id, outbox: &outbox)
            outbox.settle(id)
        }
    }

    private mutating func retry(
        _ step: StepID, of id: TaskID, _ order: PersonOrder, outbox: inout Outbox
    ) {
        guard let run = tasks[id]?.value.steps[step]?.value else { return }
        if run.state.isOnRobot {
            tasks[id]?.value.intend(.retry, step)
            stop(step, of: id, reason: "to be tried again, says \(order.by)", outbox: &outbox)
        } else if tasks[id]?.value.question?.step == step {
            questionAnswered(id, "retry", by: order.by, reason: order.reason, outbox: &outbox)
        } else if tasks[id]?.value.release(step, isFresh: true) == true {
            outbox.add(.stopTimer(.retryDue(id, step)))
            makeReady([step], of: id, outbox: &outbox)
        }
    }

    /// What becomes of a step that was stopped to that end.
    mutating func carryOut(
        _ intent: StepRun.Intent, _ run: StepRun, of id: TaskID, _ failure: Failure, outbox: inout Outbox
    ) {
        let step = run.id
        switch intent {
        case .skip:
            let ready = tasks[id]?.value.skip(step, note: failure.description, outbox: &outbox) ?? []
            makeReady(ready, of: id, outbox: &outbox)
        case .retry where tasks[id]?.value.state == .running:
            tasks[id]?.value.holdBack(step, failure, outbox: &outbox)
            _ = tasks[id]?.value.release(step, isFresh: true)
            makeReady([step], of: id, outbox: &outbox)
        case .retry:
            tasks[id]?.value.stepFailed(step, failure, outbox: &outbox)
            repair(id, failure, step: step, avoid: nil, reason: "\(failure)", outbox: &outbox)
        case .yield:
            // The plan in the making counted on the step.
            tasks[id]?.value.stepFailed(step, failure, outbox: &outbox)
            repair(id, nil, step: step, avoid: nil, reason: "\(step) was pre-empted", outbox: &outbox)
        }
    }

    private mutating func giveBackIdle(_ robot: RobotID, of id: TaskID, outbox: inout Outbox) {
        guard tasks[id]?.value.tally.needs(robot) == false else { return }
        release(robot, from: id, outbox: &outbox)
    }

    mutating func planEdited(
        _ id: TaskID, _ edit: PlanEdit, _ order: PersonOrder, outbox: inout Outbox
    ) {
        guard tasks[id]?.value.remember(order.key) == true else { return }
        publish(
            order, edit.kind.rawValue, task: id, step: edit.steps.first?.id ?? edit.removed.first,
            outbox: &outbox)
        withdrawClaims(of: id, outbox: &outbox)
        for step in edit.steps.map(\.id) + edit.removed { outbox.add(.stopTimer(.retryDue(id, step))) }
        if tasks[id]?.value.hasWaitingSteps == true { tasks[id]?.value.keepPlan() }
        tasks[id]?.value.apply(edit, outbox: &outbox)
        goOn(id, isSettled: true, outbox: &outbox)
    }
}
