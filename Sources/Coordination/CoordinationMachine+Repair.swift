import OrderedCollections
import RobotModel

/// What is done about failures: the rungs of ``RepairLadder``, circuit
/// breakers, and questions to people.
extension CoordinationMachine {
    /// A step's attempt failed.
    mutating func failed(
        _ attempt: AttemptID, _ run: StepRun, _ failure: Failure, outbox: inout Outbox
    ) {
        let id = attempt.task
        if tasks[id]?.value.closing != nil {
            tasks[id]?.value.stepFailed(run.id, failure, outbox: &outbox)
            compensate(run, of: id, outbox: &outbox)
        } else if let intent = run.intent {
            carryOut(intent, run, of: id, failure, outbox: &outbox)
        } else if emergency != nil {
            tasks[id]?.value.stepFailed(run.id, failure, outbox: &outbox)
            repair(
                id, failure, step: run.id, avoid: nil, reason: "stopped by the e-stop", outbox: &outbox)
        } else {
            takeRung(id, run, failure, outbox: &outbox)
        }
    }

    private mutating func takeRung(
        _ id: TaskID, _ run: StepRun, _ failure: Failure, outbox: inout Outbox
    ) {
        let step = run.id
        let isSuspended = roster[run.robot]?.value.breakers[run.skill]?.isOpen == true
        let plans = tasks[id]?.value.plansTried ?? 0
        switch RepairLadder.rung(
            for: failure, step: run, plans: plans, isSuspended: isSuspended, settings: settings)
        {
        case .retry(let delay, let reason) where tasks[id]?.value.state != .planning:
            tasks[id]?.value.willRetry(step, failure, reason: reason, outbox: &outbox)
            outbox.add(.startTimer(.retryDue(id, step), at: outbox.now + delay))
        case .retry(_, let reason):
            // The plan in the making counted on the step.
            tasks[id]?.value.stepFailed(step, failure, outbox: &outbox)
            repair(id, failure, step: step, avoid: nil, reason: reason, outbox: &outbox)
        case .replan(let avoid, let reason):
            tasks[id]?.value.stepFailed(step, failure, outbox: &outbox)
            repair(
                id, failure, step: step, avoid: avoid ? run.step.call : nil, reason: reason,
                outbox: &outbox)
        case .giveUp(let reason):
            let last = Failure(failure.code, reason)
            // With a plan in force a person may have the step tried again or
            // skipped; else the rest must be planned first.
            if asksPeople(id), tasks[id]?.value.state == .running, tasks[id]?.value.repairAtResume == nil {
                tasks[id]?.value.holdBack(step, failure, outbox: &outbox)
                giveUp(id, last, step: step, outbox: &outbox)
            } else {
                tasks[id]?.value.stepFailed(step, failure, outbox: &outbox)
                if !asksPeople(id) { compensate(run, of: id, outbox: &outbox) }
                giveUp(id, last, step: nil, outbox: &outbox)
            }
        }
    }

    /// Plans the rest anew.
    mutating func repair(
        _ id: TaskID, _ failure: Failure?, step: StepID?, avoid: SkillCall?, reason: String,
        outbox: inout Outbox
    ) {
        guard tasks[id]?.value.closing == nil else { return }
        leaveQueues(id, outbox: &outbox)
        withdrawClaims(of: id, outbox: &outbox)
        tasks[id]?.value.beginRepair(failure, step: step, avoid: avoid, reason: reason, outbox: &outbox)
    }

    /// Asks a person, or ends the task.
    mutating func giveUp(_ id: TaskID, _ failure: Failure, step: StepID?, outbox: inout Outbox) {
        guard tasks[id]?.value.closing == nil else { return }
        guard asksPeople(id) else {
            return close(id, as: .failed, failure, note: failure.description, outbox: &outbox)
        }
        let options = step == nil ? ["replan", "fail"] : ["retry", "skip", "replan", "fail"]
        leaveQueues(id, outbox: &outbox)
        withdrawClaims(of: id, outbox: &outbox)
        for robot in tasks[id]?.value.neededRobots ?? [] where roster[robot]?.value.attempt == nil {
            release(robot, from: id, outbox: &outbox)
        }
        // What wasn't allowed yet, or was to be planned anew, isn't begun.
        if step == nil { tasks[id]?.value.dropWaitingSteps(outbox: &outbox) }
        tasks[id]?.value.start(note: "waits for a person", outbox: &outbox)
        tasks[id]?.value.ask(
            failure, step: step, options: options, policy: settings.questions,
            outbox: &outbox)
        startQuestionTimer(id, outbox: &outbox)
    }

    private func asksPeople(_ id: TaskID) -> Bool {
        tasks[id]?.value.request.asksPeople == true && tasks[id]?.value.question == nil
    }

    private mutating func startQuestionTimer(_ id: TaskID, outbox: inout Outbox) {
        guard let question = tasks[id]?.value.question else { return }
        outbox.add(.startTimer(.questionOverdue(id, question.id), at: question.dueAt))
    }

