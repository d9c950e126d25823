import BrainClient
import FaultSimulation
import Foundation
import Journal
import RobotModel

/// A run of a team under faults in a journal's file, and beside it how it came
/// about and what the live state was.
struct RecordedRun: Codable, Sendable {
    var robots: Int
    var seed: UInt64
    var faults: String
    var work: String
    /// Of virtual time, until the last record.
    var hours: Double
    var records: UInt64
    /// How often each kind of fault happened.
    var injected: [String: Int]
    /// Tasks that had ended by then.
    var ended: Int
    /// Hashes of the live state along the way; the last one is the end's.
    var states: [RecordedState]

    /// Records in a commit: as under load, when all that waits shares one.
    private static let batch = 1000

    /// Runs the team in virtual time and writes what its brain journalled.
    ///
    /// - Throws: `failed` where the run broke a promise; what the journal throws.
    static func make(robots: Int, records: UInt64, seed: UInt64, at path: String) throws -> RecordedRun {
        // Less work than the robots could do, so that what waits doesn't pile
        // up; the run ends with enough records, some tasks in full swing.
        let seconds = max(190, 1.5 * Double(records) / Double(robots))
        var options = SimulationOptions(
            seed: seed, robots: robots, tasks: max(robots, Int(seconds * Double(robots) / 170)),
            duration: .seconds(seconds))
        options.work = .long
        let recording = FaultSimulator(options).record(records, stateEvery: max(1, records / 10))
        if let flaw = recording.report.violations.first {
            throw CommandError(
                .failed, "the run broke a promise: \(flaw.message)", why: options.command,
                advice: "record another one with --seed")
        }
        guard let end = recording.states.last, end.record >= records else {
            throw CommandError(.failed, "the run has no more than \(recording.records.count) records")
        }
        let run = RecordedRun(
            robots: robots, seed: seed, faults: options.faults.text, work: options.work.rawValue,
            hours: recording.report.duration.inSeconds / 3600, records: end.record,
            injected: recording.report.faults, ended: recording.report.endings.values.reduce(0, +),
            states: recording.states)
        try run.write(recording.records.prefix(Int(end.record)), to: path)
        return run
    }

    /// What was written beside the journal at `path`; nil where there is no file.
    static func found(at path: String) throws -> RecordedRun? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: sidecar(of: path)) else {
            throw CommandError(
                .failed, "nothing is known of the live states of \(path)",
                why: "\(sidecar(of: path)) is missing",
                advice: "name a file that isn’t there yet, to record a run into it")
        }
        return try JSONDecoder().decode(RecordedRun.self, from: data)
    }

    private func write(_ payloads: ArraySlice<[UInt8]>, to path: String) throws {
        let journal = try Journal(path: path)
        var rest = payloads
        while !rest.isEmpty {
            try journal.append(Array(rest.prefix(Self.batch)))
            rest = rest.dropFirst(Self.batch)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(filePath: Self.sidecar(of: path)))
    }

    private static func sidecar(of path: String) -> String { path + ".run.json" }
}
