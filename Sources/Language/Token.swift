/// A word or a mark of punctuation, with its place in the text.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case word
        case comma
        case colon
        /// `.`, `!`, `?` or `;`
        case stop
    }

    let kind: Kind
    /// As it was written.
    let text: String
    /// What is compared: lower case, letters and digits only.
    let key: String
    let range: Range<String.Index>

    init(_ kind: Kind, text: String, range: Range<String.Index>) {
        self.kind = kind
        self.text = text
        key = kind == .word ? text.wordKey : ""
        self.range = range
    }

    /// Whether it is a number such as `2`.
    var isNumeral: Bool { !key.isEmpty && key.allSatisfy { $0.isASCII && $0.isNumber } }
}

extension StringProtocol {
    /// The text in lower case without anything but letters and digits, so that
    /// `kitchenTable`, `kitchen_table`, “kitchen table” and `<Kitchen table>`
    /// are one. Text without letters and digits stays as it is.
    var wordKey: String {
        let key = lowercased().filter { $0.isLetter || $0.isNumber }
        return key.isEmpty ? String(self) : key
    }
}
