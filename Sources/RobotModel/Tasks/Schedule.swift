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
public enum Recurrence: Hashable, Sendable {
    case once(Instant)
    /// At `from`, and then every `seconds`; at least 1.
    case every(seconds: Int64, from: Instant)
    /// On these days of the week, 1 (Monday) to 7 (Sunday), so many seconds
    /// after midnight.
    case weekly(days: [Int], secondsOfDay: Int64)

    /// The first due moment after `instant`; nil where there is none any more,
    /// or none that an ``Instant`` can be.
    public func next(after instant: Instant) -> Instant? {
        switch self {
        case .once(let moment): return moment > instant ? moment : nil
        case .every(let seconds, let from):
            guard from <= instant else { return from }
            let (period, isLong) = max(1, seconds).multipliedReportingOverflow(by: 1_000_000_000)
            let (passed, isAges) = instant.nanosecondsSinceEpoch.subtractingReportingOverflow(
                from.nanosecondsSinceEpoch)
            guard !isLong, !isAges else { return nil }
            let (next, isFar) = (passed / period + 1).multipliedReportingOverflow(by: period)
            let (moment, isLate) = from.nanosecondsSinceEpoch.addingReportingOverflow(next)
            return isFar || isLate ? nil : Instant(nanosecondsSinceEpoch: moment)
        case .weekly(let days, let secondsOfDay):
            let wanted = days.filter { (1...7).contains($0) }
            let today = Self.day(of: instant)
            for day in today...(today + 7) where wanted.contains(Self.weekday(of: day)) {
                if let moment = Self.moment(day: day, secondsOfDay), moment > instant { return moment }
            }
            return nil
        }
    }

    private static func moment(day: Int64, _ secondsOfDay: Int64) -> Instant? {
        let (seconds, isFar) = (day * 86_400).addingReportingOverflow(secondsOfDay)
        let (nanoseconds, isFarther) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isFar || isFarther ? nil : Instant(nanosecondsSinceEpoch: nanoseconds)
    }

    /// Days since 1970-01-01.
    private static func day(of instant: Instant) -> Int64 {
        let seconds = instant.nanosecondsSinceEpoch / 1_000_000_000
        return seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(of day: Int64) -> Int { Int(((day + 3) % 7 + 7) % 7) + 1 }
}

/// In JSON `{"at": …}`, `{"every_s": 60, "from": …}` or `{"days": [1, 7],
/// "seconds_of_day": 27000}`.
extension Recurrence: Codable {
    private enum CodingKeys: String, CodingKey {
        case at, from, days
        case everySeconds = "every_s"
        case secondsOfDay = "seconds_of_day"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let moment = try container.decodeIfPresent(Instant.self, forKey: .at) {
            self = .once(moment)
        } else if let seconds = try container.decodeIfPresent(Int64.self, forKey: .everySeconds) {
            self = .every(seconds: seconds, from: try container.decode(Instant.self, forKey: .from))
        } else {
            self = .weekly(
                days: try container.decode([Int].self, forKey: .days),
                secondsOfDay: try container.decode(Int64.self, forKey: .secondsOfDay))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .once(let moment): try container.encode(moment, forKey: .at)
        case .every(let seconds, let from):
            try container.encode(seconds, forKey: .everySeconds)
            try container.encode(from, forKey: .from)
        case .weekly(let days, let secondsOfDay):
            try container.encode(days, forKey: .days)
            try container.encode(secondsOfDay, forKey: .secondsOfDay)
        }
    }
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
