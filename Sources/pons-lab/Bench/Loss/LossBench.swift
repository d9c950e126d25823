import ArgumentParser
import BrainClient
import Foundation
import RobotModel

/// How soon the loss of robots is known, how soon their work is with others,
/// and how soon a robot that is cut off is at rest: with real processes that
/// are killed and stopped, and links that go down.
struct LossBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loss",
        abstract: "Measure how soon lost robots are noticed and replaced, and come to rest by themselves.")

    @Option(help: "How often to make each cut.")
    var rounds = 4

    @Option(help: "How many robots are at work at each cut.")
    var robots = 10

    @Option(help: "Only cuts whose name contains this.")
    var only: String?

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    private static let noticedMark = 2000.0
    private static let replannedMark = 1000.0
    /// What a dead-man may take on top of its lease.
    private static let slackMilliseconds = 100.0

    func validate() throws {
        guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds goes from 1 to 10000") }
        guard (1...100).contains(robots) else { throw ValidationError("--robots goes from 1 to 100") }
    }

    func run() async throws {
        var report = BenchReport(bench: "loss")
        var rests: [Double] = []
        for cut in LossCut.allCases where only.map({ cut.rawValue.contains($0) }) ?? true {
            if cut.needsNetwork, let hindrance = NetworkNamespace.hindrance {
                FileHandle.standardError.write(Data("skipped: \(cut.rawValue): \(hindrance)\n".utf8))
                continue
            }
            let measured = try await measure(cut)
            report.add("\(cut.rawValue) → noticed", measured.flatMap(\.noticed), mark: Self.noticedMark)
            report.add("  → planned anew", measured.flatMap(\.replanned), mark: Self.replannedMark)
            if let lease = cut.leaseMilliseconds {
                let times = measured.flatMap(\.rested)
                rests += times.map { $0 - lease }
                let name = cut.isNoticed ? "  → at rest (dead-man)" : "\(cut.rawValue) → at rest (dead-man)"
                report.add(name, times, mark: lease + Self.slackMilliseconds)
            }
            report.add("  moved after waking for", measured.flatMap(\.movedAfterWaking), mark: 0)
            report.add("  two robots on one step for", measured.flatMap(\.overlaps), mark: 0)
        }
        report.add("dead-man, beyond its lease", rests, mark: Self.slackMilliseconds)
        try report.write(format)
        if report.rows.contains(where: { $0.isBelowMark == false }) { throw CommandStatus.failed }
    }

    private func measure(_ cut: LossCut) async throws -> [LossRound] {
        let rig = try await LossRig(for: cut, robots: robots)
        defer { rig.end() }
        let events = LabEvents()
        return try await withThrowingTaskGroup(of: [LossRound]?.self) { group in
            group.addTask {
                try await events.follow(rig.client)
                return nil
            }
            group.addTask { [rounds] in
                var measured: [LossRound] = []
                for _ in 0..<rounds { measured.append(try await LossRound.run(cut, on: rig, events)) }
                return measured
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}

extension BenchReport {
    /// A row whose maximum counts; none where nothing was measured.
    fileprivate mutating func add(_ what: String, _ times: [Double], mark: Double) {
        guard !times.isEmpty else { return }
        add(what, Distribution(milliseconds: times), mark: mark, countsMaximum: true)
    }
}
