import Pages

extension Table {
    /// As wide as the terminal on one, and whole in a pipe.
    var fitted: String { text(columns: Terminal.output.fittedColumns) }
}

extension Terminal {
    /// How wide tables may be; nil in a pipe, where they are whole.
    var fittedColumns: Int? { isTerminal ? columns : nil }
}
