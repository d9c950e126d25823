private import Foundation
import GRDB
import RobotModel

/// The SQLite file behind shared memory. The state folder's journal is locked
/// for one process, and this file lies beside it.
final class MemoryFile: Sendable {
    let path: String
    private let pool: DatabasePool

    init(path: String) throws {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.maximumReaderCount = 3
            pool = try DatabasePool(path: path, configuration: configuration)
            // `DatabasePool` lowers this to NORMAL after preparing the connection.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                    throw WorldMemoryError(.storage, "\(path) can’t be made durable")
                }
            }
            if try pool.read(MemorySchema.migrator.hasBeenSuperseded) {
                throw WorldMemoryError(
                    .newerSchema,
                    "\(path) was written by a newer version of Pons; install that version or choose another state folder"
                )
            }
            try MemorySchema.migrator.migrate(pool)
        } catch {
            throw WorldMemoryError(error, path: path)
        }
    }

    /// Opens the file to read it alone; another process may be writing it.
    init(reading path: String) throws {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.readonly = true
            pool = try DatabasePool(path: path, configuration: configuration)
        } catch {
            throw WorldMemoryError(error, path: path)
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try pool.read(body)
        } catch {
            throw WorldMemoryError(error, path: path)
        }
    }

    /// Runs `body` as the only writer, outside of a transaction; blocks.
    func exclusively<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try pool.writeWithoutTransaction(body)
        } catch {
            throw WorldMemoryError(error, path: path)
        }
    }

    static func limitSize(toPages pages: Int, _ db: Database) throws {
        try db.execute(sql: "PRAGMA max_page_count = \(pages)")
    }

    /// Writes changes in one transaction, which is on disk when this returns.
    func write(_ changes: [CoreChange], origin: NodeID, _ db: Database) throws {
        try db.inTransaction(.immediate) {
            for change in changes { try write(change, origin: origin, db) }
            return .commit
        }
    }

    private func write(_ change: CoreChange, origin: NodeID, _ db: Database) throws {
        switch change {
        case .fact(let revision, let record, let won):
            try write(record, revision: revision, won: won, isOwn: record.stamp.origin == origin, db)
        case .entity(let revision, let entity, let stamp):
            let body = String(decoding: try JSONEncoder().encode(entity), as: UTF8.self)
            try db.cachedStatement(
                sql:
                    "INSERT OR REPLACE INTO entity (id, revision, is_present, wall_ms, body) VALUES (?, ?, 1, ?, ?)"
            ).execute(arguments: [entity.id.rawValue, Int64(revision), stamp.wallMilliseconds, body])
        case .entityRemoved(let revision, let id, let stamp):
            try db.cachedStatement(
                sql: "UPDATE entity SET revision = ?, is_present = 0, wall_ms = ? WHERE id = ?"
            )
            .execute(arguments: [Int64(revision), stamp.wallMilliseconds, id.rawValue])
        case .pose(let id, let record):
            let pose = record.pose
            try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO pose_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            ).execute(
                arguments: [
                    id.rawValue, record.stamp.wallMilliseconds, Int64(record.stamp.counter),
                    record.stamp.origin.rawValue, pose.frame, pose.xMeters, pose.yMeters, pose.zMeters,
                    pose.yawRadians, record.source.description,
                ])
        case .effectsApplied(let cause): try setMeta("effects_applied_up_to", "\(cause)", db)
        case .sceneLoaded(let name): try setMeta("scene", name, db)
        }
    }

    private func write(_ record: FactRecord, revision: UInt64, won: Bool, isOwn: Bool, _ db: Database) throws
    {
        let fact = record.fact.description
        try db.cachedStatement(
            sql: """
                INSERT INTO fact_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (fact, wall_ms, counter, origin) DO NOTHING
                """
        ).execute(
            arguments: [
                Int64(revision), fact, record.fact.predicate, record.holds, record.certainty.rawValue,
                record.confidence, record.stamp.wallMilliseconds, Int64(record.stamp.counter),
                record.stamp.origin.rawValue, isOwn ? Int64(revision) : 0, record.source.description,
                record.owner?.rawValue, Int64(clamping: record.cause), won,
            ])
        guard db.changesCount > 0 else { return }
        for id in Set(record.fact.arguments) {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO mention VALUES (?, ?)")
                .execute(arguments: [id.rawValue, Int64(revision)])
        }
        guard won else { return }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO fact_now VALUES (?, ?)")
            .execute(arguments: [fact, Int64(revision)])
    }

    private func setMeta(_ key: String, _ value: String, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)").execute(arguments: [
            key, value,
        ])
    }
}
