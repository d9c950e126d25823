import ArgumentParser
import BrainClient
import Foundation
import RobotModel

/// The e-stop: pressed at once, released in two steps.
struct EstopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estop", abstract: "Stop every robot now; release the stop in two steps.",
        discussion: """
            An operational stop, and no certified safety function: keep a hardware \
            stop at hand. After the release, tasks stay paused until they are resumed.
            """,
        subcommands: [Press.self, Show.self, Release.self, Confirm.self], defaultSubcommand: Press.self)

    struct Press: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Press it (what `pons estop` does).", shouldDisplay: false)

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Option(help: "Why, for the journal.")
        var reason = ""

        @Flag(help: "At the edge on this machine, by the socket in its state folder: without the brain.")
        var edge = false

        @Option(
            help: ArgumentHelp(
                "The edge's socket (estop.sock in PONS_STATE or /var/lib/pons).", valueName: "file"))
        var socket: String?

        /// How long to wait for the robots' word.
        private static let patience = Duration.seconds(1)

        func run() async throws {
            if edge || socket != nil { return try pressHere() }
            let client = try connection.client()
            do {
                var answer = try await client.post(
                    "/v1/estop", body: try JSONEncoder().encode(["by": Caller.name, "reason": reason]))
                let deadline = ContinuousClock.now + Self.patience
                while try EstopPage(answer).isWaiting, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(20))
                    answer = try await client.get("/v1/estop")
                }
                try output.write(answer) { try EstopPage(answer).text }
                guard try !EstopPage(answer).isWaiting else { throw CommandStatus.failed }
            } catch let error as CommandError where error.status == .unreachable {
                throw CommandError(
                    .unreachable, "the e-stop was NOT pressed: \(error.what)", why: error.why,
                    advice: "press the robots’ hardware stops, or pons estop --edge on their machine")
            }
        }

        private func pressHere() throws {
            let state = ProcessInfo.processInfo.environment["PONS_STATE"] ?? "/var/lib/pons"
            let path = socket ?? state + "/estop.sock"
            try EdgeButton(path: path).press(by: Caller.name, reason: reason)
            Terminal.output.line("e-stop pressed at this machine; its robots are told to stop")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show whether it is latched, by whom, and which robots are reached.",
            aliases: ["status"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await connection.client().get("/v1/estop")
            try output.write(answer) { try EstopPage(answer).text }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask for the release: prints a code that is good for half a minute.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Option(help: "Why, for the journal.")
        var reason = ""

        func run() async throws {
            let answer = try await connection.client().post(
                "/v1/estop/release", body: try JSONEncoder().encode(["by": Caller.name, "reason": reason]))
            try output.write(answer) {
                let ask = try BrainClient.decode(EmergencyReleaseAsk.self, from: answer)
                return """
                    \(ask.by) asks for the release. Look that nobody is in a robot’s way, then, within 30 s:
                      pons estop confirm \(ask.code ?? "")

                    """
            }
        }
    }

    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Release it, with the code.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The code that `pons estop release` printed.")
        var code: String

        func run() async throws {
            let answer = try await connection.client().post(
                "/v1/estop/release/confirm",
                body: try JSONEncoder().encode(["code": code, "by": Caller.name]))
            try output.write(answer) { try EstopPage(answer).text }
        }
    }
}
