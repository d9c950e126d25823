import RobotModel

/// Tasks by the clock. A moment that was missed while the brain was down is
/// made up for once; one at which the schedule's last task still runs is left
/// out.
extension CoordinationMachine {
    mutating func scheduleSet(_ schedule: Schedule, _ order: PersonOrder, outbox: inout Outbox) {
        let known = schedules[schedule.id]
        guard known?.schedule != schedule else { return }
        let run = ScheduleRun(schedule, setBy: order.by, at: outbox.now, insteadOf: known)
        schedules[schedule.id] = run
        outbox.publish(
            .schedule, state: known == nil ? "set" : "changed", note: note("\(schedule.id)", order))
        startTimer(of: run, outbox: &outbox)
    }

    mutating func scheduleRemoved(_ id: ScheduleID, _ order: PersonOrder, outbox: inout Outbox) {
        schedules[id] = nil
        outbox.add(.stopTimer(.scheduleDue(id)))
        outbox.publish(.schedule, state: "removed", note: note("\(id)", order))
    }

    func startTimer(of run: ScheduleRun, outbox: inout Outbox) {
        guard let moment = run.nextAt else { return }
        outbox.add(.startTimer(.scheduleDue(run.schedule.id), at: moment))
    }

    mutating func scheduleDue(_ id: ScheduleID, outbox: inout Outbox) {
        guard let run = schedules[id], let moment = run.nextAt, moment <= outbox.now else { return }
        if let last = run.lastTask, tasks[last] != nil {
            schedules[id]?.passed(at: outbox.now, task: nil)
            outbox.publish(.schedule, task: last, state: "leftOut", note: "\(id): \(last) still runs")
        } else {
            // By the count of all tasks: no two ever have one name, even if the
            // schedule is removed and set anew.
            let task = TaskID("\(id)-\(taskCount + 1)")
            schedules[id]?.passed(at: outbox.now, task: task)
            outbox.publish(.schedule, task: task, state: "started", note: "\(id)")
            var request = run.schedule.request
            request.idempotencyKey = nil
            submitted(task, request, outbox: &outbox)
        }
        if let run = schedules[id] { startTimer(of: run, outbox: &outbox) }
    }

    private func note(_ what: String, _ order: PersonOrder) -> String {
        "\(what) by \(order.by)" + (order.reason.isEmpty ? "" : ": \(order.reason)")
    }
}
