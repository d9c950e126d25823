import ArgumentParser
import BrainClient
import Foundation
import Pages
import RobotModel

struct TaskCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "List, follow, change and cancel tasks.",
        subcommands: [List.self, Show.self, Watch.self, Wait.self, Explain.self],
        groupedSubcommands: [
            CommandGroup(
                name: "A task",
                subcommands: [
                    Approve.self, Reject.self, Pause.self, Resume.self, Replan.self, Answer.self, Cancel.self,
                ]),
            CommandGroup(
                name: "Its steps",
                subcommands: [
                    Skip.self, Retry.self, Reassign.self, Edit.self, Insert.self, Remove.self,
                ]),
        ],
        aliases: ["tasks"])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List tasks, newest first.", aliases: ["ls"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Option(help: "Only tasks in these states, e.g. running,planning.")
        var state: String?

        @Option(help: "At most so many.")
        var limit: Int?

        @Option(help: ArgumentHelp("Only those that came before this one.", valueName: "task"))
        var before: String?

        func run() async throws {
            let answer = try await connection.client().get(
                "/v1/tasks", query: [("state", state), ("limit", limit.map(String.init)), ("before", before)])
            try output.write(answer) {
                let now = Instant.now
                var table = Table("TASK", "STATE", "STEPS", "AGE", "ASK")
                for task in try BrainClient.decode(TaskList.self, from: answer).tasks {
                    table.add(
                        task.id.rawValue, task.state.rawValue, Phrases.steps(task),
                        Phrases.age(of: task.receivedAt, at: now), task.request.ask.summary)
                }
                return table.fitted
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a task: its goal, steps and outcome.", aliases: ["get"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The task's id.")
        var id: String

        @Option(help: ArgumentHelp("Draw who did what when, as SVG.", valueName: "file"))
        var gantt: String?

        func run() async throws {
            let client = try connection.client()
            let answer = try await client.get("/v1/tasks/\(BrainClient.escaped(id))")
            let task = try BrainClient.decode(TaskView.self, from: answer)
            if let gantt {
                try InputFile.write(GanttPicture(task: task, now: .now).svg, to: gantt)
                Terminal.error.line("drew \(gantt)")
                if output.format == .table { return }
            }
            try output.write(answer) { TaskPage.text(task, at: .now) }
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow a task to its end; the exit code says how it ended.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The task's id.")
        var id: String

        @Option(help: ArgumentHelp("Give up then; the task goes on.", valueName: "seconds"))
        var timeout: Double?

        func run() async throws {
            let client = try connection.client()
            let task = try await client.task(id)
            let status = try await TaskWait(
                client: client, id: task.id, format: output.format, timeoutSeconds: timeout
            ).run()
            if status != .done { throw status }
        }
    }

    struct Wait: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Wait for a task's end, saying nothing but how it ended.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The task's id.")
        var id: String

        @Option(help: ArgumentHelp("Give up then; the task goes on.", valueName: "seconds"))
        var timeout: Double?

        func run() async throws {
            let client = try connection.client()
            let wait = TaskWait(
                client: client, id: TaskID(id), format: output.format, timeoutSeconds: timeout, isQuiet: true)
            let status = try await wait.run()
            if status != .done { throw status }
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell why a task went as it did: who was chosen, what was repaired, where time went.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The task's id.")
        var id: String

        func run() async throws {
            let answer = try await connection.client().get(
                "/v1/tasks/\(BrainClient.escaped(id))/explanation")
            try output.write(answer) {
                ExplanationPage.text(
                    try BrainClient.decode(TaskExplanation.self, from: answer),
                    columns: Terminal.output.fittedColumns)
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a task before its end.")
        @OptionGroup var order: TaskOrder
        func run() async throws { try await order.send("cancel") }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a task run that waits for a person's yes.")
        @OptionGroup var order: TaskOrder
        func run() async throws { try await order.send("approve") }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Don't let a task run that waits for a person's yes.")
        @OptionGroup var order: TaskOrder
        func run() async throws { try await order.send("reject") }
    }
}

/// Who runs this command, for the record.
enum Caller {
    static var name: String {
        let name = IdentifierRules.legalised(ProcessInfo.processInfo.environment["USER"] ?? "")
        return IdentifierRules.allows(name) ? name : "operator"
    }
}
