import Pages

extension Table {
    /// As wide as the terminal on one, and whole in a pipe.
    var fitted: String { text(columns: Terminal.output.isTerminal ? Terminal.output.columns : nil) }
}
