// Stop 9 of «follow one task»: how does the caller learn the outcome?
//
// Events come from the brain (stops 3 to 8: every change of a task's, step's
// or robot's state, journalled first) and go to the caller as server-sent
// events. `pons submit --wait` and `pons task watch` read them here. After a
// cut, a caller sends the last `id` it saw as `Last-Event-ID` and misses nothing.
import HTTPTypes
import Hummingbird
import RobotModel

/// `/v1/events`, `/v1/tasks/{id}/events` and `/v1/memory/events`.
struct EventRoutes {
    let service: any BrainService
    let streams: EventStreams

    func add(to group: RouterGroup<APIContext>) {
        group.get("events", use: allEvents)
        group.get("tasks/{id}/events", use: taskEvents)
        group.get("memory/events", use: memoryEvents)
    }

    /// `GET /v1/events`: every task's, live; from `?after=` or `Last-Event-ID` on.
    @Sendable private func allEvents(_ request: Request, _ context: APIContext) async throws -> Response {
        let events = await service.events(after: try request.resumePoint(), task: nil)
        return try streams.response(of: events) { event in
            (try ServerSentEvent(id: event.sequence, kind: event.kind.rawValue, value: event), false)
        }
    }

    /// `GET /v1/tasks/{id}/events`: from the task's first event on, unless the
    /// caller says where to resume. Ends when the task does.
    @Sendable private func taskEvents(_ request: Request, _ context: APIContext) async throws -> Response {
        let task = try await service.existingTask(context)
        let events = await service.events(after: try request.resumePoint() ?? 0, task: task.id)
        return try streams.response(of: events) { event in
            let hasEnded = event.kind == .task && TaskState(rawValue: event.state)?.isFinal == true
            return (
                try ServerSentEvent(id: event.sequence, kind: event.kind.rawValue, value: event), hasEnded
            )
        }
    }

    /// `GET /v1/memory/events`: events of kind `fact` and `entity`.
    @Sendable private func memoryEvents(_ request: Request, _ context: APIContext) async throws -> Response {
        let changes = await service.memoryEvents(after: try request.resumePoint())
        return try streams.response(of: changes) { change in
            let kind = change.fact == nil ? "entity" : "fact"
            return (try ServerSentEvent(id: change.revision, kind: kind, value: change), false)
        }
    }
}

extension Request {
    /// The number after which events are wanted: `Last-Event-ID`, which a
    /// browser sends by itself, goes before `?after=`.
    /// - Throws: `invalidParameter`.
    fileprivate func resumePoint() throws -> UInt64? {
        let header = HTTPField.Name("Last-Event-ID").flatMap { headers[$0] }
        guard let text = header ?? query("after") else { return nil }
        guard let number = UInt64(text) else {
            let name = header == nil ? "after" : "Last-Event-ID"
            throw APIError(
                .invalidParameter, "“\(text)” is no event number; send the “id” of the last event you have.",
                field: name)
        }
        return number
    }
}
