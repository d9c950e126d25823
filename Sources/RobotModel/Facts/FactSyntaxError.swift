/// Why a text is no fact, literal or formula, and where.
public struct FactSyntaxError: Error, Hashable, CustomStringConvertible {
    /// What was expected and what stood there instead.
    public let message: String
    /// Where, in characters from the start of the text, from 0.
    public let offset: Int
    /// The text that was read.
    public let text: String

    public init(message: String, offset: Int, text: String) {
        self.message = message
        self.offset = offset
        self.text = text
    }

    public var description: String { "\(message) at character \(offset + 1) of “\(text)”" }
}
