import RobotModel

/// A schedule on its way from one due moment to the next.
struct ScheduleRun: Hashable, Sendable, Codable {
    let schedule: Schedule
    let setBy: String
    private(set) var nextAt: Instant?
    private(set) var started: UInt64 = 0
    private(set) var lastTask: TaskID?

    init(_ schedule: Schedule, setBy: String, at now: Instant, insteadOf known: ScheduleRun? = nil) {
        self.schedule = schedule
        self.setBy = setBy
        started = known?.started ?? 0
        lastTask = known?.lastTask
        nextAt = schedule.recurrence.next(after: now)
    }

    /// - Parameter task: what was started; nil where this time was left out.
    mutating func passed(at now: Instant, task: TaskID?) {
        nextAt = schedule.recurrence.next(after: now)
        guard let task else { return }
        started += 1
        lastTask = task
    }

    var view: ScheduleView {
        ScheduleView(
            schedule: schedule, setBy: setBy, nextAt: nextAt, started: started, lastTask: lastTask)
    }
}
