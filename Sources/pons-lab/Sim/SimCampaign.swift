import BrainClient
import FaultSimulation
import Foundation

/// Results of many runs, in a file where one is named: a line of JSON each.
struct SimCampaign {
    private let options: SimulationOptions
    private let path: String?
    private var done: Set<UInt64> = []
    private(set) var violations: [SimResult] = []
    private var count = 0
    private var events = 0
    private var records: UInt64 = 0
    private var endings: [String: Int] = [:]
    private var injected: [String: Int] = [:]
    private let startedAt = Date()
    private var fresh = 0
    private var last = ""

    init(options: SimulationOptions, path: String?) {
        self.options = options
        self.path = path
    }

    func isDone(_ seed: UInt64) -> Bool { done.contains(seed) }

    /// Reads what earlier calls have kept. A line that was cut off counts as not there.
    mutating func load() throws {
        guard let path, let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
        for line in text.split(separator: "\n") {
            guard let result = try? JSONDecoder().decode(SimResult.self, from: Data(line.utf8)),
                result.isOf(options)
            else { continue }
            note(result)
        }
    }

    mutating func add(_ result: SimResult) throws {
        note(result)
        fresh += 1
        guard let path else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(result) + Data("\n".utf8)
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw CommandError(
                .failed, "can’t write \(path)", why: "it can’t be opened", advice: "name another file")
        }
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: line)
    }

    private mutating func note(_ result: SimResult) {
        guard done.insert(result.seed).inserted else { return }
        count += 1
        events += result.events
        records += result.records
        endings.merge(result.endings, uniquingKeysWith: +)
        injected.merge(result.injected, uniquingKeysWith: +)
        if !result.violations.isEmpty { violations.append(result) }
        last = result.log
    }

    func text(_ format: BenchFormat) throws -> String {
        switch format {
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n"
        case .table:
            func list(_ counts: [String: Int]) -> String {
                counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            }
            var lines = [
                "runs        \(count) (\(fresh) now, \(Int(Date().timeIntervalSince(startedAt))) s)",
                "events      \(events), \(records) journal records", "tasks       \(list(endings))",
                "faults      \(list(injected))", "violations  \(violations.count)",
            ]
            if count == 1 { lines.append("log         \(last)") }
            for result in violations {
                lines.append(
                    "  seed \(result.seed): \(result.violations[0].promise.rawValue): \(result.violations[0].message)"
                )
                if let command = result.command { lines.append("    \(command)") }
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }

    private struct Summary: Encodable {
        var runs: Int
        var events: Int
        var records: UInt64
        var endings: [String: Int]
        var faults: [String: Int]
        var violations: [SimResult]
        var log: String?
    }

    private var summary: Summary {
        Summary(
            runs: count, events: events, records: records, endings: endings, faults: injected,
            violations: violations, log: count == 1 ? last : nil)
    }
}
