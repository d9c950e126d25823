import ArgumentParser
import BrainClient
import Foundation
import Pages
import RobotModel

struct RobotCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "robot", abstract: "Look at robots; take them out of the team or back in.",
        subcommands: [
            List.self, Show.self, Drain.self, Resume.self, Retire.self, TakeOver.self, GiveBack.self,
            Maintain.self,
        ],
        aliases: ["robots"])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List robots.", aliases: ["ls"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            struct Answer: Decodable { let robots: [RobotView] }
            let answer = try await connection.client().get("/v1/robots")
            try output.write(answer) {
                let now = Instant.now
                var table = Table("ROBOT", "KIND", "STATE", "LINK", "AT WORK ON", "BATTERY", "HEARD")
                for robot in try BrainClient.decode(Answer.self, from: answer).robots {
                    table.add(
                        robot.description.id.rawValue, robot.description.embodiment, robot.state.rawValue,
                        robot.isLinked ? "up" : "down", robot.attempt.map { "\($0.task)/\($0.step)" } ?? "–",
                        robot.batteryRatio.map { "\(Int(($0 * 100).rounded())) %" } ?? "–",
                        robot.heardAt.map { "\(Phrases.age(of: $0, at: now)) ago" } ?? "–")
                }
                return table.fitted
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a robot.", aliases: ["get"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The robot's id.")
        var id: String

        func run() async throws {
            let answer = try await connection.client().get("/v1/robots/\(BrainClient.escaped(id))")
            try output.write(answer) { RobotPage.text(try BrainClient.decode(RobotView.self, from: answer)) }
        }
    }

    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a robot finish what it is at, and give it no more.")
        @OptionGroup var order: RobotOrder
        func run() async throws { try await order.send(.drain) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a robot work again.")
        @OptionGroup var order: RobotOrder
        func run() async throws { try await order.send(.resume) }
    }

    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a robot out of the team for good.")
        @OptionGroup var order: RobotOrder
        func run() async throws { try await order.send(.retire) }
    }

    struct TakeOver: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "takeover", abstract: "Drive a robot yourself; what it is at is stopped.")
        @OptionGroup var order: RobotOrder
        func run() async throws { try await order.send(.takeOver) }
    }

    struct GiveBack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "giveback", abstract: "Give a robot that you drove back to the team.")
        @OptionGroup var order: RobotOrder
        func run() async throws { try await order.send(.giveBack) }
    }

    struct Maintain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a robot out of service for a while; it finishes what it is at.")
        @OptionGroup var order: RobotOrder
        func run() async throws { try await order.send(.maintain) }
    }
}

/// What all orders to robots share.
struct RobotOrder: ParsableArguments {
    @OptionGroup var options: OrderOptions

    @Argument(help: "The robot's id.")
    var id: String

    func send(_ verb: RobotVerb) async throws {
        let answer = try await options.send(
            .post, "/v1/robots/\(BrainClient.escaped(id))/\(verb.rawValue)")
        try options.output.write(answer) {
            let robot = try BrainClient.decode(RobotView.self, from: answer)
            return "robot \(robot.description.id) \(robot.state.rawValue)\n"
        }
    }
}
