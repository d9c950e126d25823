/// The instruction as it was written, and its tokens.
struct InstructionText {
    let source: String
    let tokens: [Token]

    init(_ source: String) {
        self.source = source
        tokens = Tokeniser.tokens(of: source)
    }

    /// What was written for these tokens, marks between them included:
    /// `<plate>(51` becomes `<plate>(51)`.
    func written(_ range: Range<Int>) -> String {
        let range = range.clamped(to: tokens.indices)
        guard let first = range.first, let last = range.last else { return "" }
        var start = tokens[first].range.lowerBound
        var end = tokens[last].range.upperBound
        if start > source.startIndex, source[source.index(before: start)] == "<" {
            start = source.index(before: start)
        }
        while end < source.endIndex, ")>".contains(source[end]),
            unbalanced(source[start..<end])
        {
            end = source.index(after: end)
        }
        return String(source[start..<end])
    }

    private func unbalanced(_ text: Substring) -> Bool {
        text.count { "(<".contains($0) } > text.count { ")>".contains($0) }
    }
}
