private import Foundation
private import GRDB

/// An append-only list of records on disk, each with its number and checksum,
/// and the snapshots that make old records dispensable. It knows nothing of what
/// the bytes mean.
///
/// What ``append(_:)`` returned for is on disk: it survives SIGKILL and loss of
/// power. All calls block for the disk and may come from any thread; keep them
/// off the cooperative pool.
public final class Journal: Sendable {
    private let file: StateFile
    private let tail: Tail

    /// Opens the journal, creating it where there is none.
    ///
    /// - Throws: `inUse` while another process has it open; `newerSchema`;
    ///   `damaged` when the file is no database; `io`.
    public init(path: String) throws(JournalError) {
        file = try StateFile(path: path, migrator: JournalSchema.migrator)
        tail = Tail(last: try file.read(Self.highestSequence))
    }

    /// The number of the newest record; 0 before the first.
    public var lastSequence: UInt64 { tail.last }

    /// Appends the records in one transaction, with one fsync for all of them.
    ///
    /// - Returns: their numbers.
    /// - Throws: `badRequest` for an empty list; `diskFull`, and nothing has been
    ///   appended; `io`.
    @discardableResult
    public func append(_ payloads: [[UInt8]]) throws(JournalError) -> ClosedRange<UInt64> {
        guard !payloads.isEmpty else { throw JournalError(.badRequest, "nothing to append") }
        do {
            return try file.pool.writeWithoutTransaction { db in
                let first = tail.last + 1
                try db.inTransaction(.immediate) {
                    let insert = try db.cachedStatement(
                        sql: "INSERT INTO record (sequence, checksum, payload) VALUES (?, ?, ?)")
                    for (sequence, payload) in zip(first..., payloads) {
                        insert.setUncheckedArguments([
                            Int64(sequence), Int64(CRC32C.ofRecord(sequence, payload)), Data(payload),
                        ])
                        try insert.execute()
                    }
                    return .commit
                }
                // Still on the one writer's turn, so numbers can't be given twice.
                let last = first + UInt64(payloads.count) - 1
                tail.last = last
                return first...last
            }
        } catch {
            throw JournalError(error, path: file.path)
        }
    }

    /// Up to `limit` records after number `sequence`, in order.
    ///
    /// - Throws: `compacted` when the first of them is no longer there;
    ///   `damaged` when one has a wrong checksum or is missing (``check()`` says
    ///   which, ``setAside(from:)`` goes on without).
    public func read(after sequence: UInt64, limit: Int) throws(JournalError) -> [JournalRecord] {
        guard sequence < UInt64(Int64.max) else { return [] }
        return try file.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql:
                    "SELECT sequence, checksum, payload FROM record WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [Int64(sequence), max(0, limit)])
            let holes = try Self.holes(db)
            var records: [JournalRecord] = []
            var previous = sequence
            while let row = try rows.next() {
                let stored = StoredRecord(row)
                if let gap = Self.gaps(between: previous, and: stored.sequence, excusing: holes).first {
                    if records.isEmpty, try Self.isBeginning(stored.sequence, db) {
                        throw JournalError(
                            .compacted,
                            "records before \(stored.sequence) were compacted; start from the snapshot")
                    }
                    throw JournalError(
                        .damaged, "\(file.path) lacks the records \(gap.lowerBound) to \(gap.upperBound)")
                }
                guard stored.isSound else {
                    throw JournalError(
                        .damaged,
                        "record \(stored.sequence) of \(file.path) is damaged; run the doctor to set it aside"
                    )
                }
                records.append(JournalRecord(sequence: stored.sequence, payload: stored.payload))
                previous = stored.sequence
            }
            return records
        }
    }

    /// Saves what all records up to `sequence` add up to. The newest two
    /// snapshots are kept, so that one damaged snapshot loses nothing.
    ///
    /// - Throws: `badRequest` when there is no such record yet; `diskFull`; `io`.
    public func saveSnapshot(upTo sequence: UInt64, payload: [UInt8]) throws(JournalError) {
        guard sequence <= lastSequence else {
            throw JournalError(
                .badRequest, "a snapshot up to \(sequence), but the last record is \(lastSequence)")
        }
        try file.write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO snapshot (sequence, checksum, payload) VALUES (?, ?, ?)",
                arguments: [Int64(sequence), Int64(CRC32C.ofRecord(sequence, payload)), Data(payload)])
            try db.execute(
                sql: """
                    DELETE FROM snapshot WHERE sequence NOT IN
                        (SELECT sequence FROM snapshot ORDER BY sequence DESC LIMIT 2)
                    """)
        }
    }

    /// The newest snapshot that is sound; nil when there is none.
    public func loadSnapshot() throws(JournalError) -> JournalSnapshot? {
        try file.read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT sequence, checksum, payload FROM snapshot ORDER BY sequence DESC")
            while let row = try rows.next() {
                let stored = StoredRecord(row)
                if stored.isSound {
                    return JournalSnapshot(sequence: stored.sequence, payload: stored.payload)
                }
            }
            return nil
        }
    }

    /// Deletes the records before number `sequence`; a sound snapshot must stand
    /// in for them.
    ///
    /// - Throws: `badRequest` when none does.
    public func compact(before sequence: UInt64) throws(JournalError) {
        let covered = try loadSnapshot()?.sequence ?? 0
        guard sequence <= covered + 1 else {
            throw JournalError(
                .badRequest,
                "no snapshot covers the records before \(sequence); the newest ends at \(covered)")
        }
        try file.write { db in
            try db.execute(sql: "DELETE FROM record WHERE sequence < ?", arguments: [Int64(sequence)])
        }
    }

    /// Takes the records from number `sequence` to the last out of the journal,
    /// so that it can be read again after damage. They are kept in a table of
    /// their own, and their numbers are not used again.
    ///
    /// - Returns: how many records were there to set aside.
    /// - Throws: `badRequest` when `sequence` is past the last record.
    @discardableResult
    public func setAside(from sequence: UInt64) throws(JournalError) -> Int {
        guard sequence >= 1, sequence <= lastSequence else {
            throw JournalError(
                .badRequest, "there is no record \(sequence) to set aside; the last is \(lastSequence)")
        }
        return try file.write { db in
            let from = Int64(sequence)
            try db.execute(
                sql: "INSERT OR REPLACE INTO set_aside SELECT * FROM record WHERE sequence >= ?",
                arguments: [from])
            try db.execute(sql: "DELETE FROM record WHERE sequence >= ?", arguments: [from])
            let count = db.changesCount
            try db.execute(
                sql: "INSERT OR REPLACE INTO hole (first, last) VALUES (?, ?)",
                arguments: [from, Int64(tail.last)])
            return count
        }
    }

    /// Reads everything once and says what is damaged or missing. Blocks for as
    /// long as that takes; appending goes on meanwhile.
    public func check() throws(JournalError) -> JournalReport {
        try file.read { db in
            var report = JournalReport()
            let holes = try Self.holes(db)
            report.setAside = holes
            let rows = try Row.fetchCursor(
                db, sql: "SELECT sequence, checksum, payload FROM record ORDER BY sequence")
            var previous = try Self.snapshots(db).max() ?? 0
            while let row = try rows.next() {
                let stored = StoredRecord(row)
                report.recordCount += 1
                if report.firstSequence == nil {
                    report.firstSequence = stored.sequence
                    previous = min(previous, stored.sequence - 1)
                }
                report.missing += Self.gaps(between: previous, and: stored.sequence, excusing: holes)
                if !stored.isSound { report.damaged.append(stored.sequence) }
                previous = stored.sequence
            }
            report.lastSequence = report.firstSequence == nil ? nil : previous
            let snapshots = try Row.fetchCursor(
                db, sql: "SELECT sequence, checksum, payload FROM snapshot ORDER BY sequence")
            while let row = try snapshots.next() {
                let stored = StoredRecord(row)
                if !stored.isSound { report.damagedSnapshots.append(stored.sequence) }
            }
            report.fileProblems = try String.fetchAll(db, sql: "PRAGMA quick_check").filter { $0 != "ok" }
            return report
        }
    }

    /// Makes the file refuse to grow past `pages`, as a full disk does; for tests.
    func limitSize(toPages pages: Int) throws(JournalError) {
        do {
            try file.pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
        } catch {
            throw JournalError(error, path: file.path)
        }
    }
}

