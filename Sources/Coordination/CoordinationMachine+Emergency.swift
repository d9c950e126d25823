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
        for task in tasks.values where task.pause == nil && task.closing == nil {
            hold(task.id, pause, outbox: &outbox)
        }
        for member in roster.members.values {
            guard let attempt = member.attempt else { continue }
            stop(attempt.step, of: attempt.task, reason: "e-stop", outbox: &outbox)
        }
    }

    mutating func emergencyReleased(by person: String, reason: String, outbox: inout Outbox) {
        emergency = nil
        outbox.publish(.emergency, state: "released", note: "\(person): \(reason)")
        for robot in roster.members.keys { outbox.touch(robot) }
    }

    /// Lets a task start nothing new. One that waits for its robots lets others
    /// go first, and is planned anew when it goes on.
    mutating func hold(_ id: TaskID, _ pause: TaskStateMachine.Pause, outbox: inout Outbox) {
        if tasks[id]?.waiting != nil {
            leaveQueues(id, outbox: &outbox)
            tasks[id]?.repairLater("the world moved on while the task was paused")
        }
        if let task = tasks[id] { withdrawClaims(of: task, outbox: &outbox) }
        tasks[id]?.pause(pause, outbox: &outbox)
    }
}
