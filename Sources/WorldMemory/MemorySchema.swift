import GRDB

/// The tables of shared memory. A migration, once released, is never changed; a
/// new one is added below it.
enum MemorySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("memory-1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE entity (
                        id TEXT PRIMARY KEY NOT NULL,
                        revision INTEGER NOT NULL,
                        is_present INTEGER NOT NULL,
                        wall_ms INTEGER NOT NULL,
                        body TEXT NOT NULL
                    ) WITHOUT ROWID;
                    CREATE INDEX entity_by_revision ON entity (revision);

                    -- Everything that was ever said of a fact. won = 0: a later writer was known.
                    CREATE TABLE fact_log (
                        revision INTEGER PRIMARY KEY,
                        fact TEXT NOT NULL,
                        predicate TEXT NOT NULL,
                        holds INTEGER NOT NULL,
                        certainty TEXT NOT NULL,
                        confidence REAL NOT NULL,
                        wall_ms INTEGER NOT NULL,
                        counter INTEGER NOT NULL,
                        origin TEXT NOT NULL,
                        -- The number of the operation at its origin; 0 where the origin didn't say.
                        origin_sequence INTEGER NOT NULL,
                        source TEXT NOT NULL,
                        owner TEXT,
                        cause INTEGER NOT NULL,
                        won INTEGER NOT NULL);
                    CREATE UNIQUE INDEX fact_log_by_stamp ON fact_log (fact, wall_ms, counter, origin);

                    -- Which records name an entity.
                    CREATE TABLE mention (
                        entity TEXT NOT NULL,
                        revision INTEGER NOT NULL,
                        PRIMARY KEY (entity, revision)
                    ) WITHOUT ROWID;

                    -- The record that counts.
                    CREATE TABLE fact_now (
                        fact TEXT PRIMARY KEY NOT NULL,
                        revision INTEGER NOT NULL
                    ) WITHOUT ROWID;

                    CREATE TABLE pose_log (
                        entity TEXT NOT NULL,
                        wall_ms INTEGER NOT NULL,
                        counter INTEGER NOT NULL,
                        origin TEXT NOT NULL,
                        frame TEXT NOT NULL,
                        x_m REAL NOT NULL,
                        y_m REAL NOT NULL,
                        z_m REAL NOT NULL,
                        yaw_rad REAL NOT NULL,
                        source TEXT NOT NULL,
                        PRIMARY KEY (entity, wall_ms, counter, origin)
                    ) WITHOUT ROWID;

                    CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
