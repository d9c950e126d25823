public import Coordination

/// A stretch of a journal: the state before it, and its records in order.
public struct Recording: Sendable {
    public var start: CoordinationMachine
    /// The number of the first record.
    public var firstRecord: UInt64
    public var entries: [JournalledInput]

    public init(
        start: CoordinationMachine = CoordinationMachine(), firstRecord: UInt64 = 1,
        entries: [JournalledInput]
    ) {
        self.start = start
        self.firstRecord = firstRecord
        self.entries = entries
    }

    public var lastRecord: UInt64 { firstRecord + UInt64(entries.count) - 1 }
    /// Where the record of that number is in ``entries``.
    func index(of record: UInt64) -> Int { Int(record - firstRecord) }
}
