import ArgumentParser
import BrainClient
import Coordination
import FaultSimulation
import Foundation
import Journal
import RobotModel
import WireFormat

/// How long it takes to come to the live state from the records alone.
struct ReplayBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Measure how fast a journal without snapshots leads to the live state.",
        discussion: """
            A team runs in virtual time under faults of all kinds, with the shipping core, \
            and what its brain journals goes into a journal’s file. From there all records \
            are read and decoded, and by turns read, decoded and handled from the \
            beginning, as a daemon does at its start; the median counts. The states on the \
            way and at the end must have the hashes of the live ones. Times are by the \
            clock, and by what the processors were used on all threads together.
            """)

    @Option(help: "How many records.")
    var records: UInt64 = 1_000_000

    @Option(help: "How many robots.")
    var robots = 50

    @Option(help: "Decides how the recorded run goes.")
    var seed: UInt64 = 1

    @Option(help: "Rounds of each; the median counts.")
    var rounds = 5

    @Option(
        help: ArgumentHelp("Keep the recorded run there, or take the one that is there.", valueName: "file"))
    var journal: String?

    @Option(name: [.customShort("o"), .customLong("output")], help: "How to write the figures.")
    var format = BenchFormat.table

    /// A small run is over before it has found its pace: only its hashes count.
    private static let markedRecords: UInt64 = 1_000_000
    /// For a million.
    private static let mostSeconds = 10.0
    private static let mostTimesDecoding = 3.0

    func validate() throws {
        guard (1000...10_000_000).contains(records) else {
            throw ValidationError("--records goes from 1000 to 10000000")
        }
        guard (1...1000).contains(robots) else { throw ValidationError("--robots goes from 1 to 1000") }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds goes from 1 to 100") }
    }

    func run() async throws {
        let folder = try LabFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = journal ?? folder.url.appending(path: "journal.db").path
        let began = MonotonicTime.now
        var recorded = try RecordedRun.found(at: path)
        if recorded == nil {
            recorded = try RecordedRun.make(robots: robots, records: records, seed: seed, at: path)
            let seconds = Int(MonotonicTime.now.milliseconds(since: began) / 1000)
            MillionBench.note("recorded \(recorded?.records ?? 0) records in \(seconds) s")
        }
        guard let recorded else { return }
        let file = try Journal(path: path)
        guard try file.snapshots().isEmpty else {
            throw CommandError(.failed, "\(path) has snapshots", why: "its beginning would be passed over")
        }
        guard file.lastSequence == recorded.records else {
            throw CommandError(
                .failed, "\(path) has \(file.lastSequence) records, and not \(recorded.records)")
        }
        let replay = JournalReplay(journal: file)
        var differing = try replay.differing(from: recorded.states)
        var (decoding, whole): ([JournalReplay.Cost], [JournalReplay.Cost]) = ([], [])
        for _ in 0..<rounds {
            decoding.append(try replay.decode())
            let (cost, machine) = try replay.handle()
            whole.append(cost)
            if try machine.stateHash() != recorded.states.last?.hash { differing += 1 }
        }
        let report = report(recorded, decoding, whole, differing: differing)
        try report.write(format)
        if !report.isMet { throw CommandStatus.failed }
    }

    private func report(
        _ run: RecordedRun, _ decoding: [JournalReplay.Cost], _ whole: [JournalReplay.Cost], differing: Int
    ) -> FigureReport {
        let title = String(
            format: "replay, %d robots, %.1f virtual hours, faults %@, seed %llu", run.robots, run.hours,
            run.faults, run.seed)
        var report = FigureReport(bench: title)
        let count = Double(run.records)
        report.add("records, without a snapshot", count, "records")
        report.add("  size of one", Double(decoding.first?.bytes ?? 0) / count, "bytes")
        report.add("  tasks that ended in them", Double(run.ended), "tasks")
        for (fault, times) in run.injected.sorted(by: { $0.key < $1.key }) {
            report.add("  \(fault)", Double(times), "times")
        }
        // Who replays has two threads, so its processor time counts beside its
        // time by the clock.
        let isMarked = run.records >= Self.markedRecords
        func add(_ what: String, _ value: Double, _ unit: String, atMost mark: Double) {
            if isMarked {
                report.add(what, value, unit, atMost: mark)
            } else {
                report.add(what, value, unit)
            }
        }
        let part = (decoding.map(\.seconds).median, decoding.map(\.processorSeconds).median)
        let all = (whole.map(\.seconds).median, whole.map(\.processorSeconds).median)
        report.add("read and decode, one thread", part.0, "s")
        report.add("  processor time", part.1, "s")
        report.add("  rate", count / part.0, "/s")
        add("read, decode and handle, two threads", all.0, "s", atMost: Self.mostSeconds * count / 1e6)
        report.add("  processor time", all.1, "s")
        report.add("  rate", count / all.0, "/s")
        add("  times reading and decoding", all.0 / part.0, "×", atMost: Self.mostTimesDecoding)
        add("  the same, by processor time", all.1 / part.1, "×", atMost: Self.mostTimesDecoding)
        report.add("live states", Double(run.states.count), "states")
        report.add("  of these with another hash after replay", Double(differing), "states", atMost: 0)
        return report
    }
}
