import HTTPTypes
import PonsTesting
import RobotModel
import Testing

struct ScheduleRouteTests {
    private func put(_ id: String, _ body: String, _ probe: Probe = Probe()) async throws -> Probe.Answer {
        try await probe.send("/v1/schedules/\(id)", .put, body, [:])
    }

    @Test func `a schedule is set, changed, listed and removed`() async throws {
        let probe = Probe()
        let set = try await put(
            "dawn", #"{"words": "mop the hall", "days": ["sun", "mon"], "time": "07:30", "by": "anna"}"#,
            probe)
        #expect(set.status == 200)
        let view = try set.decode(ScheduleView.self)
        #expect(view.schedule.id == "dawn")
        #expect(view.schedule.recurrence == .weekly(days: [1, 7], secondsOfDay: 27_000))
        #expect(view.schedule.request == TaskRequest(.words("mop the hall"), requester: "anna"))
        #expect(view.setBy == "anna")
        // The test's brain lives on Monday, 2026-09-21, 14:13:20.
        #expect(view.nextAt?.description == "2026-09-27T07:30:00.000Z")
        let changed = try await put(
            "dawn", #"{"words": "mop", "every_s": 3600, "from": "2026-09-21T14:30:00Z"}"#, probe)
        #expect(try changed.decode(ScheduleView.self).nextAt?.description == "2026-09-21T14:30:00.000Z")
        struct List: Decodable { let schedules: [ScheduleView] }
        #expect(try await probe.get("/v1/schedules").decode(List.self).schedules.count == 1)
        #expect(try await probe.get("/v1/schedules/dawn").status == 200)
        #expect(try await probe.send("/v1/schedules/dawn", .delete, nil, [:]).status == 200)
        #expect(try await probe.get("/v1/schedules/dawn").code == "scheduleNotFound")
        #expect(try await probe.send("/v1/schedules/dawn", .delete, nil, [:]).code == "scheduleNotFound")
    }

    @Test func `a schedule takes all that a task takes`() async throws {
        let set = try await put(
            "once",
            #"{"goal": "on(apple, table)", "priority": 3, "ask_people": true, "at": "2026-10-01T00:00:00Z"}"#)
        let schedule = try set.decode(ScheduleView.self).schedule
        #expect(schedule.recurrence == .once(Instant(text: "2026-10-01T00:00:00Z")!))
        #expect(schedule.request.priority == 3)
        #expect(schedule.request.asksPeople)
    }

    @Test(arguments: [
        (#"{"words": "mop"}"#, 400, "missingField"),
        (#"{"at": "2026-10-01T00:00:00Z"}"#, 422, "emptyTask"),
        (#"{"words": "mop", "at": "tomorrow"}"#, 400, "invalidField"),
        (#"{"words": "mop", "at": "2026-10-01T00:00:00Z", "every_s": 9}"#, 400, "invalidField"),
        (#"{"words": "mop", "every_s": 9}"#, 400, "missingField"),
        (#"{"words": "mop", "every_s": 0, "from": "2026-10-01T00:00:00Z"}"#, 400, "invalidField"),
        (#"{"words": "mop", "every_s": 9e30, "from": "2026-10-01T00:00:00Z"}"#, 400, "invalidField"),
        (#"{"words": "mop", "days": ["mon"]}"#, 400, "missingField"),
        (#"{"words": "mop", "days": ["mon"], "time": "25:00"}"#, 400, "invalidField"),
        (#"{"words": "mop", "days": ["mon"], "time": "7"}"#, 400, "invalidField"),
        (#"{"words": "mop", "days": ["monday"], "time": "07:00"}"#, 400, "invalidField"),
        (#"{"words": "mop", "days": [], "time": "07:00"}"#, 400, "invalidField"),
        (
            #"{"words": "mop", "deadline": "2026-10-01T00:00:00Z", "at": "2026-10-01T00:00:00Z"}"#, 400,
            "unknownField"
        ),
    ])
    func `a schedule that can’t be kept says why`(body: String, status: Int, code: String) async throws {
        let answer = try await put("x", body)
        #expect(answer.status == status)
        #expect(answer.code == code)
    }

    @Test func `a schedule needs a name`() async throws {
        let answer = try await put("a%20b", #"{"words": "mop", "at": "2026-10-01T00:00:00Z"}"#)
        #expect(answer.code == "invalidParameter")
    }
}
