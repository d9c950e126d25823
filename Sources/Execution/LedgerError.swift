/// Why the bytes of a robot's ledger can't be read.
public struct LedgerError: Error, Sendable {
    /// What kind of failure it is; stable.
    public enum Code: String, Sendable, CaseIterable {
        /// The bytes are none that a ledger was ever written as.
        case damaged
        /// A newer version of Pons wrote them.
        case newerFormat
    }

    public let code: Code
    /// What is wrong, and where.
    public let message: String
    /// The error of the layer below, where there is one.
    public let underlying: (any Error)?
    /// Where in our source it was made.
    public let origin: String

    init(
        _ code: Code, _ message: String, underlying: (any Error)? = nil, file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.underlying = underlying
        origin = "\(file):\(line)"
    }
}

extension LedgerError: Equatable, CustomStringConvertible {
    /// Looks at the code alone.
    public static func == (left: LedgerError, right: LedgerError) -> Bool { left.code == right.code }

    public var description: String { "\(code.rawValue): \(message)" }
}
