import BrainClient
import Foundation
import RobotModel
import Synchronization

/// A brain, and two edges with a skill host each, all processes of their own:
/// the robots `x…` are at work when something is cut, and the robots `y…` stand
/// by.
final class LossRig: Sendable {
    let client: BrainClient
    let working: [RobotID]
    let standby: [RobotID]
    private let brain: LabDaemon
    private let edge: LabDaemon
    private let spareEdge: LabDaemon
    private let host: Mutex<ChildProcess>
    private let spareHost: ChildProcess
    private let network: NetworkNamespace?
    private let relays: [ChildProcess]
    /// Where the hosts at work find their edge.
    private let hostsAddress: String
    private let folder: LabFolder

    /// - Parameters:
    ///   - cut: decides what stands in a network of its own.
    ///   - robots: on each side.
    init(for cut: LossCut, robots: Int) async throws {
        folder = try LabFolder()
        working = (0..<robots).map { RobotID("x\($0)") }
        standby = (0..<robots).map { RobotID("y\($0)") }
        network = cut.needsNetwork ? try NetworkNamespace(cut == .hostLinkDown ? 1 : 2) : nil
        brain = try LabDaemon("brain", roles: [.brain], in: folder)
        client = try await brain.client()
        let edgeNetwork = cut == .brainLinkDown ? network : nil
        edge = try LabDaemon(
            "edge-x", roles: [.edge], brainPort: brain.edgesPort, namespace: edgeNetwork, in: folder)
        spareEdge = try LabDaemon("edge-y", roles: [.edge], brainPort: brain.edgesPort, in: folder)
        var relays: [ChildProcess] = []
        var hostsAddress = edge.hostsAddress
        if let network {
            // Over the cable to what listens on this side's loopback address.
            let station = cut == .hostLinkDown ? edge : brain
            let port = cut == .hostLinkDown ? edge.hostsPort : brain.edgesPort
            for port in [port, station.emergencyPort] {
                relays.append(try Self.startRelay("\(network.near):\(port)", "127.0.0.1:\(port)", folder))
                guard cut == .brainLinkDown else { continue }
                relays.append(
                    try Self.startRelay("127.0.0.1:\(port)", "\(network.near):\(port)", in: network, folder))
            }
            if cut == .hostLinkDown { hostsAddress = "tcp://\(network.near):\(port)" }
        }
        self.relays = relays
        self.hostsAddress = hostsAddress
        // Those at work are at it for as long as it takes; those that stand by end
        // one task after the other.
        host = Mutex(try Self.startHost(working, seconds: 600, at: hostsAddress, in: network, folder))
        spareHost = try Self.startHost(standby, seconds: 0.2, at: spareEdge.hostsAddress, in: nil, folder)
    }

    private static func startHost(
        _ robots: [RobotID], seconds: Double, at address: String, in network: NetworkNamespace?,
        _ folder: LabFolder
    ) throws -> ChildProcess {
        let name = robots[0].rawValue
        return try ChildProcess(
            "pons-lab",
            ["host", "--edge", address, "--seconds", "\(seconds)"]
                + robots.flatMap { ["--robot", $0.rawValue] } + [
                    "--ledger", folder.url.appending(path: "\(name).db").path,
                    "--motions", motions(of: name, in: folder),
                ], in: network, log: folder.url.appending(path: "\(name).log"))
    }

    private static func startRelay(
        _ from: String, _ to: String, in network: NetworkNamespace? = nil, _ folder: LabFolder
    ) throws -> ChildProcess {
        let name = network == nil ? "relay" : "relay-far"
        return try ChildProcess(
            "pons-lab", ["relay", "--from", from, "--to", to], in: network,
            log: folder.url.appending(path: "\(name).log"))
    }

    private static func motions(of name: String, in folder: LabFolder) -> String {
        folder.url.appending(path: "\(name).motions").path
    }

    /// What the robots' own processes wrote, of both sides.
    var motions: [MotionLog.Entry] {
        [working[0], standby[0]].flatMap {
            MotionLog.entries(at: Self.motions(of: $0.rawValue, in: folder))
        }
    }

    func cut(_ cut: LossCut) throws {
        switch cut {
        case .hostKilled: host.withLock { $0.kill() }
        case .hostStopped: host.withLock { $0.signal(SIGSTOP) }
        case .edgeKilled: edge.kill()
        case .edgeStopped: edge.signal(SIGSTOP)
        case .brainStopped: brain.signal(SIGSTOP)
        case .hostLinkDown, .brainLinkDown: try network?.pull()
        }
    }

    func mend(_ cut: LossCut) throws {
        switch cut {
        case .hostKilled:
            let new = try Self.startHost(working, seconds: 600, at: hostsAddress, in: network, folder)
            host.withLock { $0 = new }
        case .hostStopped: host.withLock { $0.signal(SIGCONT) }
        case .edgeKilled: try edge.restart()
        case .edgeStopped: edge.signal(SIGCONT)
        case .brainStopped: brain.signal(SIGCONT)
        case .hostLinkDown, .brainLinkDown: try network?.plugIn()
        }
    }

    func end() {
        for daemon in [edge, spareEdge, brain] { daemon.end() }
        host.withLock { $0.end() }
        spareHost.end()
        for relay in relays { relay.end() }
    }

    // MARK: Orders of a person

    func order(_ verb: String, _ robots: [RobotID]) async throws {
        for robot in robots { _ = try await client.post("/v1/robots/\(robot)/\(verb)") }
    }

    func submit() async throws -> TaskID {
        try await Submission(workflow: Workflow(steps: [WorkflowStep(id: "s1", skill: "idle")])).send(
            to: client)
    }

    func cancel(_ tasks: [TaskID]) async throws {
        for task in tasks { _ = try? await client.post("/v1/tasks/\(task)/cancel", body: Data("{}".utf8)) }
        for task in tasks {
            try await wait("\(task) to end") { try await self.client.task(task.rawValue).state.isFinal }
        }
    }

    func untilAvailable(_ robots: [RobotID]) async throws {
        let wanted = Set(robots)
        try await wait("\(robots.map(\.rawValue)) to be available") {
            let free = try await self.client.robots().filter { $0.state == .available }
            return wanted.isSubset(of: free.map(\.description.id))
        }
    }

    func wait(_ what: String, within seconds: Double = 60, until isSo: () async throws -> Bool) async throws {
        let deadline = SuspendingClock.now + .seconds(seconds)
        while try await !isSo() {
            guard SuspendingClock.now < deadline else {
                throw CommandError(.timedOut, "waited \(seconds) s for \(what)", why: "it did not come")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
