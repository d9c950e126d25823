/// What goes wrong around a simulated world: its ledger, or data to import.
public struct SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// A line of the ledger, other than a torn last one, is damaged.
        case ledgerCorrupt
        /// The ledger can't be opened, read or written.
        case ledgerUnavailable
        /// Imported data isn't what its format promises.
        case badData
        /// The data has no task of that number.
        case unknownTask
    }

    public let code: Code
    /// For people: what is wrong, and where it helps, what to do.
    public let message: String
    public let underlying: (any Error)?
    public let file: String
    public let line: Int

    public init(
        _ code: Code, _ message: String, underlying: (any Error)? = nil, file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.underlying = underlying
        self.file = file
        self.line = line
    }

    public static func == (left: SimulationError, right: SimulationError) -> Bool { left.code == right.code }

    public var description: String { "\(code.rawValue): \(message)" }
}