extension Journal {
    private static func highestSequence(_ db: Database) throws -> UInt64 {
        let highest = try Int64.fetchOne(
            db,
            sql: """
                SELECT max(n) FROM (SELECT max(sequence) AS n FROM record
                    UNION ALL SELECT max(sequence) FROM snapshot UNION ALL SELECT max(last) FROM hole)
                """)
        return UInt64(highest ?? 0)
    }

    private static func snapshots(_ db: Database) throws -> [UInt64] {
        try Int64.fetchAll(db, sql: "SELECT sequence FROM snapshot").map { UInt64($0) }
    }

    private static func holes(_ db: Database) throws -> [ClosedRange<UInt64>] {
        try Row.fetchAll(db, sql: "SELECT first, last FROM hole ORDER BY first").map { row in
            let (first, last): (Int64, Int64) = (row[0], row[1])
            return UInt64(first)...UInt64(max(first, last))
        }
    }

    /// Whether `sequence` is the journal's first record, older ones having been
    /// compacted into a snapshot.
    private static func isBeginning(_ sequence: UInt64, _ db: Database) throws -> Bool {
        let first = try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM record")
        return try first == Int64(sequence) && snapshots(db).contains { $0 + 1 >= sequence }
    }

    /// The numbers strictly between two records that no hole explains.
    private static func gaps(
        between previous: UInt64, and next: UInt64, excusing holes: [ClosedRange<UInt64>]
    ) -> [ClosedRange<UInt64>] {
        var gaps: [ClosedRange<UInt64>] = []
        var expected = previous + 1
        for hole in holes where hole.upperBound >= expected && hole.lowerBound < next {
            if hole.lowerBound > expected { gaps.append(expected...(hole.lowerBound - 1)) }
            expected = max(expected, hole.upperBound + 1)
        }
        if expected < next { gaps.append(expected...(next - 1)) }
        return gaps
    }

    private struct StoredRecord {
        let sequence: UInt64
        let checksum: Int64
        let payload: [UInt8]

        init(_ row: Row) {
            let number: Int64 = row[0]
            // A number below zero is damage; 0 is no record's number either.
            sequence = UInt64(max(0, number))
            checksum = row[1]
            payload = [UInt8](row[2] as Data)
        }

        var isSound: Bool { Int64(CRC32C.ofRecord(sequence, payload)) == checksum }
    }

    /// The number of the last record, for readers on any thread. Only the one
    /// writer changes it.
    private final class Tail: @unchecked Sendable {
        // Sendable: every access is under the lock.
        private let lock = NSLock()
        private var value: UInt64

        init(last: UInt64) { value = last }

        var last: UInt64 {
            get { lock.withLock { value } }
            set { lock.withLock { value = newValue } }
        }
    }
}
