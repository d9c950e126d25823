/// Rows of cells under headings, in columns as wide as they need to be.
public struct Table {
    private let headings: [String]
    private var rows: [[String]] = []

    public init(_ headings: String...) { self.headings = headings }

    /// A row, as many cells as there are headings.
    public mutating func add(_ cells: String...) { rows.append(cells) }

    /// - Parameter columns: lines are cut off there; nil cuts nothing.
    public func text(columns: Int? = nil) -> String {
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
}
