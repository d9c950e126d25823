import OrderedCollections
import RobotModel

/// What a new brain does about what it finds: nothing is known of the robots
/// until they are back, and timers are started anew.
extension CoordinationMachine {
    mutating func brainStarted(outbox: inout Outbox) {
        roster.unlinkAll()
        settling = OrderedSet(roster.members.entries.filter { $0.value.order != .retire }.map(\.key))
        for robot in settling {
            outbox.add(.startTimer(.linkOverdue(robot), at: outbox.now + settings.linkGrace))
        }
        for (robot, skills) in roster.members.entries.map({ ($0.key, $0.value.breakers) }) {
            for (skill, breaker) in skills where breaker.isOpen {
                outbox.add(.startTimer(.breakerDue(robot, skill), at: outbox.now + settings.breakerPause))
            }
        }
        for schedule in schedules.values { startTimer(of: schedule, outbox: &outbox) }
        for id in tasks.keys { takeUp(id, outbox: &outbox) }
    }

    private mutating func takeUp(_ id: TaskID, outbox: inout Outbox) {
        guard let task = tasks[id]?.value else { return }
        for run in task.steps.values {
            if run.state.isOnRobot {
                tasks[id]?.value.linkLost(run.id, outbox: &outbox)
                // Ends it should its robot never come back; started anew if it does.
                outbox.add(
                    .startTimer(
                        .attemptOverdue(AttemptID(task: id, step: run.id, number: run.attempts)),
                        at: outbox.now + settings.linkGrace + run.step.terms.timeout
                            + settings.overdueGrace))
            }
            if run.isHeldBack, task.question?.step != run.id {
                outbox.add(.startTimer(.retryDue(id, run.id), at: outbox.now))
            }
        }
        if let question = task.question {
            // The wall clock may have been set back since it was asked.
            let latest = outbox.now + settings.questions.timeout
            outbox.add(.startTimer(.questionOverdue(id, question.id), at: min(question.dueAt, latest)))
        }
        if let deadline = task.request.deadline, !task.isLate {
            outbox.add(.startTimer(.deadlineDue(id), at: deadline))
        }
        if task.state == .planning, task.repairAtResume == nil { outbox.plan(id) }
        outbox.settle(id)
    }

    /// Goes on once every robot is back, or has had its time.
    mutating func endSettling(of robot: RobotID, outbox: inout Outbox) {
        guard settling.remove(robot) != nil, settling.isEmpty else { return }
        for id in deferredPlans { outbox.plan(id) }
        deferredPlans = []
        lookAtAll(outbox: &outbox)
    }
}
