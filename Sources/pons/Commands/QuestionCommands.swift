import ArgumentParser
import BrainClient
import Foundation
import Pages
import RobotModel

struct QuestionCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "question", abstract: "What tasks ask people.", subcommands: [List.self, Answer.self],
        aliases: ["questions"])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List open questions, oldest first.", aliases: ["ls"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            struct Open: Decodable {
                let task: TaskID
                let question: Question
            }
            struct Answer: Decodable { let questions: [Open] }
            let answer = try await connection.client().get("/v1/questions")
            try output.write(answer) {
                let now = Instant.now
                var table = Table("TASK", "QUESTION", "ASKED", "LEFT", "THEN", "OPTIONS", "TEXT")
                for open in try BrainClient.decode(Answer.self, from: answer).questions {
                    let question = open.question
                    table.add(
                        open.task.rawValue, question.id.rawValue, question.channel,
                        Phrases.duration(seconds: (question.dueAt - now).inSeconds), question.defaultOption,
                        question.options.joined(separator: ", "), question.text)
                }
                return table.fitted
            }
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Answer a task's question.")
        @OptionGroup var answer: QuestionAnswer
        func run() async throws { try await answer.send() }
    }
}

/// An answer to what a task asks.
struct QuestionAnswer: ParsableArguments {
    @OptionGroup var order: TaskOrder

    @Argument(help: "One of the question's options, e.g. retry.")
    var answer: String

    @Option(help: "The question's id; else the one that is open.")
    var question: String?

    func send() async throws {
        var question = question
        if question == nil {
            let task = try await order.options.connection.client().task(order.id)
            question = task.question?.id.rawValue
        }
        guard let question else {
            throw CommandError(
                .notFound, "task \(order.id) asks nothing", advice: "pons question list")
        }
        try order.write(
            try await order.options.send(
                .post, "\(order.path)/questions/\(BrainClient.escaped(question))/answer", ["answer": answer]))
    }
}
