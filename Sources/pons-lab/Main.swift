import ArgumentParser
import BrainClient
import Foundation

/// Runs the command that the arguments name, and ends with its exit status.
@main
enum Main {
    static func main() async {
        do {
            var command = try Laboratory.parseAsRoot(Array(CommandLine.arguments.dropFirst()))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let status as CommandStatus {
            exit(status.rawValue)
        } catch let error as CommandError {
            FileHandle.standardError.write(Data((error.text(inColour: false) + "\n").utf8))
            exit(error.status.rawValue)
        } catch {
            // Help and version come this way too, as errors of success.
            let isWanted = Laboratory.exitCode(for: error) == .success
            let stream = isWanted ? FileHandle.standardOutput : .standardError
            stream.write(Data((Laboratory.fullMessage(for: error) + "\n").utf8))
            exit(isWanted ? 0 : CommandStatus.usage.rawValue)
        }
    }
}
