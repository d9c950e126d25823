import ArgumentParser
import Logging
import Manifests
import Node
import ServiceLifecycle
import UnixSignals

/// The daemon. Reads as its diagram: configuration, logs, the node with its
/// brain and edge, the supervisor that watches it.
@main
struct Ponsd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ponsd",
        abstract: "Lets many different robots work as one team.",
        discussion: """
            Without options it is brain and edge in one process, with its state in \
            /var/lib/pons and its robots simulated. SIGTERM finishes what runs and \
            ends; SIGHUP reads the drop-in folders again.
            """,
        version: NodeVersion.text)

    @Option(help: "The configuration file; /etc/pons/ponsd.yaml is used where it is there.")
    var config: String?

    @Option(help: "The state folder; overrides the file's.")
    var state: String?

    @Flag(help: "Check the configuration and the drop-in files, say what is wrong, and end.")
    var check = false

    func run() async throws {
        let configuration = try loadConfiguration()
        let level = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
        let format = configuration.logFormat
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, format: format, level: level) }
        let logger = Logger(label: "ponsd")
        if check { return try report(NodeFiles.problems(in: configuration)) }

        let supervisor = SupervisorSocket()
        let node: PonsNode
        do {
            node = try await PonsNode(configuration: configuration, logger: logger) {
                supervisor.ready()
            }
        } catch {
            logger.critical("can't start", metadata: ["reason": "\(error)"])
            throw ExitCode(1)
        }
        let services: [any Service] = [
            node,
            HangUpService(logger: logger) { await node.reload() },
            WatchdogService(socket: supervisor) { await node.isLive() },
        ]
        let group = ServiceGroup(
            configuration: .init(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            logger.critical("stopped by a failure", metadata: ["reason": "\(error)"])
            throw ExitCode(1)
        }
        supervisor.stopping()
    }

    private func loadConfiguration() throws -> Configuration {
        do {
            var configuration = try NodeFiles.configuration(at: config)
            if let state { configuration.statePath = state }
            return configuration
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private func report(_ problems: [String]) throws {
        for problem in problems { print(problem) }
        guard problems.isEmpty else { throw ExitCode(1) }
        print("all files are good")
    }
}
