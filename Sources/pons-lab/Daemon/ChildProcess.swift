import BrainClient
import Foundation

/// A program that stands beside this one, run as a child. Killed with the last
/// reference to it.
final class ChildProcess: Sendable {
    private let process = Process()

    /// - Parameter namespace: the network that it is to see; nil for this one's own.
    /// - Throws: `failed` where it isn't there or can't be run.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        in namespace: NetworkNamespace? = nil, log: URL
    ) throws {
        let folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        let file = (folder ?? URL(filePath: ".")).appending(path: program)
        try Data().write(to: log)
        // The wrapper becomes the program, so that signals reach it.
        let words = (namespace?.wrapper ?? []) + [file.path] + arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: log)
        do {
            try process.run()
        } catch {
            throw CommandError(
                .failed, "\(file.path) can’t be run", why: "\(error)",
                advice: "install \(program) beside pons-lab; in a checkout: swift build --product \(program)")
        }
    }

    deinit { kill() }

    var isRunning: Bool { process.isRunning }

    /// SIGKILL: the process has no say in it.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
    }

    func signal(_ number: Int32) {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, number)
    }

    /// Kills it and waits until it is gone.
    func end() {
        kill()
        process.waitUntilExit()
    }
}
