import Foundation

/// What a bench found, a figure a row, beside what it is held against.
struct FigureReport: Encodable {
    struct Figure: Encodable {
        var what: String
        var value: Double
        /// `/s`, `ms`, `µs`, `bytes`, or a word for what is counted.
        var unit: String
        /// The same work in C, where there is such a thing.
        var baseline: Double?
        /// What the value, or its share of the baseline, should reach or stay
        /// below, by the sign.
        var mark: Double?
        var isMet: Bool?

        /// The value as a share of the baseline.
        var share: Double? { baseline.map { value / $0 } }

        enum CodingKeys: String, CodingKey {
            case what, value, unit, baseline, share, mark
            case isMet = "met"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(what, forKey: .what)
            try container.encode(value, forKey: .value)
            try container.encode(unit, forKey: .unit)
            try container.encodeIfPresent(baseline, forKey: .baseline)
            try container.encodeIfPresent(share, forKey: .share)
            try container.encodeIfPresent(mark, forKey: .mark)
            try container.encodeIfPresent(isMet, forKey: .isMet)
        }
    }

    var bench: String
    var build: String
    var figures: [Figure] = []

    init(bench: String) {
        self.bench = bench
        #if DEBUG
            build = "debug"
        #else
            build = "release"
        #endif
    }

    var isMet: Bool { figures.allSatisfy { $0.isMet != false } }

    mutating func add(_ what: String, _ value: Double, _ unit: String) {
        figures.append(Figure(what: what, value: value, unit: unit))
    }

    /// A figure that should be at most `mark`.
    mutating func add(_ what: String, _ value: Double, _ unit: String, atMost mark: Double) {
        figures.append(Figure(what: what, value: value, unit: unit, mark: mark, isMet: value <= mark))
    }

    /// A figure that should be at least the `mark`-th part of the baseline;
    /// without a mark it only stands beside it.
    mutating func add(
        _ what: String, _ value: Double, _ unit: String, beside baseline: Double, atLeast mark: Double? = nil
    ) {
        figures.append(
            Figure(
                what: what, value: value, unit: unit, baseline: baseline, mark: mark,
                isMet: mark.map { value / baseline >= $0 }))
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
        let rows =
            [["\(bench) (\(build) build)", "value", "unit", "bare C", "share", "mark", ""]]
            + figures.map { figure in
                [
                    figure.what, Self.text(figure.value), figure.unit,
                    figure.baseline.map(Self.text) ?? "",
                    figure.share.map { String(format: "%.0f %%", $0 * 100) } ?? "",
                    figure.mark.map {
                        figure.share == nil ? "≤ \(Self.text($0))" : String(format: "≥ %.0f %%", $0 * 100)
                    }
                        ?? "",
                    figure.isMet.map { $0 ? "met" : "MISSED" } ?? "",
                ]
            }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 || column == 2 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    private static func text(_ value: Double) -> String {
        switch abs(value) {
        case ..<10: String(format: "%.3f", value)
        case ..<1000: String(format: "%.1f", value)
        default: String(format: "%.0f", value)
        }
    }
}
