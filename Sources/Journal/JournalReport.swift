/// What a check of a whole journal found.
public struct JournalReport: Hashable, Sendable {
    /// First and last record that are there; nil when there is none.
    public var firstSequence: UInt64?
    public var lastSequence: UInt64?
    public var recordCount = 0
    /// Records up to this one were deleted, their time being over.
    public var base: UInt64 = 0
    /// Records whose checksum is wrong.
    public var damaged: [UInt64] = []
    /// Sound records that don't follow from the one before.
    public var strange: [UInt64] = []
    /// Records that ought to be there and aren't.
    public var missing: [ClosedRange<UInt64>] = []
    /// Snapshots whose checksum is wrong, or of which parts are missing.
    public var damagedSnapshots: [UInt64] = []
    /// Sound snapshots, from the oldest.
    public var snapshots: [UInt64] = []
    /// Keys of archive entries whose checksum is wrong.
    public var damagedArchive: [String] = []
    /// Archive entries that are sound.
    public var archiveCount = 0
    /// How many archive entries there ought to be beyond those found, where
    /// that is known; also 0 where one is there that ought not to.
    public var missingArchive = 0
    /// What was set aside in earlier repairs, or is known to be lost.
    public var setAside: [ClosedRange<UInt64>] = []
    /// What SQLite itself finds wrong with the file.
    public var fileProblems: [String] = []

    public var isSound: Bool {
        damaged.isEmpty && strange.isEmpty && missing.isEmpty && damagedSnapshots.isEmpty
            && damagedArchive.isEmpty && missingArchive == 0 && fileProblems.isEmpty
    }
}
