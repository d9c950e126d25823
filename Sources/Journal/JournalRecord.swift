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

/// What a check of a whole journal found.
public struct JournalReport: Hashable, Sendable {
    /// First and last record that are there; nil when there is none.
    public var firstSequence: UInt64?
    public var lastSequence: UInt64?
    public var recordCount = 0
    /// Records whose checksum is wrong.
    public var damaged: [UInt64] = []
    /// Records that ought to be there and aren't.
    public var missing: [ClosedRange<UInt64>] = []
    /// Snapshots whose checksum is wrong.
    public var damagedSnapshots: [UInt64] = []
    /// What was set aside in earlier repairs.
    public var setAside: [ClosedRange<UInt64>] = []
    /// What SQLite itself finds wrong with the file.
    public var fileProblems: [String] = []

    public var isSound: Bool {
        damaged.isEmpty && missing.isEmpty && damagedSnapshots.isEmpty && fileProblems.isEmpty
    }
}
