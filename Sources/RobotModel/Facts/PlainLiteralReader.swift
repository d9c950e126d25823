/// Reads a literal byte by byte, as long as there is nothing in it but ASCII
/// names, `not`, `*`, `?`, parentheses, commas and spaces: what programs write,
/// and read again by the million. It has no answer to anything else:
/// ``FactSyntax`` reads that anew, and says what is wrong with it.
struct PlainLiteralReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let variables: Set<String>
    private var position = 0

    /// - Parameter variables: bare names that are variables, beside `self`.
    /// - Returns: nil where it has no answer.
    static func literal(_ text: String, variables: Set<String>) -> Literal? {
        text.utf8.withContiguousStorageIfAvailable { bytes in
            var reader = PlainLiteralReader(bytes: bytes, variables: variables)
            return reader.literal()
        } ?? nil
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, variables: Set<String>) {
        self.bytes = bytes
        self.variables = variables
    }

    private mutating func literal() -> Literal? {
        guard var predicate = word() else { return nil }
        let isNegative = predicate == "not"
        if isNegative {
            guard let next = word() else { return nil }
            predicate = next
        }
        guard isName(predicate), take("("), let terms = terms(), position == bytes.count
        else { return nil }
        return Literal(predicate, terms, isPositive: !isNegative)
    }

    /// Up to the closing parenthesis, and spaces behind it.
    private mutating func terms() -> [Term]? {
        var terms: [Term] = []
        if !take(")") {
            repeat {
                guard let term = term() else { return nil }
                terms.append(term)
            } while take(",")
            guard take(")") else { return nil }
        }
        skipSpaces()
        return terms
    }

    private mutating func term() -> Term? {
        if take("*") { return .any }
        let isMarked = take("?")
        guard let name = word() else { return nil }
        if !isMarked, name == "self" { return .variable(name) }
        guard isName(name) else { return nil }
        return isMarked || (!variables.isEmpty && variables.contains(name))
            ? .variable(name) : .entity(EntityID(name))
    }

    /// Whether a run of identifier bytes is an identifier.
    private func isName(_ word: String) -> Bool {
        word.utf8.count <= IdentifierRules.longest && !IdentifierRules.isReserved(word)
    }

    /// A run of identifier bytes, reserved or not.
    private mutating func word() -> String? {
        skipSpaces()
        let start = position
        while position < bytes.count, IdentifierRules.isIdentifierByte(bytes[position]) { position += 1 }
        guard position > start else { return nil }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpaces() {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
    }
}
