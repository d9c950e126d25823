/// Rows of cells under headings, in columns as wide as they need to be.
struct Table {
    private let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: String...) { self.headings = headings }

    mutating func add(_ cells: String...) { rows.append(cells) }

    /// - Parameter columns: lines are cut off there; nil cuts nothing.
    func text(columns: Int? = nil) -> String {
        let all = [headings] + rows
        let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { cells in
            var line = zip(cells, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return (columns.map { line.elided(to: $0) } ?? line) + "\n"
        }.joined()
    }

    /// As wide as the terminal on one, and whole in a pipe.
    var fitted: String { text(columns: Terminal.output.isTerminal ? Terminal.output.columns : nil) }
}
