import RobotModel

/// The e-stop, as the coordinator sees it: the shell has sent it already.
///
/// Every task is paused, and nothing is sent to a robot while the stop is
/// latched. After the release each task waits for a person to resume it.
extension CoordinationMachine {
    mutating func emergencyStopped(by person: String, reason: String, outbox: inout Outbox) {
        if emergency == nil { emergency = Emergency(by: person, reason: reason, at: outbox.now) }
        outbox.publish(.emergency, state: "stopped", note: "\(person): \(reason)")
        let pause = TaskStateMachine.Pause(by: person, reason: "e-stop: \(reason)", isEmergency: true)
        for id in tasks.keys where tasks[id]?.value.pause == nil && tasks[id]?.value.closing == nil {
            hold(id, pause, outbox: &outbox)
        }
        var running: [AttemptID] = []
        roster.members.visit { _, member in if let attempt = member.attempt { running.append(attempt) } }
        for attempt in running { stop(attempt.step, of: attempt.task, reason: "e-stop", outbox: &outbox) }
    }

    mutating func emergencyReleased(by person: String, reason: String, outbox: inout Outbox) {
        guard emergency != nil else { return }
        emergency = nil
        outbox.publish(.emergency, state: "released", note: "\(person): \(reason)")
        lookAtAll(outbox: &outbox)
    }

    /// Looks at every robot, and at every task that waits: what kept them is over.
    mutating func lookAtAll(outbox: inout Outbox) {
        for robot in roster.members.keys { outbox.touch(robot) }
        tasks.visit { id, task in if task.waiting != nil { outbox.reconsider(id) } }
    }

    /// Lets a task start nothing new. One that waits for its robots lets others
    /// go first, and is planned anew when it goes on.
    mutating func hold(_ id: TaskID, _ pause: TaskStateMachine.Pause, outbox: inout Outbox) {
        if tasks[id]?.value.waiting != nil {
            leaveQueues(id, outbox: &outbox)
            tasks[id]?.value.repairLater("the world moved on while the task was paused")
        }
        withdrawClaims(of: id, outbox: &outbox)
        tasks[id]?.value.pause(pause, outbox: &outbox)
    }
}
