import ArgumentParser
import BrainClient
import Foundation
import RobotModel

/// What every order of a person has: where it goes, who gives it, and why.
struct OrderOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "Why, for the record.")
    var reason: String?

    @Option(help: "Who orders it, for the record (else you).")
    var by: String?

    @Option(help: "The same order sent again under one key is carried out once.")
    var key: String?

    /// Sends the order, with `fields` beside who and why.
    func send(
        _ method: BrainClient.Method = .post, _ path: String, _ fields: [String: Any] = [:]
    ) async throws -> Data {
        var body = fields
        body["by"] = by ?? Caller.name
        body["reason"] = reason
        body["key"] = key
        return try await connection.client().send(
            method, path, body: try JSONSerialization.data(withJSONObject: body))
    }
}

/// A task that is ordered about.
struct TaskOrder: ParsableArguments {
    @OptionGroup var options: OrderOptions

    @Argument(help: "The task's id.")
    var id: String

    var path: String { "/v1/tasks/\(BrainClient.escaped(id))" }

    func send(_ verb: String) async throws {
        try write(try await options.send(.post, "\(path)/\(verb)"))
    }

    /// Shows the task that the brain answers with; a line on one step where an
    /// order was about that.
    func write(_ answer: Data, about step: String? = nil) throws {
        try options.output.write(answer) {
            let task = try BrainClient.decode(TaskView.self, from: answer)
            let note = task.note.isEmpty ? "" : ", \(task.note)"
            var text = "task \(task.id) \(task.state.rawValue)\(note)\n"
            if let view = task.steps.last(where: { $0.step.id.rawValue == step }) {
                text += "step \(view.step.id) \(view.state.rawValue): \(view.step.call)\n"
            }
            return text
        }
    }
}

/// A step that is ordered about.
struct StepOrder: ParsableArguments {
    @OptionGroup var task: TaskOrder

    @Argument(help: "The step's id.")
    var step: String

    var path: String { "\(task.path)/steps/\(BrainClient.escaped(step))" }

    func send(
        _ method: BrainClient.Method = .post, verb: String? = nil, _ fields: [String: Any] = [:]
    ) async throws {
        let answer = try await task.options.send(method, path + (verb.map { "/\($0)" } ?? ""), fields)
        try task.write(answer, about: step)
    }
}
