private import Foundation
import GRDB

/// What is undamaged of a journal, for those who know what the bytes mean.
public struct JournalRemains {
    let queue: DatabaseQueue

    /// The snapshot at number `sequence`, if it is whole.
    public func snapshot(at sequence: UInt64) throws(JournalError) -> JournalSnapshot? {
        try read { db in
            let head = try StoredSnapshot.heads(db).first { $0.sequence == sequence }?.head
            return try head.flatMap { try StoredSnapshot.payload(db, $0) }.map {
                JournalSnapshot(sequence: sequence, payload: $0)
            }
        }
    }

    /// The sound records after number `sequence` up to number `last`, in order,
    /// over whatever is missing among them.
    ///
    /// - Throws: what `body` throws, in `underlying`.
    public func forEachRecord(
        after sequence: UInt64, upTo last: UInt64, _ body: (JournalRecord) throws -> Void
    ) throws(JournalError) {
        try read { db in
            try RecordRows.each(db, after: Int64(clamping: sequence), upTo: Int64(clamping: last)) { row in
                try body(JournalRecord(sequence: row.sequence, payload: [UInt8](row.payload)))
                return true
            }
        }
    }

    /// The keys of archive entries whose records are among `numbers`, in order.
    public func archiveKeys(within numbers: ClosedRange<UInt64>) throws(JournalError) -> [String] {
        try read { db in
            try String.fetchAll(
                db, sql: "SELECT key FROM archive WHERE first <= ? AND last >= ? ORDER BY first, key",
                arguments: [Int64(clamping: numbers.upperBound), Int64(clamping: numbers.lowerBound)])
        }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws(JournalError) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw JournalError(error, path: queue.path)
        }
    }
}
