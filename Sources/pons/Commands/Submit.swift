import ArgumentParser
import BrainClient
import Foundation
import RobotModel

struct Submit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give the team a task: in words, as a goal, or as a workflow.",
        discussion: """
            pons submit "put every mug in the dishwasher" --wait
            pons submit --goal 'on(apple, table) and not open(fridge)'
            pons submit --workflow breakfast.yaml --dry-run
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @OptionGroup var ask: AskOptions

    @Flag(help: "Wait until the task has ended, and show how it goes.")
    var wait = false

    @Flag(help: "Show the plan, who would do what, and when; nothing runs.")
    var dryRun = false

    @Option(
        help: ArgumentHelp("When it should have ended, e.g. 10m or 2026-12-01T18:00:00Z.", valueName: "time"))
    var deadline: MomentText?

    @Option(help: "The same key submits once. Without it each call is a task of its own.")
    var idempotencyKey: String?

    @Option(help: ArgumentHelp("With --wait: give up waiting then; the task goes on.", valueName: "seconds"))
    var timeout: Double?

    func validate() throws {
        guard !(wait && dryRun) else { throw ValidationError("--dry-run starts nothing to --wait for.") }
        if let timeout, !(timeout > 0 && timeout <= 1e9) {
            throw ValidationError("--timeout wants seconds above 0.")
        }
    }

    func run() async throws {
        let client = try connection.client()
        // The key makes it safe to send again what may have arrived.
        let key = idempotencyKey ?? UUID().uuidString
        let answer = try await client.post(
            "/v1/tasks", body: try JSONSerialization.data(withJSONObject: try body()),
            headers: [("Idempotency-Key", key)])
        let task = try BrainClient.decode(TaskView.self, from: answer)
        if dryRun {
            try output.write(answer) { PlanTable.text(task) }
            if task.state == .rejected { throw TaskOutcome(task: task).status }
        } else if wait {
            let status = try await TaskWait(
                client: client, id: task.id, format: output.format, timeoutSeconds: timeout
            ).run()
            if status != .done { throw status }
        } else {
            try output.write(answer) { "task \(task.id) \(task.state.rawValue)\n" }
            if output.format == .table, Terminal.output.isTerminal {
                Terminal.error.line("follow it with: pons task watch \(task.id)")
            }
        }
    }

    private func body() throws -> [String: Any] {
        var body = try ask.fields()
        if let deadline { body["deadline"] = deadline.instant(after: .now).description }
        if dryRun { body["dry_run"] = true }
        return body
    }
}

/// What is asked for, by `submit` at once or by a schedule again and again.
struct AskOptions: ParsableArguments {
    @Argument(help: "The instruction. Several words need no quotes.")
    var words: [String] = []

    @Option(help: ArgumentHelp("Facts that must become true.", valueName: "facts"))
    var goal: String?

    @Option(help: ArgumentHelp("A workflow, in YAML or JSON; - reads standard input.", valueName: "file"))
    var workflow: String?

    @Option(help: "Greater goes first.")
    var priority: Int?

    @Flag(name: .customLong("ask"), help: "Ask a person before the task is given up.")
    var asksPeople = false

    func validate() throws {
        let given = [!words.isEmpty, goal != nil, workflow != nil].count { $0 }
        guard given == 1 else {
            throw ValidationError("Say what to do: in words, with --goal, or with --workflow.")
        }
    }

    /// The fields of the request.
    func fields() throws -> [String: Any] {
        var fields: [String: Any] = [:]
        if !words.isEmpty { fields["words"] = words.joined(separator: " ") }
        if let goal { fields["goal"] = goal }
        if let workflow { fields["workflow_yaml"] = try InputFile.text(of: workflow) }
        if let priority { fields["priority"] = priority }
        if asksPeople { fields["ask_people"] = true }
        return fields
    }
}

/// A file named on the command line.
enum InputFile {
    /// - Throws: `usage` where it can't be read as text.
    static func text(of path: String) throws(CommandError) -> String {
        let data: Data?
        if path == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            data = try? Data(contentsOf: URL(fileURLWithPath: path))
        }
        guard let data else {
            throw CommandError(
                .usage, "\(path) can’t be read",
                why: FileManager.default.fileExists(atPath: path)
                    ? "this user may not read it" : "there is no such file")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw CommandError(.usage, "\(path) is no UTF-8 text")
        }
        return text
    }

    /// - Throws: `usage` where the file can't be written.
    static func write(_ text: String, to path: String) throws(CommandError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandError(
                .usage, "\(path) can’t be written",
                advice: "name a file in a folder that is there and may be written")
        }
    }
}
