import ArgumentParser
import BrainClient
import Foundation
import RobotModel

/// How soon the brain knows that a robot is lost: kills its skill host, and
/// then its edge, in mid-step.
struct LossBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loss",
        abstract: "Measure how long after a SIGKILL of a skill host, or an edge, its robot is shown lost.")

    @Option(help: "How often to kill each.")
    var rounds = 10

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    private static let robot: RobotID = "lab_a"
    private static let markMilliseconds = 2000.0

    func validate() throws {
        guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds goes from 1 to 10000") }
    }

    func run() async throws {
        let folder = try LabFolder()
        let daemon = try LabDaemon("lab", roles: [.brain, .edge], in: folder)
        let client = try await daemon.client()
        let events = LabEvents()
        let (hosts, edges) = try await withThrowingTaskGroup(of: ([Double], [Double])?.self) { group in
            group.addTask {
                try await events.follow(client)
                return nil
            }
            group.addTask { [self] in
                var hosts: [Double] = []
                var edges: [Double] = []
                for _ in 0..<rounds { hosts.append(try await killHost(of: daemon, client, events, folder)) }
                for _ in 0..<rounds { edges.append(try await killEdge(of: daemon, client, events, folder)) }
                return (hosts, edges)
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
        daemon.end()
        var report = BenchReport(bench: "loss")
        for (what, times) in [
            ("SIGKILL of a skill host → robot lost", hosts), ("SIGKILL of an edge → robot lost", edges),
        ] {
            report.add(
                what, Distribution(milliseconds: times), mark: Self.markMilliseconds, countsMaximum: true)
        }
        try report.write(format)
        if report.rows.contains(where: { $0.isBelowMark == false }) { throw CommandStatus.failed }
    }

    private func killHost(
        of daemon: LabDaemon, _ client: BrainClient, _ events: LabEvents, _ folder: LabFolder
    ) async throws -> Double {
        let host = try startHost(at: daemon.hostsAddress, folder)
        defer { host.end() }
        try await beginStep(client, events)
        return try await lossTime(events) { host.kill() }
    }

    private func killEdge(
        of daemon: LabDaemon, _ client: BrainClient, _ events: LabEvents, _ folder: LabFolder
    ) async throws -> Double {
        let edge = try LabDaemon("lab-edge", roles: [.edge], brainPort: daemon.edgesPort, in: folder)
        defer { edge.end() }
        let host = try startHost(at: edge.hostsAddress, folder)
        defer { host.end() }
        try await beginStep(client, events)
        return try await lossTime(events) { edge.kill() }
    }

    private func startHost(at address: String, _ folder: LabFolder) throws -> ChildProcess {
        try ChildProcess(
            "pons-lab",
            [
                "host", "--edge", address, "--robot", Self.robot.rawValue, "--seconds", "3600",
                "--ledger", folder.url.appending(path: "host.db").path,
            ], log: folder.url.appending(path: "host.log"))
    }

    /// Waits for the robot and has it begin a step that takes long.
    private func beginStep(_ client: BrainClient, _ events: LabEvents) async throws {
        _ = try await events.time(of: Self.robot, becoming: .available)
        let task = try await Submission.chain(of: 1, by: [Self.robot]).send(to: client)
        try await events.read(waitingFor: "the step of \(task) to run") { item in
            guard case .brain(let event) = item.what else { return false }
            return event.kind == .step && event.task == task && event.state == StepState.running.rawValue
        }
    }

    private func lossTime(_ events: LabEvents, kill: () -> Void) async throws -> Double {
        // Anywhere between two heartbeats.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...500)))
        let killed = MonotonicTime.now
        kill()
        return try await events.time(of: Self.robot, becoming: .lost).milliseconds(since: killed)
    }
}
