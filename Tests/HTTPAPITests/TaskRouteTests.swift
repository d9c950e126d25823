import Foundation
import HTTPTypes
import HummingbirdTesting
import PonsTesting
import RobotModel
import Testing

struct TaskRouteTests {
    private static let mop = PlanStep(
        id: "s1", robot: "base", skill: "mop", arguments: ["target": .entity("hall")])

    @Test func `words are submitted, and the answer says where the task is`() async throws {
        let probe = Probe()
        let answer = try await probe.post("/v1/tasks", #"{"words": "mop the hall", "priority": 3}"#)
        #expect(answer.status == 201)
        #expect(answer.headers[.location] == "/v1/tasks/t1")
        let task = try answer.decode(TaskView.self)
        #expect(task.id == "t1")
        #expect(task.state == .received)
        #expect(task.request == TaskRequest(.words("mop the hall"), priority: 3, requester: "operator"))
        #expect(answer.json["receivedAt"] as? String == "2026-09-21T14:13:20.000Z")
    }

    @Test func `a deadline and the wish to be asked travel with the task`() async throws {
        let answer = try await Probe().post(
            "/v1/tasks", #"{"words": "mop", "deadline": "2026-12-01T18:00:00Z", "ask_people": true}"#)
        let request = try answer.decode(TaskView.self).request
        #expect(request.deadline == Instant(text: "2026-12-01T18:00:00Z"))
        #expect(request.asksPeople)
        #expect(
            try await Probe().post("/v1/tasks", #"{"words": "mop", "deadline": "noon"}"#).code
                == "invalidField")
    }

    @Test func `a workflow's steps may repeat and vote`() async throws {
        let answer = try await Probe().post(
            "/v1/tasks",
            #"{"workflow": {"steps": [{"id": "a", "skill": "x", "repeat": {"until": "done", "most": 9}, "votes": {"ahead": 4}}]}}"#
        )
        #expect(
            try answer.decode(TaskView.self).request.ask
                == .workflow(
                    Workflow(steps: [
                        WorkflowStep(
                            id: "a", skill: "x", repeats: RepeatPolicy(until: "done", most: 9),
                            votes: VotePolicy(ahead: 4, most: 100))
                    ])))
        let wrong = try await Probe().post(
            "/v1/tasks", #"{"workflow": {"steps": [{"id": "a", "skill": "x", "votes": {"ahed": 4}}]}}"#)
        #expect(wrong.json["field"] as? String == "workflow.steps[0].votes.ahed")
    }

    @Test func `a goal may be a formula or an object with stages`() async throws {
        let probe = Probe()
        let text = try await probe.post("/v1/tasks", #"{"goal": "on(apple, table) and not open(fridge)"}"#)
        let object = try await probe.post(
            "/v1/tasks",
            #"{"goal": {"stages": [{"aim": {"achieve": "on(apple, table) and not open(fridge)"}}]}}"#)
        let ask = try text.decode(TaskView.self).request.ask
        #expect(ask == .goal(Goal(try FactSyntax().formula("on(apple, table) and not open(fridge)"))))
        #expect(try object.decode(TaskView.self).request.ask == ask)
    }

    @Test func `a workflow may be JSON or YAML`() async throws {
        let probe = Probe()
        let json = try await probe.post(
            "/v1/tasks", #"{"workflow": {"steps": [{"id": "s1", "skill": "mop"}]}}"#)
        let yaml = try await probe.post(
            "/v1/tasks", #"{"workflow_yaml": "steps:\n- {id: s1, skill: mop}"}"#)
        let expected = TaskAsk.workflow(Workflow(steps: [WorkflowStep(id: "s1", skill: "mop")]))
        #expect(try json.decode(TaskView.self).request.ask == expected)
        #expect(try yaml.decode(TaskView.self).request.ask == expected)
    }

    @Test(arguments: [
        (#"{"words": "mop"#, 400, "malformedJSON", nil),
        ("\u{0}\u{1}", 400, "malformedJSON", nil),
        ("[]", 400, "invalidField", nil),
        ("3", 400, "invalidField", nil),
        (#"{"words": "mop", "prioritty": 1}"#, 400, "unknownField", "prioritty"),
        (
            #"{"goal": {"stages": [{"aim": {"achieve": "a(b)"}, "robot": "x"}]}}"#, 400, "unknownField",
            "goal.stages[0].robot"
        ),
        (
            #"{"workflow": {"steps": [{"id": "a", "skil": "mop"}]}}"#, 400, "unknownField",
            "workflow.steps[0].skil"
        ),
        (#"{"workflow": {"steps": [{"id": "a"}]}}"#, 400, "missingField", "workflow.steps[0].skill"),
        (#"{"words": 7}"#, 400, "invalidField", "words"),
        (#"{"words": "mop", "priority": "high"}"#, 400, "invalidField", "priority"),
        (#"{"words": "mop", "priority": 5000}"#, 400, "invalidField", "priority"),
        (#"{"words": "mop", "goal": "a(b)"}"#, 400, "invalidField", nil),
        (#"{"goal": "on(apple table)"}"#, 400, "invalidField", "goal"),
        (
            #"{"goal": {"stages": [{"aim": {"achieve": "a(b)", "perform": {"skill": "mop"}}}]}}"#, 400,
            "invalidField", "goal.stages[0].aim"
        ),
        (
            #"{"goal": {"stages": [{"aim": {"achieve": "a(b)"}, "performer": "dog"}]}}"#, 400, "invalidField",
            "goal.stages[0].performer"
        ),
        (#"{"goal": {"stages": []}}"#, 422, "emptyTask", "goal"),
        ("", 422, "emptyTask", nil),
        ("{}", 422, "emptyTask", nil),
        (#"{"words": " \n"}"#, 422, "emptyTask", "words"),
        (#"{"words": "…!"}"#, 422, "emptyTask", "words"),
        (#"{"workflow": {"steps": []}}"#, 422, "emptyTask", "workflow"),
        (#"{"workflow_yaml": "nonsense"}"#, 422, "invalidWorkflow", nil),
    ])
    func `a body that can't be used is answered with what to change`(
        body: String, status: Int, code: String, field: String?
    ) async throws {
        let probe = Probe()
        let answer = try await probe.post("/v1/tasks", body)
        #expect(answer.status == status)
        #expect(answer.code == code)
        #expect(answer.json["field"] as? String == field)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.json["status"] as? Int == status)
        for member in ["type", "title", "detail", "advice"] {
            #expect((answer.json[member] as? String)?.isEmpty == false, "no \(member)")
        }
        #expect(await probe.brain.tasks().isEmpty)
    }

    @Test func `JSON that is nested a hundred thousand deep is refused`() async throws {
        let depth = 100_000
        let body =
            #"{"goal": "# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        let answer = try await Probe().post("/v1/tasks", body)
        #expect(answer.status == 400)
    }

    @Test func `the same idempotency key submits once`() async throws {
        let probe = Probe()
        let key: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "k-1"]
        let first = try await probe.post("/v1/tasks", #"{"words": "mop the hall"}"#, headers: key)
        let again = try await probe.post("/v1/tasks", #"{"words": "mop the hall"}"#, headers: key)
        #expect(try first.decode(TaskView.self).id == again.decode(TaskView.self).id)
        #expect(await probe.brain.tasks().count == 1)
        let other = try await probe.post("/v1/tasks", #"{"words": "mop the kitchen"}"#, headers: key)
        #expect(other.status == 409)
        #expect(other.code == "idempotencyMismatch")
        let bad = try await probe.post(
            "/v1/tasks", #"{"words": "mop"}"#, headers: [HTTPField.Name("Idempotency-Key")!: "a b"])
        #expect(bad.code == "invalidParameter")
    }

    @Test func `a dry run answers the plan and starts nothing`() async throws {
        let probe = Probe(ScriptedBrain(.run(steps: [Self.mop], end: .succeeded)))
        let answer = try await probe.post("/v1/tasks", #"{"words": "mop the hall", "dry_run": true}"#)
        #expect(answer.status == 200)
        #expect(answer.headers[.location] == nil)
        #expect(try answer.decode(TaskView.self).steps.map(\.step.skill) == ["mop"])
        #expect(await probe.brain.tasks().isEmpty)
    }

    @Test func `a rejection carries its parts and near matches`() async throws {
        let rejection = Rejection(
            .notUnderstood, "“aple” is nothing I know.", parts: ["aple"], suggestions: ["apple"])
        let probe = Probe(ScriptedBrain(.reject(rejection)))
        let answer = try await probe.post("/v1/tasks", #"{"words": "fetch the aple", "dry_run": true}"#)
        #expect(answer.status == 422)
        #expect(answer.code == "notUnderstood")
        #expect(answer.json["parts"] as? [String] == ["aple"])
        #expect(answer.json["suggestions"] as? [String] == ["apple"])
    }

    @Test func `tasks are listed newest first, by state and number`() async throws {
        let probe = Probe()
        for name in ["a", "b", "c"] { _ = try await probe.post("/v1/tasks", #"{"words": "mop \#(name)"}"#) }
        await probe.brain.end("t2", as: .succeeded)
        struct List: Decodable { let tasks: [TaskView] }
        func ids(_ query: String) async throws -> [TaskID] {
            try await probe.get("/v1/tasks\(query)").decode(List.self).tasks.map(\.id)
        }
        #expect(try await ids("") == ["t3", "t2", "t1"])
        #expect(try await ids("?state=received,planning") == ["t3", "t1"])
        #expect(try await ids("?state=succeeded") == ["t2"])
        #expect(try await ids("?limit=1") == ["t3"])
        #expect(try await ids("?before=t3&limit=1") == ["t2"])
        #expect(try await ids("?before=t1") == [])
        #expect(try await probe.get("/v1/tasks?before=t9").code == "taskNotFound")
        #expect(try await probe.get("/v1/tasks?state=done").code == "invalidParameter")
        #expect(try await probe.get("/v1/tasks?limit=0").code == "invalidParameter")
    }

    @Test func `a cancel is signed, and a second one is told that there is nothing to do`() async throws {
        let probe = Probe()
        _ = try await probe.post("/v1/tasks", #"{"words": "mop the hall"}"#)
        let answer = try await probe.post(
            "/v1/tasks/t1/cancel", #"{"reason": "guests are here", "by": "anna"}"#)
        let task = try answer.decode(TaskView.self)
        #expect(task.state == .canceled)
        #expect(task.failure?.message == "anna: guests are here")
        let again = try await probe.post("/v1/tasks/t1/cancel")
        #expect(again.status == 409)
        #expect(again.code == "taskEnded")
    }

    @Test(arguments: ["/v1/tasks/t9", "/v1/tasks/t9/events", "/v1/tasks/%2e%2e%2fetc"])
    func `an unknown task is not found`(path: String) async throws {
        let answer = try await Probe().get(path)
        #expect(answer.status == 404)
        #expect(answer.code == "taskNotFound")
    }

    @Test func `a body of ten megabytes is refused and the next request is served`() async throws {
        let probe = Probe()
        let body = #"{"words": ""# + String(repeating: "mop ", count: 2_500_000) + #""}"#
        for setup in [true, false] {
            let answer = try await probe.send(
                "/v1/tasks", .post, body, [:], over: setup ? .ahc(.http) : .router)
            #expect(answer.status == 413)
            #expect(answer.code == "bodyTooLarge")
        }
        #expect(try await probe.get("/v1/tasks").status == 200)
        #expect(await probe.brain.tasks().isEmpty)
    }
}
