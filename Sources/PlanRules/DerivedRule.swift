public import RobotModel

/// A fact that follows from others: `head` holds wherever all of `body` does.
///
/// Several rules for one predicate are alternatives. A derived predicate is
/// never an effect, and a negative literal in a body speaks of a base
/// predicate, so that the rules have one least model.
public struct DerivedRule: Hashable, Sendable {
    public let head: Literal
    public let body: [Literal]

    public init(head: Literal, body: [Literal]) {
        self.head = head
        self.body = body
    }

    /// Reads `located(?x, ?r) <- on(?x, ?y) and located(?y, ?r)`.
    ///
    /// - Throws: ``FactSyntaxError`` where a side isn't literals.
    public init(_ text: String) throws(FactSyntaxError) {
        guard let arrow = text.firstRange(of: "<-") else {
            throw FactSyntaxError(message: "expected “<-”", offset: 0, text: text)
        }
        let syntax = FactSyntax()
        head = try syntax.literal(String(text[..<arrow.lowerBound]))
        switch try syntax.formula(String(text[arrow.upperBound...])) {
        case .literal(let only): body = [only]
        case .and(let parts):
            body = parts.compactMap { if case .literal(let literal) = $0 { literal } else { nil } }
            guard body.count == parts.count else {
                throw FactSyntaxError(message: "a body is literals joined by “and”", offset: 0, text: text)
            }
        default:
            throw FactSyntaxError(message: "a body is literals joined by “and”", offset: 0, text: text)
        }
    }
}

extension DerivedRule: CustomStringConvertible {
    public var description: String {
        "\(head) <- \(body.map(\.description).joined(separator: " and "))"
    }
}
