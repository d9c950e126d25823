private import Foundation
import GRDB

/// The journal's tables. A migration, once released, is never changed; a new
/// one is added below it.
enum JournalSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("journal-1") { db in
            for table in ["record", "snapshot", "set_aside"] {
                try db.execute(
                    sql: """
                        CREATE TABLE \(table) (
                            sequence INTEGER PRIMARY KEY,
                            checksum INTEGER NOT NULL,
                            payload BLOB NOT NULL)
                        """)
            }
            try db.execute(
                sql: "CREATE TABLE hole (first INTEGER PRIMARY KEY, last INTEGER NOT NULL)")
        }
        migrator.registerMigration("journal-2", migrate: addArchiveAndChain)
        return migrator
    }

    /// Ended tasks, snapshots in parts, and what tells losses: a chain over the
    /// records, and a row with the journal's totals.
    private static func addArchiveAndChain(_ db: Database) throws {
        let oldSnapshots = try Row.fetchAll(
            db, sql: "SELECT sequence, checksum, payload FROM snapshot ORDER BY sequence")
        let holes = try Row.fetchAll(db, sql: "SELECT first, last FROM hole")
        try db.execute(
            sql: """
                DROP TABLE snapshot;
                DROP TABLE hole;
                CREATE TABLE hole (
                    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, checksum INTEGER NOT NULL);
                CREATE TABLE snapshot (
                    sequence INTEGER PRIMARY KEY,
                    made_at INTEGER NOT NULL,
                    parts INTEGER NOT NULL,
                    bytes INTEGER NOT NULL,
                    checksum INTEGER NOT NULL);
                CREATE TABLE snapshot_part (
                    id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, payload BLOB NOT NULL);
                CREATE TABLE archive (
                    id INTEGER PRIMARY KEY,
                    key TEXT NOT NULL UNIQUE,
                    state TEXT NOT NULL,
                    summary TEXT NOT NULL,
                    first INTEGER NOT NULL,
                    last INTEGER NOT NULL,
                    ended_at INTEGER NOT NULL,
                    checksum INTEGER NOT NULL,
                    payload BLOB NOT NULL);
                CREATE INDEX archive_by_end ON archive (ended_at);
                CREATE INDEX archive_by_first ON archive (first, key);
                CREATE TABLE state (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    journal INTEGER NOT NULL,
                    generation INTEGER NOT NULL,
                    base INTEGER NOT NULL,
                    base_link INTEGER NOT NULL,
                    unchained INTEGER NOT NULL,
                    archive_count INTEGER NOT NULL,
                    archive_sum INTEGER NOT NULL,
                    sealed INTEGER NOT NULL,
                    checksum INTEGER NOT NULL);
                """)
        for row in holes { try Hole(UInt64(row[0] as Int64)...UInt64(row[1] as Int64)).insert(db) }
        for row in oldSnapshots {
            let payload = [UInt8](row[2] as Data)
            let sequence = UInt64(row[0] as Int64)
            guard Int64(CRC32C.ofRecord(sequence, payload)) == row[1] as Int64 else { continue }
            try StoredSnapshot.insertWhole(
                db, sequence: sequence, payload: payload, madeAtNanoseconds: WallClock.nanoseconds())
        }
        let first = try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM record")
        let last = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM record") ?? 0
        let covered = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM snapshot") ?? 0
        var state = JournalState(journal: .random(in: 1...UInt64(Int64.max)))
        // Older records than the first were deleted where a snapshot stands in.
        state.base = UInt64(first.map { $0 <= covered + 1 ? $0 - 1 : 0 } ?? covered)
        state.unchained = UInt64(max(last, covered))
        try state.insert(db)
    }
}
