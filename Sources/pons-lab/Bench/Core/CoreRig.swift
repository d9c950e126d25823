import BrainClient
import Foundation
import Logging
import Manifests
import Node
import RobotModel
import ServiceLifecycle
import SkillHost
import SkillKit

/// A whole node in this process, as `ponsd` runs it, with robots of the lab's
/// own: their skills are linked in, or stand behind ZeroMQ in a host.
struct CoreRig: Sendable {
    enum Way: String, CaseIterable {
        case linkedIn = "linked in"
        case zeroMQ = "over ZeroMQ"

        /// Commits that a step waits for, one after the other: the edge keeps
        /// its order and its result, a host does so too, and the journal has
        /// the result.
        var commitsInSeries: Int { self == .linkedIn ? 3 : 5 }
    }

    let client: BrainClient
    let counter: CountingSkill
    let gate: GateSkill
    /// The node's state folder.
    let state: URL

    /// Starts a node with `robots` robots, hands it to `body`, and ends it.
    static func with<Result: Sendable>(
        robots: Int, _ way: Way, in folder: LabFolder,
        _ body: @escaping @Sendable (CoreRig) async throws -> Result
    ) async throws -> Result {
        let place = folder.url.appending(path: "core-\(UUID().uuidString.prefix(8))")
        let state = place.appending(path: "state")
        try declareSkills(below: place, hosted: way)
        let ports = try FreePorts.take(3)
        let configuration = Configuration(
            name: "lab", statePath: state.path, http: .init(port: ports[0]), edges: .init(port: ports[1]),
            hosts: .init(port: ports[2]), isSimulating: false, dropInPath: place.path)
        var logger = Logger(label: "pons-lab")
        logger.logLevel = .warning
        let counter = CountingSkill()
        let gate = GateSkill()
        let skills: [any Skill] = [counter, gate]
        let linkedIn = LinkedInRobots(
            bodies: LabBodies(count: way == .linkedIn ? robots : 0, skills: skills.map(\.name)),
            skills: skills)
        let node = try await PonsNode(configuration: configuration, logger: logger, linkedIn: linkedIn) {}
        let group = ServiceGroup(
            configuration: .init(services: [node], gracefulShutdownSignals: [], logger: logger))
        return try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            if way == .zeroMQ {
                let descriptions = LabBodies(count: robots, skills: []).descriptions
                let host = try SkillHost(
                    name: "lab-host", edge: "tcp://127.0.0.1:\(ports[2])", robots: descriptions,
                    skills: skills,
                    ledgerPath: place.appending(path: "host.db").path, logger: logger)
                tasks.addTask {
                    try await host.run()
                    return nil
                }
            }
            tasks.addTask {
                let client = try await client(port: ports[0], state: state)
                try await untilLinked(robots, client)
                let rig = CoreRig(client: client, counter: counter, gate: gate, state: state)
                return try await body(rig)
            }
            defer { tasks.cancelAll() }
            while let result = try await tasks.next() {
                if let result {
                    await group.triggerGracefulShutdown()
                    return result
                }
            }
            throw CancellationError()
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

    private static func declareSkills(below place: URL, hosted way: Way) throws {
        let files = place.appending(path: "skills.d")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        for name in [CountingSkill.count, GateSkill.gate] {
            let text = """
                apiVersion: pons/v1
                kind: Skill
                name: \(name)
                summary: Does nothing.
                phrases: ["\(name)"]
                duration: {typical_s: 0, timeout_s: 600}
                retry: {attempts: 1, backoff_s: 0}
                on_link_loss: stop
                cancel: stop
                idempotent: true
                host: {kind: \(way == .linkedIn ? "builtin" : "zmq")}

                """
            try Data(text.utf8).write(to: files.appending(path: "\(name).yaml"))
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
