private import Foundation
private import GRDB
private import GRDBSQLite

/// A small map from keys to bytes on disk, for what a robot's side must not
/// forget: its last token, and results that the brain hasn't taken yet.
///
/// What ``record(key:payload:)`` returned for survives SIGKILL and loss of
/// power. All calls block for the disk and may come from any thread.
public final class DurableMap: Sendable {
    private let file: StateFile

    /// - Throws: as ``Journal/init(path:)``.
    public init(path: String) throws(JournalError) {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("map-1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE entry (
                        key TEXT PRIMARY KEY NOT NULL,
                        checksum INTEGER NOT NULL,
                        payload BLOB NOT NULL) WITHOUT ROWID
                    """)
        }
        file = try StateFile(path: path, migrator: migrator)
    }

    /// Sets a key's bytes; the old ones stay until the new ones are on disk.
    public func record(key: String, payload: [UInt8]) throws(JournalError) {
        try record([(key, payload)])
    }

    /// Sets several keys at once: all or none, with one fsync.
    public func record(_ entries: [(key: String, payload: [UInt8])]) throws(JournalError) {
        try file.write { db in
            let upsert = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO entry (key, checksum, payload) VALUES (?, ?, ?)"
            ).sqliteStatement
            for (key, payload) in entries { try Self.execute(upsert, db, key, payload) }
        }
    }

    /// Through SQLite's own calls, without copies.
    private static func execute(
        _ upsert: SQLiteStatement, _ db: Database, _ key: String, _ payload: [UInt8]
    ) throws {
        var key = key
        let checksum = Int64(CRC32C.ofEntry(key, payload))
        let result = key.withUTF8 { text in
            payload.withUnsafeBytes { bytes in
                // Both stay where they are until the step is over.
                text.withMemoryRebound(to: CChar.self) {
                    _ = sqlite3_bind_text(upsert, 1, $0.baseAddress, Int32($0.count), nil)
                }
                sqlite3_bind_int64(upsert, 2, checksum)
                if let start = bytes.baseAddress, !bytes.isEmpty {
                    sqlite3_bind_blob64(upsert, 3, start, UInt64(bytes.count), nil)
                } else {
                    sqlite3_bind_zeroblob(upsert, 3, 0)
                }
                let result = sqlite3_step(upsert)
                sqlite3_reset(upsert)
                sqlite3_clear_bindings(upsert)
                return result
            }
        }
        guard result == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: result), message: db.lastErrorMessage)
        }
    }

    /// - Throws: `damaged` when the entry's checksum is wrong.
    public func read(_ key: String) throws(JournalError) -> [UInt8]? {
        try file.read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT key, checksum, payload FROM entry WHERE key = ?"),
                arguments: [key])
            return try row.map { try entry($0).payload }
        }
    }

    /// All entries, by key.
    ///
    /// - Throws: `damaged` when a checksum is wrong.
    public func all() throws(JournalError) -> [(key: String, payload: [UInt8])] {
        try file.read { db in
            try Row.fetchAll(db, sql: "SELECT key, checksum, payload FROM entry ORDER BY key").map(entry)
        }
    }

    /// Forgets the keys, all or none; those that aren't there are no error.
    public func remove(_ keys: [String]) throws(JournalError) {
        try file.write { db in
            let delete = try db.cachedStatement(sql: "DELETE FROM entry WHERE key = ?")
            for key in keys { try delete.execute(arguments: [key]) }
        }
    }

    /// Gives the file free for whoever opens it next; calls after this throw.
    public func close() { file.close() }

    private func entry(_ row: Row) throws -> (key: String, payload: [UInt8]) {
        let (key, checksum, data): (String, Int64, Data) = (row[0], row[1], row[2])
        let payload = [UInt8](data)
        guard Int64(CRC32C.ofEntry(key, payload)) == checksum else {
            throw JournalError(
                .damaged, "the entry “\(key)” of \(file.path) is damaged; remove it and record it anew")
        }
        return (key, payload)
    }
}
