/// A standing order to submit a task at certain times.
public struct Schedule: Hashable, Sendable, Codable {
    public var id: ScheduleID
    /// What is submitted each time; an idempotency key in it isn't used.
    public var request: TaskRequest
    public var recurrence: Recurrence

    public init(id: ScheduleID, request: TaskRequest, recurrence: Recurrence) {
        self.id = id
        self.request = request
        self.recurrence = recurrence
    }
}

/// When a schedule is due. Times are UTC.
public enum Recurrence: Hashable, Sendable, Codable {
    case once(Instant)
    /// At `from`, and then every `seconds`; at least 1.
    case every(seconds: Int64, from: Instant)
    /// On these days of the week, 1 (Monday) to 7 (Sunday), so many seconds
    /// after midnight.
    case weekly(days: [Int], secondsOfDay: Int64)

    /// The first due moment after `instant`; nil where there is none any more.
    public func next(after instant: Instant) -> Instant? {
        switch self {
        case .once(let moment): return moment > instant ? moment : nil
        case .every(let seconds, let from):
            guard from <= instant else { return from }
            let period = max(1, seconds).multipliedReportingOverflow(by: 1_000_000_000)
            guard !period.overflow else { return nil }
            let passed = instant.nanosecondsSinceEpoch - from.nanosecondsSinceEpoch
            let next = (passed / period.partialValue + 1).multipliedReportingOverflow(
                by: period.partialValue)
            guard !next.overflow else { return nil }
            return from + .nanoseconds(next.partialValue)
        case .weekly(let days, let secondsOfDay):
            let wanted = days.filter { (1...7).contains($0) }
            let today = Self.day(of: instant)
            for day in today...(today + 7) where wanted.contains(Self.weekday(of: day)) {
                let moment = Instant(nanosecondsSinceEpoch: (day * 86_400 + secondsOfDay) * 1_000_000_000)
                if moment > instant { return moment }
            }
            return nil
        }
    }

    /// Days since 1970-01-01.
    private static func day(of instant: Instant) -> Int64 {
        let seconds = instant.nanosecondsSinceEpoch / 1_000_000_000
        return seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(of day: Int64) -> Int { Int(((day + 3) % 7 + 7) % 7) + 1 }
}

/// A schedule as callers see it.
public struct ScheduleView: Hashable, Sendable, Codable {
    public var schedule: Schedule
    public var setBy: String
    public var nextAt: Instant?
    /// How many tasks it has started.
    public var started: UInt64
    public var lastTask: TaskID?

    public init(
        schedule: Schedule, setBy: String, nextAt: Instant?, started: UInt64 = 0, lastTask: TaskID? = nil
    ) {
        self.schedule = schedule
        self.setBy = setBy
        self.nextAt = nextAt
        self.started = started
        self.lastTask = lastTask
    }
}
