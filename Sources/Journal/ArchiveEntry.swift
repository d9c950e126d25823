/// Something that ended, kept for those who ask about it later.
public struct ArchiveEntry: Hashable, Sendable {
    /// What it is looked up by.
    public var key: String
    /// A word for lists, e.g. how it ended.
    public var state: String
    /// A line for lists.
    public var summary: String
    /// The records that tell of it, from the first to the last.
    public var first: UInt64
    public var last: UInt64
    /// Since 1970.
    public var endedAtNanoseconds: Int64
    public var payload: [UInt8]

    public init(
        key: String, state: String = "", summary: String = "", first: UInt64, last: UInt64,
        endedAtNanoseconds: Int64, payload: [UInt8]
    ) {
        self.key = key
        self.state = state
        self.summary = summary
        self.first = first
        self.last = last
        self.endedAtNanoseconds = endedAtNanoseconds
        self.payload = payload
    }

    /// Its place in a list.
    public var place: ArchivePlace { ArchivePlace(first: first, key: key) }
}

/// Where in the archive's list, by first record and newest first, a page ends
/// and the next begins.
public struct ArchivePlace: Hashable, Sendable {
    /// The first record of the page's last entry.
    public var first: UInt64
    public var key: String

    public init(first: UInt64, key: String) {
        self.first = first
        self.key = key
    }
}

/// A page of the archive's list.
public struct ArchivePage: Hashable, Sendable {
    /// Newest first.
    public var entries: [ArchiveEntry] = []
    /// Keys of entries that belong here and are damaged.
    public var damaged: [String] = []
    /// What to ask the next page with; nil on the last one.
    public var next: ArchivePlace?
}
