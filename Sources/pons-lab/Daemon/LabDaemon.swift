import BrainClient
import Foundation
import Synchronization

/// A `ponsd` of this run's own: its state in the run's folder, its robots
/// simulated only on demand, its doors on ports that were free.
final class LabDaemon: Sendable {
    enum Role: String { case brain, edge }

    let httpPort: Int
    let edgesPort: Int
    let hostsPort: Int
    let emergencyPort: Int
    private let running: Mutex<ChildProcess>
    private let file: URL
    private let state: URL
    private let log: URL
    private let namespace: NetworkNamespace?

    /// - Parameters:
    ///   - namespace: the network that it sees; nil for this process's own.
    ///   - brainPort: of the brain that an edge alone belongs to.
    ///   - isSimulated: whether scenes bring their robots, which take no time.
    init(
        _ name: String, roles: [Role], brainPort: Int? = nil, isSimulated: Bool = false,
        namespace: NetworkNamespace? = nil, in folder: LabFolder
    ) throws {
        self.namespace = namespace
        let ports = try FreePorts.take(4)
        (httpPort, edgesPort, hostsPort, emergencyPort) = (ports[0], ports[1], ports[2], ports[3])
        let place = folder.url.appending(path: name)
        state = place.appending(path: "state")
        log = place.appending(path: "log")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        file = place.appending(path: "ponsd.yaml")
        let text = """
            node: {name: \(name), roles: [\(roles.map(\.rawValue).joined(separator: ", "))]}
            state: \(state.path)
            drop_ins: \(place.path)
            http: {address: 127.0.0.1, port: \(httpPort)}
            edges: {address: 127.0.0.1, port: \(edgesPort)}
            hosts: {address: 127.0.0.1, port: \(hostsPort)}
            estop: {address: 127.0.0.1, port: \(emergencyPort)}
            brain: {address: 127.0.0.1, port: \(brainPort ?? edgesPort)}
            simulation: {enabled: \(isSimulated), speed: unlimited}
            log: {level: warning}

            """
        try Data(text.utf8).write(to: file)
        running = Mutex(
            try ChildProcess("ponsd", ["--config", file.path], in: namespace, log: log))
    }

    /// Starts it anew on the same state and ports.
    func restart(environment: [String: String] = [:]) throws {
        end()
        let child = try ChildProcess(
            "ponsd", ["--config", file.path], environment: environment, in: namespace, log: log)
        running.withLock { $0 = child }
    }

    private var child: ChildProcess { running.withLock { $0 } }
    var isRunning: Bool { child.isRunning }

    /// Where skill hosts come in.
    var hostsAddress: String { "tcp://127.0.0.1:\(hostsPort)" }

    func kill() { child.kill() }
    func signal(_ number: Int32) { child.signal(number) }
    func end() { child.end() }

    /// Returns once tasks are taken.
    ///
    /// - Throws: `failed`, with the daemon's own words, where it ends or takes
    ///   longer than half a minute.
    func client() async throws -> BrainClient {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline, child.isRunning {
            if let token = try? String(contentsOf: state.appending(path: "token"), encoding: .utf8) {
                let client = BrainClient(
                    address: "http://127.0.0.1:\(httpPort)",
                    token: token.trimmingCharacters(in: .whitespacesAndNewlines))
                if let health = try? await client.health(), health.isReady { return client }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let words = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        throw CommandError(.failed, "ponsd doesn’t come up", why: String(words.suffix(1000)))
    }
}
