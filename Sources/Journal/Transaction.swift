import GRDB
private import GRDBSQLite

/// A transaction through SQLite's own calls: the layer above prepares its
/// statements anew each time, which costs as much as the commit without its fsync.
enum Transaction {
    /// Commits what `body` does; rolls back, and throws on, where it fails.
    static func run<Result>(_ db: Database, _ body: () throws -> Result) throws -> Result {
        try step(db, "BEGIN IMMEDIATE")
        do {
            let result = try body()
            try step(db, "COMMIT")
            return result
        } catch {
            // SQLite has rolled back by itself after some failures.
            if sqlite3_get_autocommit(db.sqliteConnection) == 0 { try? step(db, "ROLLBACK") }
            throw error
        }
    }

    private static func step(_ db: Database, _ sql: String) throws {
        let statement = try db.cachedStatement(sql: sql).sqliteStatement
        defer { sqlite3_reset(statement) }
        let result = sqlite3_step(statement)
        guard result == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: result), message: db.lastErrorMessage)
        }
    }
}
