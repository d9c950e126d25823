import OrderedCollections
import RobotModel

/// A robot's life: linked, lost, drained, retired.
extension CoordinationMachine {
    /// A robot is there (again). It was asked what it is at: `running` it goes
    /// on with; what else the coordinator thinks it is at, it never had, since
    /// a robot stores an order before it acts. That is sent again, under the
    /// same token. (A result that it kept is an input before this one.)
    mutating func robotLinked(
        _ description: RobotDescription, running: [AttemptID], outbox: inout Outbox
    ) {
        let robot = description.id
        roster.link(description)
        publishRobot(robot, note: "linked", outbox: &outbox)
        if let attempt = roster[robot]?.attempt, let task = tasks[attempt.task],
            let run = task.steps[attempt.step], run.state.isOnRobot, run.attempts == attempt.number
        {
            if running.contains(attempt) {
                tasks[attempt.task]?.accepted(attempt.step, outbox: &outbox)
            } else if let order = tasks[attempt.task]?.sendAgain(attempt.step, outbox: &outbox) {
                outbox.add(.invoke(order))
            }
            outbox.add(
                .startTimer(
                    .attemptOverdue(attempt),
                    at: outbox.now + run.step.terms.timeout + settings.overdueGrace))
        }
        for attempt in running where roster[robot]?.attempt != attempt {
            let token = tasks[attempt.task]?.steps[attempt.step]?.token ?? FencingToken(epoch: 0, counter: 0)
            outbox.add(.cancelAttempt(attempt, token, robot, reason: "it was given up"))
        }
        endSettling(of: robot, outbox: &outbox)
    }

    /// A robot's lease has ended. Work that stops without a link is given up
    /// at once; work that may go on is waited for until its time-out.
    mutating func robotLost(_ robot: RobotID, reason: String, outbox: inout Outbox) {
        guard let member = roster[robot] else { return }
        roster.unlink(robot)
        publishRobot(robot, note: reason, outbox: &outbox)
        if let attempt = member.attempt, let task = tasks[attempt.task],
            let run = task.steps[attempt.step], run.state.isOnRobot
        {
            if run.step.terms.onLinkLoss == .stop {
                endStep(attempt, .failed(Failure(.robotLost, "\(robot): \(reason)")), outbox: &outbox)
            } else {
                tasks[attempt.task]?.linkLost(attempt.step, outbox: &outbox)
            }
        }
        endSettling(of: robot, outbox: &outbox)
        replanWaiting(for: robot, reason: "\(robot) is lost: \(reason)", code: .robotLost, outbox: &outbox)
    }

    mutating func robotAdministered(
        _ robot: RobotID, _ verb: RobotVerb, by person: String, outbox: inout Outbox
    ) {
        guard roster[robot] != nil else { return }
        roster.order(verb, robot)
        publishRobot(robot, note: "\(verb.rawValue) by \(person)", outbox: &outbox)
        if verb != .resume {
            replanWaiting(
                for: robot, reason: "\(robot) was taken out of service", code: .rejectedBySkill,
                outbox: &outbox)
        }
    }

    /// Tasks that count on a robot for steps to come plan without it.
    private mutating func replanWaiting(
        for robot: RobotID, reason: String, code: FailureCode, outbox: inout Outbox
    ) {
        for id in active {
            guard let task = tasks[id], task.state == .running, !task.isRepairing, !task.isCanceling,
                task.steps.values.contains(where: {
                    $0.step.robot == robot && !$0.state.isFinal && !$0.state.isOnRobot
                })
            else { continue }
            tasks[id]?.beginRepair(
                Failure(code, reason), step: nil, avoid: nil, reason: reason, outbox: &outbox)
            settle(id, outbox: &outbox)
        }
    }

    func publishRobot(_ robot: RobotID, note: String, outbox: inout Outbox) {
        guard let member = roster[robot] else { return }
        outbox.publish(.robot, robot: robot, state: member.state.rawValue, note: note)
    }
}
