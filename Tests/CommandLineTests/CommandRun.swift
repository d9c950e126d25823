import Foundation
import HTTPAPI
import Logging
import PonsTesting
import ServiceLifecycle
import Testing

/// Runs the real `pons` against a scripted brain that serves HTTP.
struct CommandRun: Sendable {
    static let token = "a-token-for-tests-only"

    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
        /// The output as one JSON object.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
        }
    }

    let address: String
    let folder: URL

    /// Serves `brain` while `body` runs commands.
    static func with(_ brain: ScriptedBrain, _ body: @escaping @Sendable (CommandRun) async throws -> Void)
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pons-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data((token + "\n").utf8).write(to: folder.appendingPathComponent("token"))

        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let api = HTTPAPI(
            service: brain, token: token, port: 0, logger: logger, onBound: { continuation.yield($0) })
        let group = ServiceGroup(configuration: .init(services: [api], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            try await body(CommandRun(address: "http://127.0.0.1:\(port)", folder: folder))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// `pons` lies beside the tests.
    private static var program: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("pons")
    }

    func callAsFunction(
        _ arguments: String..., environment: [String: String] = [:], input: String = ""
    ) async throws -> Outcome {
        try await Self.run(
            arguments,
            environment: ["PONS_BRAIN": address, "PONS_STATE": folder.path].merging(environment) { $1 },
            input: input, in: folder)
    }

    /// Runs it to its end, its output going to files so that no pipe fills up.
    static func run(
        _ arguments: [String], environment: [String: String], input: String = "",
        in folder: URL = FileManager.default.temporaryDirectory
    ) async throws -> Outcome {
        let stem = folder.appendingPathComponent(UUID().uuidString)
        let (output, errors) = (stem.appendingPathExtension("out"), stem.appendingPathExtension("err"))
        defer {
            try? FileManager.default.removeItem(at: output)
            try? FileManager.default.removeItem(at: errors)
        }
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "USER": "anna"].merging(
            environment
        ) { $1 }
        process.currentDirectoryURL = folder
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let pipe = Pipe()
        process.standardInput = pipe
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
                pipe.fileHandleForWriting.write(Data(input.utf8))
                try pipe.fileHandleForWriting.close()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}
