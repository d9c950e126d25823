import BrainClient
import Foundation
import Logging
import Manifests
import Node
import RobotModel
import ServiceLifecycle
import SkillHost
import SkillKit

/// A whole node in this process, as `ponsd` runs it: journal, brain, edge and
/// HTTP door, with robots and skills of the lab's own.
struct EmbeddedNode: Sendable {
    /// Where the skills run.
    enum Way: String, CaseIterable {
        case linkedIn = "linked in"
        case zeroMQ = "over ZeroMQ"
    }

    /// What is to be started.
    struct Design: Sendable {
        /// How many robots; each offers all skills.
        var robots: Int
        var way = Way.linkedIn
        var skills: [any Skill]
        /// Manifests in YAML, without the line that says where the skill runs.
        var manifests: [SkillName: String]
        var coordination = Configuration().coordination
    }

    let client: BrainClient
    /// The node's state folder.
    let state: URL

    /// Starts a node, hands it to `body` once its robots are there, and ends it.
    static func with<Result: Sendable>(
        _ design: Design, in folder: LabFolder,
        _ body: @escaping @Sendable (EmbeddedNode) async throws -> Result
    ) async throws -> Result {
        let place = folder.url.appending(path: "node-\(UUID().uuidString.prefix(8))")
        let state = place.appending(path: "state")
        try declare(design, below: place)
        let ports = try FreePorts.take(3)
        let configuration = Configuration(
            name: "lab", statePath: state.path, http: .init(port: ports[0]), edges: .init(port: ports[1]),
            hosts: .init(port: ports[2]), emergency: .init(port: 0), isSimulating: false,
            dropInPath: place.path,
            coordination: design.coordination)
        let bodies = LabBodies(
            count: design.way == .linkedIn ? design.robots : 0, skills: design.skills.map(\.name))
        let node = try await PonsNode(
            configuration: configuration, logger: quiet,
            linkedIn: LinkedInRobots(bodies: bodies, skills: design.skills)
        ) {}
        let group = ServiceGroup(
            configuration: .init(services: [node], gracefulShutdownSignals: [], logger: quiet))
        return try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            if design.way == .zeroMQ {
                let host = try SkillHost(
                    name: "lab-host", edge: "tcp://127.0.0.1:\(ports[2])",
                    robots: LabBodies(count: design.robots, skills: []).descriptions, skills: design.skills,
                    ledgerPath: place.appending(path: "host.db").path, logger: quiet)
                tasks.addTask {
                    try await host.run()
                    return nil
                }
            }
            tasks.addTask {
                let client = try await client(port: ports[0], state: state)
                try await untilLinked(design.robots, client)
                return try await body(EmbeddedNode(client: client, state: state))
            }
            defer { tasks.cancelAll() }
            while let result = try await tasks.next() {
                guard let result else { continue }
                await group.triggerGracefulShutdown()
                return result
            }
            throw CommandError(.failed, "the node ended before the work was done")
        }
    }

    /// Returns once a task has succeeded.
    ///
    /// - Throws: `failed` where it ended otherwise.
    func whenEnded(_ id: TaskID) async throws {
        while true {
            let view = try await client.task(id.rawValue)
            if view.state == .succeeded { return }
            guard !view.state.isFinal else {
                throw CommandError(
                    .failed, "task \(id) \(view.state.rawValue)",
                    why: view.failure?.message ?? view.rejection?.message ?? "")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static var quiet: Logger {
        var logger = Logger(label: "pons-lab") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return logger
    }

    private static func declare(_ design: Design, below place: URL) throws {
        let files = place.appending(path: "skills.d")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        for (name, manifest) in design.manifests {
            let host = "host: {kind: \(design.way == .linkedIn ? "builtin" : "zmq")}\n"
            try Data((manifest + host).utf8).write(to: files.appending(path: "\(name).yaml"))
        }
    }

    private static func client(port: Int, state: URL) async throws -> BrainClient {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if let token = try? String(contentsOf: state.appending(path: "token"), encoding: .utf8) {
                let client = BrainClient(
                    address: "http://127.0.0.1:\(port)",
                    token: token.trimmingCharacters(in: .whitespacesAndNewlines))
                if let health = try? await client.health(), health.isReady { return client }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CommandError(.failed, "the node doesn’t come up")
    }

    private static func untilLinked(_ count: Int, _ client: BrainClient) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if try await client.robots().count(where: { $0.state == .available }) >= count { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandError(.timedOut, "the robots don’t come in")
    }
}
