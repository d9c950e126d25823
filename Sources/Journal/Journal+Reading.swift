import GRDB

extension Journal {
    /// Up to `limit` records after number `sequence`, in order.
    ///
    /// - Throws: as ``forEachRecord(after:upTo:_:)``.
    public func read(after sequence: UInt64, limit: Int) throws(JournalError) -> [JournalRecord] {
        var records: [JournalRecord] = []
        try scan(after: sequence, upTo: .max, limit: max(0, limit)) { number, payload in
            records.append(JournalRecord(sequence: number, payload: [UInt8](payload)))
        }
        return records
    }

    /// Hands out the records after number `sequence` up to number `last`, in
    /// order; the bytes are valid during the call only. Records that are
    /// appended meanwhile aren't among them.
    ///
    /// - Throws: `compacted` when the first of them is no longer there;
    ///   `damaged` when one has a wrong checksum, doesn't follow from the one
    ///   before or is missing, the last ones included (``check()`` says which,
    ///   ``setAside(from:)`` goes on without); what `body` throws, in
    ///   `underlying`.
    public func forEachRecord(
        after sequence: UInt64, upTo last: UInt64 = .max,
        _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void
    ) throws(JournalError) {
        try scan(after: sequence, upTo: last, limit: .max, body)
    }

    private func scan(
        after sequence: UInt64, upTo last: UInt64, limit: Int,
        _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void
    ) throws(JournalError) {
        let newest = lastSequence
        guard sequence < newest, sequence < last, limit > 0 else { return }
        try file.read { db in
            let state = try JournalState.read(db)
            guard sequence >= state.base else {
                throw JournalError(
                    .compacted,
                    "records up to \(state.base) were deleted, their time being over; start from a snapshot")
            }
            var walk = RecordWalk(
                after: sequence, state: state, holes: try Hole.all(db),
                link: try Self.link(db, at: sequence, state))
            var count = 0
            try RecordRows.each(
                db, after: Int64(sequence), upTo: Int64(min(last, UInt64(Int64.max))), limit: limit
            ) { row in
                if let flaw = walk.step(row) { throw flaw.error(file.path) }
                try body(row.sequence, row.payload)
                count += 1
                return true
            }
            if count < limit, let flaw = walk.end(at: min(last, newest)) { throw flaw.error(file.path) }
        }
    }

    /// The chain's link at number `sequence`; nil where a record before it is
    /// gone, so that nothing can be held against it.
    private static func link(_ db: Database, at sequence: UInt64, _ state: JournalState) throws
        -> UInt32?
    {
        guard sequence > state.base else { return state.baseLink }
        let record = try RecordRows.last(db, upTo: sequence)
        let (before, link) = record ?? (state.base, state.baseLink)
        guard before >= state.base else { return nil }
        let gaps = Hole.gaps(between: before, and: sequence + 1, excusing: try Hole.all(db))
        return gaps.isEmpty ? link : nil
    }
}

/// Walks over the records in order and says where one is missing or wrong.
struct RecordWalk {
    private(set) var previous: UInt64
    private var link: UInt32?
    private let unchained: UInt64
    private let holes: [ClosedRange<UInt64>]

    enum Flaw: Equatable {
        /// Numbers that ought to be there.
        case missing(ClosedRange<UInt64>)
        /// The checksum is wrong.
        case decayed(UInt64)
        /// The checksum is right, and it doesn't follow from the one before.
        case strange(UInt64)
    }

    init(after sequence: UInt64, state: JournalState, holes: [ClosedRange<UInt64>], link: UInt32?) {
        previous = sequence
        self.link = link
        unchained = state.unchained
        self.holes = holes
    }

    mutating func step(_ row: RecordRows.Row) -> Flaw? {
        let gap = Hole.gaps(between: previous, and: row.sequence, excusing: holes).first
        let checksum = row.checksum
        let isSound =
            row.sequence > 0 && checksum == UInt32(truncatingIfNeeded: row.storedChecksum)
        let expected =
            row.sequence <= unchained ? 0 : link.map { CRC32C.link(after: $0, record: checksum) }
        // After a gap there is nothing to follow from.
        let follows = gap != nil || expected == nil || expected == row.storedLink
        previous = max(previous, row.sequence)
        link = row.storedLink
        if let gap { return .missing(gap) }
        if !isSound { return .decayed(row.sequence) }
        return follows ? nil : .strange(row.sequence)
    }

    /// - Parameter last: the newest record there must be.
    func end(at last: UInt64) -> Flaw? {
        Hole.gaps(between: previous, and: last + 1, excusing: holes).first.map(Flaw.missing)
    }
}

extension RecordWalk.Flaw {
    fileprivate func error(_ path: String) -> JournalError {
        switch self {
        case .missing(let numbers):
            JournalError(
                .damaged,
                "\(path) lacks the records \(numbers.lowerBound) to \(numbers.upperBound); run the doctor",
                records: [numbers])
        case .decayed(let number):
            JournalError(
                .damaged, "record \(number) of \(path) is damaged; run the doctor",
                records: [number...number])
        case .strange(let number):
            JournalError(
                .damaged, "record \(number) of \(path) doesn’t follow from the one before; run the doctor",
                records: [number...number])
        }
    }
}
