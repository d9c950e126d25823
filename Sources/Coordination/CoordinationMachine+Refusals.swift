import RobotModel

/// Which orders of people make no sense in the state that things are in.
extension CoordinationMachine {
    /// Why an input is refused; nil where it isn't. Refused inputs stay in the
    /// journal and change nothing.
    func refusal(of input: CoordinationInput, at now: Instant) -> CoordinationRefusal? {
        switch input {
        case .taskOrdered(let id, let verb, let order):
            guard let task = tasks[id]?.value else { return unknownTask(id) }
            return task.knows(order.key) ? nil : refusal(of: verb, task)
        case .planEdited(let id, let edit, let order):
            guard let task = tasks[id]?.value else { return unknownTask(id) }
            return task.knows(order.key) ? nil : refusal(of: edit, task)
        case .questionAnswered(let id, let question, let answer, let order):
            guard tasks.contains(id) else { return unknownTask(id) }
            guard tasks[id]?.value.knows(order.key) == false else { return nil }
            guard let asked = tasks[id]?.value.question, asked.id == question else {
                return CoordinationRefusal(.unknownQuestion, "\(id) has no open question \(question)")
            }
            guard asked.options.contains(answer) else {
                return CoordinationRefusal(
                    .invalidAnswer, "answer one of \(asked.options.joined(separator: ", "))")
            }
            return nil
        case .cancelRequested(let id, _, _):
            return tasks.contains(id) ? nil : unknownTask(id)
        case .approvalAnswered(let id, _, _, _):
            guard let task = tasks[id]?.value else { return unknownTask(id) }
            guard task.closing == nil else {
                return CoordinationRefusal(.taskEnded, "\(id) is being ended")
            }
            guard task.state == .awaitingApproval else {
                return CoordinationRefusal(
                    .wrongState, "\(id) doesn’t wait for approval: it is \(task.shownState)")
            }
            return nil
        case .robotAdministered(let robot, let verb, _, _): return refusal(of: verb, robot)
        case .scheduleRemoved(let id, _):
            guard schedules[id] != nil else {
                return CoordinationRefusal(.unknownSchedule, "no schedule is called “\(id)”")
            }
            return nil
        case .scheduleSet(let schedule, _):
            guard schedules[schedule.id]?.schedule != schedule,
                schedule.recurrence.next(after: now) == nil
            else { return nil }
            return CoordinationRefusal(.invalidAnswer, "the schedule \(schedule.id) is never due any more")
        case .brainStarted, .settingsChanged, .taskSubmitted, .planProposed, .planRefused, .robotLinked,
            .robotLost, .attemptAccepted, .attemptEnded, .goalChecked, .timerFired, .emergencyStopped,
            .emergencyReleaseAsked, .emergencyReleased:
            return nil
        }
    }

    private func unknownTask(_ id: TaskID) -> CoordinationRefusal {
        CoordinationRefusal(.unknownTask, "\(id) is over, or was never there")
    }

    /// A person who drives a robot gives it back before anything else is done
    /// with it; one that has left the team stays away.
    private func refusal(of verb: RobotVerb, _ robot: RobotID) -> CoordinationRefusal? {
        guard roster[robot] != nil else {
            return CoordinationRefusal(.unknownRobot, "no robot is called “\(robot)”")
        }
        let order = roster[robot]?.value.order
        switch (order, verb) {
        case (.retire, .retire), (.takeOver, .giveBack), (.takeOver, .takeOver), (.takeOver, .retire):
            return nil
        case (.retire, _):
            return CoordinationRefusal(.wrongState, "\(robot) has left the team for good")
        case (.takeOver, _):
            return CoordinationRefusal(.wrongState, "a person drives \(robot): it must be given back first")
        case (_, .giveBack):
            return CoordinationRefusal(
                .wrongState, "nobody drives \(robot): it is \(roster[robot]?.value.state.rawValue ?? "away")")
        default: return nil
        }
    }

    private func refusal(of verb: TaskVerb, _ task: TaskStateMachine) -> CoordinationRefusal? {
        guard task.closing == nil else {
            return CoordinationRefusal(.taskEnded, "\(task.id) is being ended")
        }
        switch verb {
        case .pause: return nil
        case .resume:
            guard emergency == nil else {
                return CoordinationRefusal(.emergency, "the e-stop is latched: release it first")
            }
            guard task.pause != nil else {
                return CoordinationRefusal(.wrongState, "\(task.id) isn’t paused: it is \(task.shownState)")
            }
            return nil
        case .replan:
            guard task.state == .running, task.pause == nil, task.question == nil else {
                return CoordinationRefusal(.wrongState, "\(task.id) doesn’t run: it is \(task.shownState)")
            }
            return nil
        case .skip(let step):
            guard let run = task.steps[step]?.value else { return unknownStep(step, task) }
            guard task.state == .running, !run.state.isFinal else { return isOver(run, task) }
            return nil
        case .retry(let step):
            guard let run = task.steps[step]?.value else { return unknownStep(step, task) }
            guard task.state == .running, run.state.isOnRobot || run.isHeldBack else {
                return isOver(run, task)
            }
            return nil
        }
    }

    private func refusal(of edit: PlanEdit, _ task: TaskStateMachine) -> CoordinationRefusal? {
        guard task.closing == nil, task.state == .running, task.question == nil else {
            return CoordinationRefusal(
                .wrongState, "the plan of \(task.id) can’t be edited now: it is \(task.shownState)")
        }
        guard task.repairAtResume == nil || task.hasWaitingSteps else {
            return CoordinationRefusal(
                .wrongState, "the rest of \(task.id) is planned anew as soon as it goes on")
        }
        guard task.revision == edit.revision else {
            return CoordinationRefusal(
                .stalePlan, "the edit is for plan \(edit.revision), and plan \(task.revision) is in force")
        }
        for id in edit.removed + edit.steps.map(\.id) {
            guard let run = task.steps[id]?.value else {
                guard edit.removed.contains(id) else { continue }
                return unknownStep(id, task)
            }
            guard run.isWaiting else { return isOver(run, task) }
        }
        let names = Set(task.steps.keys + edit.steps.map(\.id))
        for step in edit.steps {
            guard roster[step.robot] != nil else {
                return CoordinationRefusal(.unknownRobot, "no robot is called “\(step.robot)”")
            }
            if let unknown = step.after.first(where: { !names.contains($0) }) {
                return unknownStep(unknown, task)
            }
            // It would wait for ever.
            if let failed = step.after.first(where: { task.steps[$0]?.value.state == .failed }) {
                return CoordinationRefusal(
                    .wrongState, "step \(step.id) can’t wait for \(failed), which has failed")
            }
        }
        return nil
    }

    private func unknownStep(_ step: StepID, _ task: TaskStateMachine) -> CoordinationRefusal {
        CoordinationRefusal(.unknownStep, "\(task.id) has no step “\(step)”")
    }

    private func isOver(_ run: StepRun, _ task: TaskStateMachine) -> CoordinationRefusal {
        CoordinationRefusal(
            .wrongState,
            "step \(run.step.id) is \(run.state.rawValue), and \(task.id) is \(task.shownState)")
    }
}
