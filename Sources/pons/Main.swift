import ArgumentParser
import BrainClient
import Foundation

/// Runs the command that the arguments name, and ends with its exit status.
@main
enum Main {
    static func main() async {
        Interruption.install()
        exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ arguments: [String]) async -> CommandStatus {
        do {
            var command = try Pons.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .done
        } catch let status as CommandStatus {
            return status
        } catch let error as CommandError {
            Terminal.error.line(error.text(inColour: Terminal.error.hasColour))
            return error.status
        } catch {
            // Help and version come this way too, as errors of success.
            let isWanted = Pons.exitCode(for: error) == .success
            let stream = isWanted ? Terminal.output : Terminal.error
            stream.line(Pons.fullMessage(for: error))
            return isWanted ? .done : .usage
        }
    }
}
