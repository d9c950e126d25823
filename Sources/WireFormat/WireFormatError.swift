/// Why bytes are no value of ours, or a value can't be made into bytes.
public struct WireFormatError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// More bytes, fields or levels than a frame or record may have.
        case tooLarge
        /// The bytes break the format, or a field holds what it may not.
        case malformed
        /// Readable, but with a body or input that this version doesn't know.
        case unknownKind
        /// The value holds what the format can't carry, e.g. a NUL in a text.
        case unrepresentable
    }

    public var code: Code
    /// For people: which field, and what to change.
    public var message: String
    /// The id of the envelope at fault; 0 where it couldn't be read.
    public var envelope: UInt64
    public let file: String
    public let line: Int

    public init(
        _ code: Code, _ message: String, envelope: UInt64 = 0, file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.envelope = envelope
        self.file = file
        self.line = line
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

extension WireFormatError: Equatable {
    /// Errors are equal when their codes are.
    public static func == (left: WireFormatError, right: WireFormatError) -> Bool {
        left.code == right.code
    }
}
