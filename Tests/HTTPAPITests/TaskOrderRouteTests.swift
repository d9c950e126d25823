import Foundation
import HTTPTypes
import PonsTesting
import RobotModel
import Testing

/// What people may order of a task under way.
struct TaskOrderRouteTests {
    private static let steps = [
        PlanStep(
            id: "s1", robot: "dog", skill: "pick", arguments: ["item": .entity("apple")]),
        PlanStep(
            id: "s2", robot: "dog", skill: "place",
            arguments: ["item": .entity("apple"), "surface": .entity("table")], after: ["s1"]),
    ]

    /// A task `t1` that runs.
    private func running() async throws -> Probe {
        let probe = Probe(
            ScriptedBrain(robots: [
                RobotDescription(id: "dog", embodiment: "robot_dog"),
                RobotDescription(id: "arm", embodiment: "fixed_arm"),
            ]))
        _ = try await probe.post("/v1/tasks", #"{"words": "put the apple on the table"}"#)
        await probe.brain.start("t1", steps: Self.steps)
        return probe
    }

    private func step(_ id: StepID, of answer: Probe.Answer) throws -> StepView {
        try #require(try answer.decode(TaskView.self).steps.first { $0.step.id == id })
    }

    @Test func `a task is paused by a person with a reason, and goes on`() async throws {
        let probe = try await running()
        let paused = try await probe.post("/v1/tasks/t1/pause", #"{"by": "anna", "reason": "a child"}"#)
        #expect(paused.status == 200)
        #expect(try paused.decode(TaskView.self).state == .paused)
        #expect(try paused.decode(TaskView.self).note == "paused by anna: a child")
        let resumed = try await probe.post("/v1/tasks/t1/resume")
        #expect(try resumed.decode(TaskView.self).state == .running)
        let again = try await probe.post("/v1/tasks/t1/resume")
        #expect(again.status == 409)
        #expect(again.code == "wrongState")
        #expect(try await probe.post("/v1/tasks/t1/replan").decode(TaskView.self).revision == 2)
    }

    @Test func `the one with the token orders where nobody else is named`() async throws {
        let probe = try await running()
        let paused = try await probe.post("/v1/tasks/t1/pause")
        #expect(try paused.decode(TaskView.self).note == "paused by operator")
    }

    @Test func `steps are skipped, retried, reassigned, changed, inserted and removed`() async throws {
        let probe = try await running()
        let skipped = try await probe.post("/v1/tasks/t1/steps/s1/skip", #"{"reason": "done by hand"}"#)
        #expect(try step("s1", of: skipped).state == .skipped)
        let retried = try await probe.post("/v1/tasks/t1/steps/s2/retry")
        #expect(try step("s2", of: retried).state == .ready)
        let reassigned = try await probe.post("/v1/tasks/t1/steps/s2/reassign", #"{"robot": "arm"}"#)
        #expect(try step("s2", of: reassigned).step.robot == "arm")
        let changed = try await probe.send(
            "/v1/tasks/t1/steps/s2", .patch, #"{"arguments": {"surface": "shelf"}, "by": "anna"}"#, [:])
        #expect(
            try step("s2", of: changed).step.arguments == [
                "item": .text("apple"), "surface": .text("shelf"),
            ])
        let inserted = try await probe.post(
            "/v1/tasks/t1/steps",
            #"{"steps": [{"id": "look", "skill": "scan", "after": ["s1"], "before": ["s2"]}]}"#)
        #expect(try step("look", of: inserted).step.after == ["s1"])
        let removed = try await probe.send("/v1/tasks/t1/steps/look", .delete, nil, [:])
        #expect(try step("look", of: removed).state == .canceled)
    }

    @Test func `an order under one key is carried out once`() async throws {
        let probe = try await running()
        let key: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "k-1"]
        for _ in 0..<2 {
            let answer = try await probe.post("/v1/tasks/t1/replan", headers: key)
            #expect(try answer.decode(TaskView.self).revision == 2)
        }
        for _ in 0..<2 {
            let answer = try await probe.post("/v1/tasks/t1/replan", #"{"key": "k-2"}"#)
            #expect(try answer.decode(TaskView.self).revision == 3)
        }
    }

    @Test func `a change that the plan can’t bear is refused with the step`() async throws {
        let probe = try await running()
        let answer = try await probe.post("/v1/tasks/t1/steps/s2/reassign", #"{"robot": "eve"}"#)
        #expect(answer.status == 422)
        #expect(answer.code == "unknownRobot")
        #expect(answer.json["parts"] as? [String] == ["s2"])
    }

    @Test(arguments: [
        ("/v1/tasks/t1/steps/s9/skip", "{}", 404, "stepNotFound"),
        ("/v1/tasks/t9/pause", "{}", 404, "taskNotFound"),
        ("/v1/tasks/t9/steps/s1/skip", "{}", 404, "taskNotFound"),
        ("/v1/tasks/t1/pause", #"{"resaon": "x"}"#, 400, "unknownField"),
        ("/v1/tasks/t1/pause", #"{"reason": 7}"#, 400, "invalidField"),
        ("/v1/tasks/t1/pause", #"{"reason": "\u0000"}"#, 400, "invalidField"),
        ("/v1/tasks/t1/steps/s2/reassign", "{}", 400, "missingField"),
        ("/v1/tasks/t1/steps/s2/reassign", #"{"robot": "a", "skill": "b"}"#, 400, "unknownField"),
        ("/v1/tasks/t1/steps", #"{"steps": []}"#, 400, "missingField"),
        ("/v1/tasks/t1/steps", #"{"steps": [{"id": "x"}]}"#, 400, "missingField"),
        ("/v1/tasks/t1/steps", #"{"steps": [{"id": "x", "skil": "y"}]}"#, 400, "unknownField"),
        ("/v1/tasks/t1/questions/q1/answer", #"{"answer": "retry"}"#, 404, "questionNotFound"),
        ("/v1/tasks/t1/questions/q1/answer", "{}", 400, "missingField"),
        ("/v1/tasks/t1/fly", "{}", 404, "routeNotFound"),
    ])
    func `an order that can’t be carried out says why`(
        path: String, body: String, status: Int, code: String
    ) async throws {
        let answer = try await running().post(path, body)
        #expect(answer.status == status)
        #expect(answer.code == code)
    }

    @Test func `a reason of a megabyte is refused`() async throws {
        let probe = try await running()
        let long = String(repeating: "x", count: 501)
        #expect(try await probe.post("/v1/tasks/t1/pause", #"{"reason": "\#(long)"}"#).code == "invalidField")
    }

    @Test func `a task that is over takes no orders`() async throws {
        let probe = try await running()
        await probe.brain.end("t1", as: .succeeded)
        for verb in ["pause", "resume", "replan", "steps/s1/skip"] {
            let answer = try await probe.post("/v1/tasks/t1/\(verb)")
            #expect(answer.status == 409)
            #expect(answer.code == "taskEnded")
        }
    }

    @Test func `open questions are listed and answered with one of their options`() async throws {
        let probe = try await running()
        #expect((try await probe.get("/v1/questions").json["questions"] as? [Any])?.isEmpty == true)
        let asked = Instant(nanosecondsSinceEpoch: 1_790_000_000_000_000_000)
        await probe.brain.ask(
            "t1",
            Question(
                id: "q1", step: "s2", channel: "operators", text: "The table is full. What now?",
                options: ["retry", "fail"], defaultOption: "fail", askedAt: asked,
                dueAt: asked + .seconds(600)))
        let open = try await probe.get("/v1/questions").json["questions"] as? [[String: Any]]
        #expect(open?.count == 1)
        #expect(open?.first?["task"] as? String == "t1")
        #expect(open?.first?["ask"] as? String == "put the apple on the table")
        let question = open?.first?["question"] as? [String: Any]
        #expect(question?["default"] as? String == "fail")
        let wrong = try await probe.post("/v1/tasks/t1/questions/q1/answer", #"{"answer": "maybe"}"#)
        #expect(wrong.status == 422)
        #expect(wrong.code == "invalidAnswer")
        let right = try await probe.post("/v1/tasks/t1/questions/q1/answer", #"{"answer": "retry"}"#)
        #expect(try right.decode(TaskView.self).question == nil)
    }

    @Test func `why a task went as it did is told`() async throws {
        let probe = try await running()
        let told = try await probe.get("/v1/tasks/t1/explanation").decode(TaskExplanation.self)
        #expect(told.task == "t1")
        #expect(told.chapters.first?.text == "received from operator")
        #expect(try await probe.get("/v1/tasks/t9/explanation").code == "taskNotFound")
    }
}
