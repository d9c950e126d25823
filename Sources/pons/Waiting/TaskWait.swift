import BrainClient
import Foundation
import Pages
import RobotModel
import Synchronization

/// Follows a task to its end and shows how it goes: redrawn on a terminal,
/// a line for each transition in a pipe.
struct TaskWait: Sendable {
    let client: BrainClient
    let id: TaskID
    let format: OutputFormat
    /// Nil waits for as long as it takes.
    let timeoutSeconds: Double?
    /// Only the end is told.
    var isQuiet = false

    /// - Returns: how the command ends.
    func run() async throws -> CommandStatus {
        Interruption.setHint("The task goes on. Follow it with: pons task watch \(id)")
        defer { Interruption.setHint(nil) }
        let task = try await withThrowingTaskGroup(of: TaskView.self) { group in
            group.addTask { try await follow() }
            if let timeoutSeconds {
                group.addTask {
                    try await Task.sleep(for: .seconds(timeoutSeconds))
                    throw CommandError(
                        .timedOut, "task \(id) has not ended in \(Phrases.duration(seconds: timeoutSeconds))",
                        why: "it goes on", advice: "pons task watch \(id), or pons task cancel \(id)")
                }
            }
            defer { group.cancelAll() }
            guard let task = try await group.next() else { throw CancellationError() }
            return task
        }
        return TaskOutcome(task: task).status
    }

    private var isLive: Bool { format == .table && !isQuiet && Terminal.output.isTerminal }

    private func follow() async throws -> TaskView {
        if isLive { return try await followLive() }
        let start = Instant.now
        try await readEvents { event, line in
            if isQuiet { return }
            switch format {
            case .json: Terminal.output.line(line)
            case .yaml: Terminal.output.write("---\n" + (try JSONDocument(Data(line.utf8)).yaml))
            case .table: Terminal.output.line(EventLine.text(event, since: start))
            }
        }
        let data = try await taskData()
        let task = try Self.decoded(data)
        switch format {
        case .json: Terminal.output.line(try JSONDocument(data).line)
        case .yaml: Terminal.output.write("---\n" + (try JSONDocument(data).yaml))
        case .table: Terminal.output.line(TaskOutcome(task: task).text)
        }
        return task
    }

    private func followLive() async throws -> TaskView {
        let isStale = Shared(true)
        return try await withThrowingTaskGroup(of: TaskView?.self) { group in
            group.addTask {
                try await readEvents { _, _ in isStale.value.withLock { $0 = true } }
                return nil
            }
            group.addTask {
                var task = try Self.decoded(try await taskData())
                var drawn = 0
                while true {
                    if isStale.value.withLock({ stale in
                        defer { stale = false }
                        return stale
                    }) {
                        task = try Self.decoded(try await taskData())
                    }
                    let view = ProgressView(
                        columns: Terminal.output.columns, rows: Terminal.rows,
                        hasColour: Terminal.output.hasColour)
                    let lines = view.lines(task, at: .now)
                    Terminal.output.write(
                        (drawn > 0 ? "\u{1B}[\(drawn)A\u{1B}[J" : "") + lines.joined(separator: "\n") + "\n")
                    drawn = lines.count
                    if task.state.isFinal { return task }
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            defer { group.cancelAll() }
            while let task = try await group.next() {
                guard let task else { continue }
                Terminal.output.line(TaskOutcome(task: task).text)
                return task
            }
            throw CancellationError()
        }
    }

    private func readEvents(_ take: (TaskEvent, String) throws -> Void) async throws {
        let feed = EventFeed(client: client, path: "/v1/tasks/\(BrainClient.escaped(id.rawValue))/events")
        try await feed.read(
            endsWithStream: { try Self.decoded(try await taskData()).state.isFinal },
            take: { _, data in
                guard let event = try? JSONDecoder().decode(TaskEvent.self, from: data) else { return true }
                try take(event, String(decoding: data, as: UTF8.self))
                return !(event.kind == .task && TaskState(rawValue: event.state)?.isFinal == true)
            })
    }

    private func taskData() async throws -> Data {
        try await client.get("/v1/tasks/\(BrainClient.escaped(id.rawValue))")
    }

    private static func decoded(_ data: Data) throws -> TaskView {
        try BrainClient.decode(TaskView.self, from: data)
    }
}

/// A value that two tasks share.
private final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }
}
