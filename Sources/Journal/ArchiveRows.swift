private import Foundation
import GRDB

/// The archive's table, and its share of the journal's totals.
enum ArchiveRows {
    static let columns = "key, state, summary, first, last, ended_at, checksum, payload"

    static func insert(_ db: Database, _ entries: [ArchiveEntry]) throws {
        guard !entries.isEmpty else { return }
        var (count, sum): (UInt64, UInt64) = (0, 0)
        let old = try db.cachedStatement(sql: "SELECT checksum FROM archive WHERE key = ?")
        for entry in entries {
            if let replaced = try Int64.fetchOne(old, arguments: [entry.key]) {
                count &-= 1
                sum &-= digest(replaced)
            }
            try insertUncounted(db, entry)
            count &+= 1
            sum &+= digest(checksum(entry))
        }
        try JournalState.update(db) { state in
            state.archiveCount &+= count
            state.archiveSum &+= sum
        }
    }

    /// Without the journal's totals.
    static func insertUncounted(_ db: Database, _ entry: ArchiveEntry) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO archive (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        insert.setUncheckedArguments([
            entry.key, entry.state, entry.summary, Int64(bitPattern: entry.first),
            Int64(bitPattern: entry.last), entry.endedAtNanoseconds, checksum(entry), Data(entry.payload),
        ])
        try insert.execute()
    }

    /// Deletes up to `limit` entries for which `condition` holds, oldest first.
    ///
    /// - Returns: how many there were.
    static func delete(
        _ db: Database, where condition: String, _ arguments: StatementArguments, limit: Int
    ) throws -> Int {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT id, checksum FROM archive WHERE \(condition) ORDER BY ended_at LIMIT \(limit)",
            arguments: arguments)
        guard !rows.isEmpty else { return 0 }
        let delete = try db.cachedStatement(sql: "DELETE FROM archive WHERE id = ?")
        var sum: UInt64 = 0
        for row in rows {
            try delete.execute(arguments: [row[0] as Int64])
            sum &+= digest(row[1])
        }
        try JournalState.update(db) { state in
            state.archiveCount &-= UInt64(rows.count)
            state.archiveSum &-= sum
        }
        return rows.count
    }

    /// Nil for a row that has decayed.
    static func entry(_ row: Row) -> ArchiveEntry? {
        let values = (0..<8).map { row[$0] as DatabaseValue }
        guard let key = String.fromDatabaseValue(values[0]),
            let state = String.fromDatabaseValue(values[1]),
            let summary = String.fromDatabaseValue(values[2]),
            let first = Int64.fromDatabaseValue(values[3]), let last = Int64.fromDatabaseValue(values[4]),
            let endedAt = Int64.fromDatabaseValue(values[5]),
            let stored = Int64.fromDatabaseValue(values[6]),
            let payload = Data.fromDatabaseValue(values[7])
        else { return nil }
        let entry = ArchiveEntry(
            key: key, state: state, summary: summary, first: UInt64(bitPattern: first),
            last: UInt64(bitPattern: last), endedAtNanoseconds: endedAt, payload: [UInt8](payload))
        return checksum(entry) == stored ? entry : nil
    }

    static func checksum(_ entry: ArchiveEntry) -> Int64 {
        var checksum = CRC32C()
        for text in [entry.key, entry.state, entry.summary] { checksum.add(text) }
        checksum.add(entry.first)
        checksum.add(entry.last)
        checksum.add(entry.endedAtNanoseconds)
        checksum.add(entry.payload)
        return Int64(checksum.value)
    }

    /// Spreads a checksum over 64 bits, so that sums of them tell sets apart.
    static func digest(_ checksum: Int64) -> UInt64 {
        var value = UInt64(bitPattern: checksum) &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
