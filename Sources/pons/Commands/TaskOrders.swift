import ArgumentParser
import BrainClient
import Foundation
import RobotModel

/// What people may do to a task under way.
extension TaskCommands {
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start no new step of a task; what runs goes on to its end.")
        @OptionGroup var order: TaskOrder
        func run() async throws { try await order.send("pause") }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a paused task go on.")
        @OptionGroup var order: TaskOrder
        func run() async throws { try await order.send("resume") }
    }

    struct Replan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plan the rest of a task anew, from what is true now.")
        @OptionGroup var order: TaskOrder
        func run() async throws { try await order.send("replan") }
    }

    struct Skip: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go on as if a step had succeeded, without its effects; one that runs is stopped.")
        @OptionGroup var order: StepOrder
        func run() async throws { try await order.send(verb: "skip") }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try a step anew, its attempts counted from the start; one that runs is stopped.")
        @OptionGroup var order: StepOrder
        func run() async throws { try await order.send(verb: "retry") }
    }

    struct Reassign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a step that hasn't begun to another robot.")
        @OptionGroup var order: StepOrder

        @Argument(help: "The robot that is to do it.")
        var robot: String

        func run() async throws { try await order.send(verb: "reassign", ["robot": robot]) }
    }

    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change arguments of a step that hasn't begun.",
            discussion: "pons task edit t-g5yvmzvcce s3 surface=shelf")
        @OptionGroup var order: StepOrder

        @Argument(help: ArgumentHelp("Arguments as name=value; others stay.", valueName: "name=value"))
        var arguments: [ArgumentText]

        func run() async throws {
            try await order.send(.patch, ["arguments": ArgumentText.object(arguments)])
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a step that hasn't begun out of the plan.")
        @OptionGroup var order: StepOrder
        func run() async throws { try await order.send(.delete) }
    }

    struct Insert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put new steps into a task's plan.",
            discussion: """
                pons task insert t-g5yvmzvcce look --skill scan --after s1 --before s2 place=hall
                pons task insert t-g5yvmzvcce --file steps.json
                """)
        @OptionGroup var order: TaskOrder

        @Argument(help: "What the new step is called.")
        var step: String?

        @Option(help: "The skill that it runs.")
        var skill: String?

        @Option(help: "The robot that is to do it; else whoever can.")
        var robot: String?

        @Option(help: "It waits for this step; may be given several times.")
        var after: [String] = []

        @Option(help: "This step waits for it; may be given several times.")
        var before: [String] = []

        @Option(
            help: ArgumentHelp(
                "Several steps, as a JSON list of objects with id, skill, robot, arguments, after and before; - reads standard input.",
                valueName: "file"))
        var file: String?

        @Argument(help: ArgumentHelp("Its arguments as name=value.", valueName: "name=value"))
        var arguments: [ArgumentText] = []

        func validate() throws {
            guard file == nil ? step != nil && skill != nil : step == nil else {
                throw ValidationError("Say a name and --skill, or --file.")
            }
        }

        func run() async throws {
            let answer = try await order.options.send(
                .post, "\(order.path)/steps", ["steps": try steps()])
            try order.write(answer, about: step)
        }

        private func steps() throws -> Any {
            if let file {
                let text = try InputFile.text(of: file)
                do {
                    return try JSONSerialization.jsonObject(with: Data(text.utf8))
                } catch {
                    throw CommandError(.usage, "“\(file)” is no JSON", why: "\(error.localizedDescription)")
                }
            }
            var object: [String: Any] = [
                "id": step ?? "", "skill": skill ?? "", "after": after, "before": before,
                "arguments": ArgumentText.object(arguments),
            ]
            object["robot"] = robot
            return [object]
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Answer what a task asks a person.")
        @OptionGroup var answer: QuestionAnswer
        func run() async throws { try await answer.send() }
    }
}

/// An argument as `name=value`; numbers and `true` or `false` are such.
struct ArgumentText: ExpressibleByArgument {
    let name: String
    let value: any Sendable

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
        name = String(argument[..<equals])
        let text = String(argument[argument.index(after: equals)...])
        switch text {
        case "true": value = true
        case "false": value = false
        default:
            if let number = Double(text), number.isFinite { value = number } else { value = text }
        }
    }

    static func object(_ arguments: [ArgumentText]) -> [String: Any] {
        Dictionary(arguments.map { ($0.name, $0.value) }) { _, last in last }
    }
}
