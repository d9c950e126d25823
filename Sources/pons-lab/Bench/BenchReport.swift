import ArgumentParser
import Foundation

/// What a bench measured, a row each, with the mark to stay below.
struct BenchReport: Encodable {
    struct Row: Encodable {
        var what: String
        var rounds: Int
        var p50Milliseconds: Double
        var p99Milliseconds: Double
        var maxMilliseconds: Double
        var markMilliseconds: Double?
        /// Whether the p99, or the maximum where that is what counts, is below
        /// the mark; absent without one.
        var isBelowMark: Bool?

        enum CodingKeys: String, CodingKey {
            case what, rounds
            case p50Milliseconds = "p50_ms"
            case p99Milliseconds = "p99_ms"
            case maxMilliseconds = "max_ms"
            case markMilliseconds = "mark_ms"
            case isBelowMark = "below_mark"
        }
    }

    var bench: String
    var build: String
    var rows: [Row] = []
    /// What was counted, by name.
    var counts: [String: Int] = [:]

    init(bench: String) {
        self.bench = bench
        #if DEBUG
            build = "debug"
        #else
            build = "release"
        #endif
    }

    mutating func add(_ what: String, _ times: Distribution, mark: Double? = nil, countsMaximum: Bool = false)
    {
        let worst = countsMaximum ? times.maxMilliseconds : times.p99Milliseconds
        rows.append(
            Row(
                what: what, rounds: times.count, p50Milliseconds: times.p50Milliseconds,
                p99Milliseconds: times.p99Milliseconds, maxMilliseconds: times.maxMilliseconds,
                markMilliseconds: mark, isBelowMark: mark.map { worst <= $0 }))
    }

    func write(_ format: BenchFormat) throws {
        let text: String
        switch format {
        case .table: text = table
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            text = String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private var table: String {
        let headings = ["\(bench) (\(build) build)", "rounds", "p50 ms", "p99 ms", "max ms", "mark ms", ""]
        let cells = rows.map { row in
            [
                row.what, "\(row.rounds)", Self.text(row.p50Milliseconds), Self.text(row.p99Milliseconds),
                Self.text(row.maxMilliseconds), row.markMilliseconds.map(Self.text) ?? "",
                row.isBelowMark.map { $0 ? "below" : "ABOVE" } ?? "",
            ]
        }
        let all = [headings] + cells
        let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { line in
            let padded = zip(line, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }
            return padded.joined(separator: "  ") + "\n"
        }.joined() + counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
    }

    private static func text(_ milliseconds: Double) -> String {
        String(format: milliseconds < 10 ? "%.3f" : "%.1f", milliseconds)
    }
}

/// How a report is written.
enum BenchFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
}
