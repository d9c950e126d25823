import Hummingbird
import RobotModel

/// What people may do to a task under way: hold it, change its plan, and answer
/// what it asks. Every order says who and why, and goes into the journal; sent
/// twice under one idempotency key, it is carried out once.
struct TaskOrderRoutes {
    let service: any BrainService

    func add(to group: RouterGroup<APIContext>) {
        for verb in [TaskVerb.pause, .resume, .replan] {
            // POST /v1/tasks/{id}/pause with {"reason": "…", "by": "anna"}
            group.post("tasks/{id}/\(verb.name)") { request, context in
                try await order(request, context) { _ in verb }
            }
        }
        group.post("tasks/{id}/steps/{step}/skip") { try await order($0, $1, TaskVerb.skip) }
        group.post("tasks/{id}/steps/{step}/retry") { try await order($0, $1, TaskVerb.retry) }
        group.post("tasks/{id}/steps/{step}/reassign", use: reassign)
        group.patch("tasks/{id}/steps/{step}", use: edit)
        group.delete("tasks/{id}/steps/{step}", use: remove)
        group.post("tasks/{id}/steps", use: insert)
        group.post("tasks/{id}/questions/{question}/answer", use: answer)
        group.get("questions", use: questions)
    }

    private func order(
        _ request: Request, _ context: APIContext, _ verb: (StepID) -> TaskVerb
    ) async throws -> Response {
        let task = try await service.existingTask(context)
        let step = StepID(context.parameters.get("step") ?? "")
        return try .json(
            await service.order(task.id, verb(step), try await request.order(context)))
    }

    /// `POST …/steps/{step}/reassign` with `{"robot": "dog"}`.
    @Sendable private func reassign(_ request: Request, _ context: APIContext) async throws -> Response {
        struct Body: Decodable { var robot: RobotID }
        let task = try await service.existingTask(context)
        let (body, order) = try await request.ordered(Body.self, fields: ["robot": .anything], context)
        return try .json(
            await service.change(task.id, .reassign(try step(context), to: body.robot), order))
    }

    /// `PATCH …/steps/{step}` with `{"arguments": {"surface": "shelf"}}`; those
    /// left out stay as they are.
    @Sendable private func edit(_ request: Request, _ context: APIContext) async throws -> Response {
        struct Body: Decodable { var arguments: [String: Value] }
        let task = try await service.existingTask(context)
        let (body, order) = try await request.ordered(Body.self, fields: ["arguments": .anything], context)
        guard !body.arguments.isEmpty else {
            throw APIError(.missingField, "“arguments” has none.", field: "arguments")
        }
        return try .json(
            await service.change(task.id, .edit(try step(context), arguments: body.arguments), order))
    }

    /// `DELETE …/steps/{step}`; the body is optional.
    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        let task = try await service.existingTask(context)
        let order = try await request.order(context)
        return try .json(await service.change(task.id, .remove(try step(context)), order))
    }

    /// `POST …/steps` with `{"steps": [{"id": "look", "skill": "scan", "after":
    /// ["s1"], "before": ["s2"]}]}`.
    @Sendable private func insert(_ request: Request, _ context: APIContext) async throws -> Response {
        struct Body: Decodable { var steps: [InsertedStep] }
        let task = try await service.existingTask(context)
        let shape = JSONShape.list(
            .object(TaskSubmission.workflowStep.merging(["before": .anything]) { own, _ in own }))
        let (body, order) = try await request.ordered(Body.self, fields: ["steps": shape], context)
        guard !body.steps.isEmpty else {
            throw APIError(.missingField, "“steps” has none.", field: "steps")
        }
        return try .json(await service.change(task.id, .insert(body.steps), order))
    }

    /// `POST …/questions/{question}/answer` with `{"answer": "retry"}`.
    @Sendable private func answer(_ request: Request, _ context: APIContext) async throws -> Response {
        struct Body: Decodable { var answer: String }
        let task = try await service.existingTask(context)
        let question = QuestionID(try context.parameters.require("question"))
        let (body, order) = try await request.ordered(Body.self, fields: ["answer": .anything], context)
        return try .json(await service.answer(task.id, question, with: body.answer, order))
    }

    /// `GET /v1/questions`: what people are being asked, oldest first.
    @Sendable private func questions(_ request: Request, _ context: APIContext) async throws -> Response {
        let open = try await service.tasks(in: [.paused], limit: .max, before: nil)
            .compactMap { task in task.question.map { OpenQuestion(task: task, question: $0) } }
            .sorted { ($0.question.askedAt, $0.task) < ($1.question.askedAt, $1.task) }
        return try .json(["questions": open])
    }

    private func step(_ context: APIContext) throws -> StepID {
        StepID(try context.parameters.require("step"))
    }
}

/// A question with the task that waits for its answer.
private struct OpenQuestion: Encodable {
    let task: TaskID
    let ask: String
    let question: Question

    init(task: TaskView, question: Question) {
        self.task = task.id
        ask = task.request.ask.summary
        self.question = question
    }
}
