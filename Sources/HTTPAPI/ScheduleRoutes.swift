import Hummingbird
import RobotModel

/// `/v1/schedules`: tasks that are started at certain times.
struct ScheduleRoutes {
    let service: any BrainService

    func add(to group: RouterGroup<APIContext>) {
        group.get("schedules") { _, _ in
            try Response.json(["schedules": await service.schedules()])
        }
        group.get("schedules/{id}") { _, context in try Response.json(await existing(context)) }
        group.put("schedules/{id}", use: set)
        group.delete("schedules/{id}") { request, context in
            let schedule = try await existing(context)
            try await service.removeSchedule(schedule.schedule.id, try await request.order(context))
            return try Response.json(schedule)
        }
    }

    /// `PUT /v1/schedules/{id}` with what `POST /v1/tasks` takes, and when:
    /// `{"words": "…", "days": ["mon"], "time": "07:30"}`.
    @Sendable private func set(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.parameters.require("id")
        guard IdentifierRules.allows(id) else {
            throw APIError(
                .invalidParameter,
                "“\(id)” can’t be a schedule’s id: use letters, digits, “_”, “-” and “.”.", field: "id")
        }
        let (body, order) = try await request.ordered(Body.self, fields: Body.fields, context)
        let task = try body.task.request(
            requester: order.by, idempotencyKey: nil, readWorkflow: service.workflow(from:))
        let schedule = Schedule(
            id: ScheduleID(id), request: task, recurrence: try body.timing.recurrence())
        return try .json(await service.set(schedule, order))
    }

    private func existing(_ context: APIContext) async throws -> ScheduleView {
        let id = try context.parameters.require("id")
        guard let schedule = await service.schedules().first(where: { $0.schedule.id.rawValue == id }) else {
            throw APIError(.scheduleNotFound, "No schedule has the id “\(id)”.")
        }
        return schedule
    }

    private struct Body: Decodable {
        let task: TaskSubmission
        let timing: ScheduleTiming

        static let fields = TaskSubmission.fields.filter { !["dry_run", "deadline"].contains($0.key) }
            .merging(ScheduleTiming.fields) { own, _ in own }

        init(from decoder: any Decoder) throws {
            task = try TaskSubmission(from: decoder)
            timing = try ScheduleTiming(from: decoder)
        }
    }
}

/// When a schedule is due, as callers write it. All times are UTC. One of:
/// `at`; `every_s` with `from` (else from now on); `days` with `time`.
private struct ScheduleTiming: Decodable {
    var at: Instant?
    var everySeconds: Int64?
    var from: Instant?
    var days: [String]?
    var time: String?

    enum CodingKeys: String, CodingKey {
        case at, from, days, time
        case everySeconds = "every_s"
    }

    static let fields: [String: JSONShape] = [
        "at": .anything, "every_s": .anything, "from": .anything, "days": .anything, "time": .anything,
    ]

    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let longestPeriodSeconds: Int64 = 10 * 366 * 86_400

    /// - Throws: `missingField`, `invalidField`.
    func recurrence() throws(APIError) -> Recurrence {
        switch (at, everySeconds, days) {
        case (let moment?, nil, nil): return .once(moment)
        case (nil, let seconds?, nil):
            guard (1...Self.longestPeriodSeconds).contains(seconds) else {
                throw APIError(
                    .invalidField, "“every_s” goes from 1 to \(Self.longestPeriodSeconds).", field: "every_s")
            }
            guard let from else {
                throw APIError(
                    .missingField, "“every_s” needs “from”: when it is due first.", field: "from")
            }
            return .every(seconds: seconds, from: from)
        case (nil, nil, let days?):
            return .weekly(days: try Self.numbers(of: days), secondsOfDay: try secondsOfDay())
        case (nil, nil, nil):
            throw APIError(.missingField, "Say when: “at”, “every_s” with “from”, or “days” with “time”.")
        default:
            throw APIError(.invalidField, "Say when in one way: “at”, “every_s” or “days”.")
        }
    }

    private static func numbers(of days: [String]) throws(APIError) -> [Int] {
        var numbers: Set<Int> = []
        for day in days {
            guard let index = weekdays.firstIndex(of: day.lowercased()) else {
                throw APIError(
                    .invalidField, "“\(day)” is no day; use \(weekdays.joined(separator: ", ")).",
                    field: "days")
            }
            numbers.insert(index + 1)
        }
        guard !numbers.isEmpty else { throw APIError(.invalidField, "“days” has none.", field: "days") }
        return numbers.sorted()
    }

    private func secondsOfDay() throws(APIError) -> Int64 {
        let parts = (time ?? "").split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour),
            (0...59).contains(minute)
        else {
            throw APIError(
                time == nil ? .missingField : .invalidField, "“time” is as “07:30”, in UTC.", field: "time")
        }
        return hour * 3600 + minute * 60
    }
}
