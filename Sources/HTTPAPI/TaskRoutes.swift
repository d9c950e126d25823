// Stop 1 of «follow one task»: what may a caller ask?
//
// A task comes in here, by `pons submit` or any HTTP client. It leaves as a
// `TaskRequest` (stop 2, Sources/RobotModel/Tasks/TaskRequest.swift) at the
// call of `service.submit`, where the brain mints the task's id and puts the
// task on disk before the answer goes back. What becomes of it, the caller
// learns at stop 9, EventRoutes.swift.
import Foundation
import Hummingbird
import RobotModel

/// `/v1/tasks`: submit, list, look at, approve and cancel tasks. What people
/// may do to a running one beyond that is in `TaskOrderRoutes.swift`.
struct TaskRoutes {
    let service: any BrainService

    func add(to group: RouterGroup<APIContext>) {
        group.post("tasks", use: submit)
        group.get("tasks", use: list)
        group.get("tasks/{id}", use: show)
        group.get("tasks/{id}/explanation", use: explain)
        group.post("tasks/{id}/cancel", use: cancel)
        group.post("tasks/{id}/approve") { try await answer($0, $1, isApproved: true) }
        group.post("tasks/{id}/reject") { try await answer($0, $1, isApproved: false) }
    }

    /// `POST /v1/tasks`: 201 with the task and its `Location`; with `dry_run`,
    /// 200 with the task as it would be.
    @Sendable private func submit(_ request: Request, _ context: APIContext) async throws -> Response {
        let key = try request.idempotencyKey()
        let submission = try await request.decode(TaskSubmission.self, shape: TaskSubmission.shape)
        let taskRequest = try submission.request(
            requester: context.requester, idempotencyKey: key, readWorkflow: service.workflow(from:))
        if submission.dryRun == true { return try .json(await service.preview(taskRequest)) }
        let task = try await service.submit(taskRequest)
        var response = try Response.json(task, status: .created)
        response.headers[.location] = "/v1/tasks/\(task.id)"
        return response
    }

    /// `GET /v1/tasks?state=running,planning&limit=20&before=t-…`, newest first.
    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let states = try request.query("state").map { text in
            try text.split(separator: ",").map { name in
                guard let state = TaskState(rawValue: String(name)) else {
                    let known = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
                    throw APIError(
                        .invalidParameter, "“\(name)” is no state of a task; known are \(known).",
                        field: "state")
                }
                return state
            }
        }
        let limit = try request.query("limit").map { text in
            guard let limit = Int(text), (1...RequestLimits.listedTasks).contains(limit) else {
                throw APIError(
                    .invalidParameter, "“limit” goes from 1 to \(RequestLimits.listedTasks).", field: "limit")
            }
            return limit
        }
        let tasks = try await service.tasks(
            in: states.map { Set($0) }, limit: limit ?? 100,
            before: request.query("before").map { TaskID($0) })
        return try .json(["tasks": tasks])
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        try .json(await service.existingTask(context))
    }

    /// `GET /v1/tasks/{id}/explanation`: why it went as it did.
    @Sendable private func explain(_ request: Request, _ context: APIContext) async throws -> Response {
        try .json(await service.explanation(of: try await service.existingTask(context).id))
    }

    /// `POST /v1/tasks/{id}/cancel` with `{"reason": "…", "by": "anna"}`, both optional.
    @Sendable private func cancel(_ request: Request, _ context: APIContext) async throws -> Response {
        let task = try await service.existingTask(context)
        var order = try await request.order(context)
        if order.reason.isEmpty { order.reason = "asked for by a person" }
        return try .json(await service.cancel(task.id, order))
    }

    /// `POST /v1/tasks/{id}/approve` or `…/reject`; the body is as for cancel.
    @Sendable private func answer(
        _ request: Request, _ context: APIContext, isApproved: Bool
    ) async throws -> Response {
        let task = try await service.existingTask(context)
        return try .json(
            await service.answer(task.id, isApproved: isApproved, try await request.order(context)))
    }
}

extension BrainService {
    /// The task that the route's `id` names.
    /// - Throws: `taskNotFound`.
    func existingTask(_ context: APIContext) async throws -> TaskView {
        let id = try context.parameters.require("id")
        guard let task = await task(TaskID(id)) else {
            throw APIError(.taskNotFound, "No task has the id “\(id)”.")
        }
        return task
    }
}

extension Request {
    /// The query parameter of that name; nil where it is missing or empty.
    func query(_ name: String) -> String? {
        uri.queryParameters[Substring(name)].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
    }
}
