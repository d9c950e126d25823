import GRDB
private import GRDBSQLite

/// One SQLite file that this process alone writes: write-ahead log, an fsync for
/// every commit, and a schema that only moves forward.
final class StateFile: Sendable {
    let path: String
    let pool: DatabasePool
    private let lock: FileLock

    /// How far SQLite's log may grow before it is cut back to this, in bytes.
    static let logBytes = 16 << 20

    /// - Parameters:
    ///   - canShrink: whether pages that are no longer used can be given back to
    ///     the disk; decided when the file is made.
    ///   - logRoomBytes: how large the log is made at once.
    init(
        path: String, migrator: DatabaseMigrator, canShrink: Bool = false,
        logRoomBytes: Int = DiskSettings.usualLogBytes
    ) throws(JournalError) {
        self.path = path
        lock = try FileLock(guarding: path)
        do {
            var configuration = Configuration()
            configuration.maximumReaderCount = 2
            if canShrink {
                configuration.prepareDatabase { db in
                    guard !db.configuration.readonly else { return }
                    try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
                }
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            try Self.makeDurable(pool, path: path)
            if try pool.read(migrator.hasBeenSuperseded) {
                throw JournalError(
                    .newerSchema,
                    "\(path) was written by a newer version of Pons; install that version or choose another state folder"
                )
            }
            try migrator.migrate(pool)
        } catch {
            throw JournalError(error, path: path)
        }
        Self.makeRoom(in: path + "-wal", bytes: logRoomBytes)
    }

    /// Fills the log up with zeros, where it is shorter. A commit then changes
    /// bytes that the file has already, and the disk needn't note that it has
    /// grown too: a third of the time of a small commit. To SQLite a log ends
    /// where its checksums do. Nobody else writes it yet.
    private static func makeRoom(in log: String, bytes: Int) {
        // Without room on the disk the log grows as it must.
        guard let size = SQLiteFile.size(log), size < bytes, let file = try? SQLiteFile(path: log),
            (try? file.write([UInt8](repeating: 0, count: bytes - size), at: Int64(size))) != nil
        else { return }
        try? file.sync()
    }

    /// `DatabasePool` lowers `synchronous` to NORMAL after the connection has
    /// been prepared, so it is raised here, and checked.
    private static func makeDurable(_ pool: DatabasePool, path: String) throws {
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = \(logBytes)")
            let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
            guard synchronous == 2, mode == "wal" else {
                throw JournalError(
                    .storage,
                    "\(path) can’t be made durable (synchronous \(synchronous ?? -1), \(mode ?? "no") log)")
            }
        }
    }

    /// Gives the file free; whatever is asked of it after this fails.
    func close() {
        // What a reader still holds ends with it; nothing is written any more.
        try? pool.close()
        lock.release()
    }

    /// Runs `body` in one transaction, which is on disk when this returns; blocks.
    func write<Result>(_ body: (Database) throws -> Result) throws(JournalError) -> Result {
        do {
            return try pool.writeWithoutTransaction { db in try Transaction.run(db) { try body(db) } }
        } catch {
            throw JournalError(error, path: path)
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws(JournalError) -> Result {
        do {
            return try pool.read(body)
        } catch {
            throw JournalError(error, path: path)
        }
    }
}
