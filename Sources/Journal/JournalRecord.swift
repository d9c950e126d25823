/// One record as it was appended.
public struct JournalRecord: Hashable, Sendable {
    /// From 1, without gaps, and never used again.
    public let sequence: UInt64
    public let payload: [UInt8]
}

/// The state that all records up to `sequence` add up to, as the owner saved it.
public struct JournalSnapshot: Hashable, Sendable {
    public let sequence: UInt64
    public let payload: [UInt8]
}
