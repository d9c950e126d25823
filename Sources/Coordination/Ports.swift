public import RobotModel

/// Where the coordinator's inputs are kept. `Node` supplies it.
public protocol JournalStore: Sendable {
    /// Writes inputs, in order, in one transaction, and returns when they are
    /// on disk. Blocks; called on the coordinator's own executor.
    /// - Returns: the sequence number of the first one; the others follow it.
    func append(_ inputs: [JournalledInput]) throws -> UInt64
}

/// An input with the moment it came in: what replay needs.
public struct JournalledInput: Hashable, Sendable {
    public var input: CoordinationInput
    public var at: Instant

    public init(_ input: CoordinationInput, at: Instant) {
        self.input = input
        self.at = at
    }
}

/// Carries out what the coordinator decided. `Node` supplies it.
public protocol ActionPort: Sendable {
    /// Never blocks and never throws: what goes wrong comes back as an input.
    /// - Parameter cause: the journal's sequence number of the input behind it.
    func perform(_ action: CoordinationAction, cause: UInt64)

    /// The journal took no inputs; those that weren’t a caller’s are lost, and
    /// robots tell theirs again when their link is renewed.
    func journalFailed(_ error: any Error, lost inputs: [JournalledInput])
}
