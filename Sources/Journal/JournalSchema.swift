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
        return migrator
    }
}