    /// Puts right what a stopped step left behind, where its skill says how.
    private mutating func compensate(_ run: StepRun, of id: TaskID, outbox: inout Outbox) {
        guard case .compensate = run.step.terms.cancel,
            tasks[id]?.value.steps[run.id]?.value.failure.map(RepairLadder.leavesDoubt) ?? true,
            roster[run.robot]?.value.isOut == false,
            let step = tasks[id]?.value.addCompensation(for: run)
        else { return }
        outbox.publish(
            .repair, task: id, step: run.step.id, robot: run.step.robot, state: "compensate",
            note: "\(step) puts right what \(run.step.id) left")
        makeReady([step], of: id, outbox: &outbox)
    }

    mutating func retryDue(_ id: TaskID, _ step: StepID, outbox: inout Outbox) {
        guard let state = tasks[id]?.value.state, state == .running || state == .awaitingApproval,
            tasks[id]?.value.question?.step != step, tasks[id]?.value.release(step, isFresh: false) == true
        else { return }
        makeReady([step], of: id, outbox: &outbox)
    }

    // MARK: Circuit breakers

    mutating func noteForBreaker(_ run: StepRun, _ result: AttemptOutcome, outbox: inout Outbox) {
        let (robot, skill) = (run.robot, run.skill)
        guard let failure = result.failure else {
            guard roster[robot]?.value.breakers.isEmpty == false, roster[robot]?.value.breakers[skill] != nil
            else {
                return
            }
            roster[robot]?.value.breakers[skill]?.succeeded()
            if roster[robot]?.value.breakers[skill]?.isClear == true {
                roster[robot]?.value.breakers[skill] = nil
            }
            return
        }
        // What a person's order brought about says nothing of the skill.
        guard RepairLadder.countsAgainst(failure), emergency == nil, run.intent == nil else { return }
        let isOpened =
            roster[robot]?.value.breakers[skill, default: CircuitBreaker()]
            .failed(at: outbox.now, settings: settings) ?? false
        guard isOpened else { return }
        outbox.add(.startTimer(.breakerDue(robot, skill), at: outbox.now + settings.breakerPause))
        outbox.publish(
            .repair, robot: robot, state: "suspend",
            note:
                "\(skill) failed \(settings.breakerFailures) times within \(settings.breakerWindow) on \(robot)"
        )
    }

    mutating func breakerDue(_ robot: RobotID, _ skill: SkillName, outbox: inout Outbox) {
        guard roster[robot]?.value.breakers[skill]?.isOpen == true else { return }
        roster[robot]?.value.breakers[skill]?.beginTrial()
        outbox.publish(.repair, robot: robot, state: "trial", note: "\(skill) may be tried again on \(robot)")
    }

    // MARK: Questions

    mutating func questionAnswered(
        _ id: TaskID, _ answer: String, by person: String, reason: String, outbox: inout Outbox
    ) {
        guard let question = tasks[id]?.value.question else { return }
        outbox.add(.stopTimer(.questionOverdue(id, question.id)))
        tasks[id]?.value.answered(answer, by: person, reason: reason, outbox: &outbox)
        let run = question.step.flatMap { tasks[id]?.value.steps[$0]?.value }
        // The rest may have been given up since; then it is planned anew.
        let held = run?.isHeldBack == true ? run : nil
        switch answer {
        case "retry":
            if let held { _ = tasks[id]?.value.release(held.id, isFresh: true) }
            goOn(id, isSettled: true, outbox: &outbox)
        case "skip":
            if let held { _ = tasks[id]?.value.skip(held.id, note: "skipped by \(person)", outbox: &outbox) }
            goOn(id, isSettled: true, outbox: &outbox)
        case "replan":
            if let held, let failure = held.failure {
                tasks[id]?.value.stepFailed(held.id, failure, outbox: &outbox)
            }
            repair(
                id, nil, step: question.step, avoid: nil, reason: "asked for by \(person)",
                outbox: &outbox)
        default:
            let last =
                run?.failure ?? tasks[id]?.value.failure ?? Failure(.canceled, "given up by \(person)")
            if let held {
                tasks[id]?.value.stepFailed(held.id, last, outbox: &outbox)
                compensate(held, of: id, outbox: &outbox)
            }
            close(id, as: .failed, last, note: last.description, outbox: &outbox)
        }
    }

    mutating func questionOverdue(_ id: TaskID, _ question: QuestionID, outbox: inout Outbox) {
        guard let asked = tasks[id]?.value.question, asked.id == question else { return }
        if !asked.isEscalated, let channel = settings.questions.escalation {
            tasks[id]?.value.escalate(to: channel, for: settings.questions.timeout, outbox: &outbox)
            startQuestionTimer(id, outbox: &outbox)
        } else {
            // A default that leads to the same question again must come to an end.
            let count = tasks[id]?.value.unanswered ?? 0
            let answer = count < RepairLadder.mostUnanswered ? asked.defaultOption : "fail"
            questionAnswered(id, answer, by: "default", reason: "nobody answered", outbox: &outbox)
            tasks[id]?.value.setUnanswered(count + 1)
        }
    }
}
