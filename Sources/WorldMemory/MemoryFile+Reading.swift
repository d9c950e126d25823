private import Foundation
import GRDB
import RobotModel

extension MemoryFile {
    /// What was believed when the file was last written, with the latest stamp
    /// in it.
    func restore() throws -> (core: MemoryCore, latest: HybridStamp?) {
        try read { db in
            var core = MemoryCore()
            var latest: HybridStamp?
            var writtenAt: [EntityID: Int64] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT body, wall_ms FROM entity WHERE is_present") {
                let entity = try Self.entity(row["body"])
                core.restore(entity)
                writtenAt[entity.id] = row["wall_ms"]
            }
            let records = try Row.fetchCursor(
                db, sql: "SELECT l.* FROM fact_now n JOIN fact_log l ON l.revision = n.revision")
            while let row = try records.next() {
                let record = try Self.record(row)
                core.restore(record)
                latest = max(latest ?? record.stamp, record.stamp)
            }
            for (id, written) in writtenAt {
                guard
                    let row = try Row.fetchOne(
                        db.cachedStatement(
                            sql:
                                "SELECT * FROM pose_log WHERE entity = ? ORDER BY wall_ms DESC, counter DESC LIMIT 1"
                        ),
                        arguments: [id.rawValue])
                else { continue }
                let pose = try Self.pose(row)
                latest = max(latest ?? pose.stamp, pose.stamp)
                if pose.stamp.wallMilliseconds >= written { core.restore(id, pose) }
            }
            let revision =
                try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT max(n) FROM (SELECT max(revision) AS n FROM fact_log
                            UNION ALL SELECT max(revision) FROM entity)
                        """) ?? 0
            func meta(_ key: String) throws -> String? {
                try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
            }
            core.restore(
                revision: UInt64(max(0, revision)),
                effectsAppliedUpTo: try meta("effects_applied_up_to").flatMap { UInt64($0) } ?? 0,
                scene: try meta("scene"))
            return (core, latest)
        }
    }

    /// The record of each fact that counted at `instant`, by fact.
    func records(asOf instant: Instant, matching pattern: Literal?) throws -> [FactRecord] {
        let wall = Int64((Double(instant.nanosecondsSinceEpoch) / 1e6).rounded(.down))
        return try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT * FROM (SELECT *, row_number() OVER
                            (PARTITION BY fact ORDER BY wall_ms DESC, counter DESC, origin DESC) AS place
                        FROM fact_log WHERE wall_ms <= ? AND (? IS NULL OR predicate = ?))
                    WHERE place = 1
                    """,
                arguments: [wall, pattern?.predicate, pattern?.predicate])
            var records: [FactRecord] = []
            while let row = try rows.next() {
                let record = try Self.record(row)
                if pattern?.matches(record.fact) ?? true { records.append(record) }
            }
            return records.sorted { $0.fact < $1.fact }
        }
    }

    /// All that was said of a fact, in the order of its stamps.
    func history(of fact: Fact) throws -> [FactRecord] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM fact_log WHERE fact = ? ORDER BY wall_ms, counter, origin, revision",
                arguments: [fact.description]
            ).map(Self.record)
        }
    }

    /// The last `limit` records that name an entity, in the order of their stamps.
    func history(of id: EntityID, limit: Int) throws -> [FactRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM (SELECT l.* FROM mention m JOIN fact_log l ON l.revision = m.revision
                        WHERE m.entity = ? ORDER BY m.revision DESC LIMIT ?)
                    ORDER BY wall_ms, counter, origin, revision
                    """,
                arguments: [id.rawValue, limit]
            ).map(Self.record)
        }
    }

    func poses(of id: EntityID, since instant: Instant) throws -> [PoseRecord] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM pose_log WHERE entity = ? AND wall_ms >= ? ORDER BY wall_ms, counter",
                arguments: [id.rawValue, instant.nanosecondsSinceEpoch / 1_000_000]
            ).map(Self.pose)
        }
    }

    /// The newest record of each fact that isn't by `source`.
    func newest(of facts: [Fact], notBy source: FactSource) throws -> [Fact: FactRecord] {
        try read { db in
            var found: [Fact: FactRecord] = [:]
            for fact in facts {
                let row = try Row.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT * FROM fact_log WHERE fact = ? AND source <> ?
                            ORDER BY wall_ms DESC, counter DESC, origin DESC LIMIT 1
                            """),
                    arguments: [fact.description, source.description])
                found[fact] = try row.map(Self.record)
            }
            return found
        }
    }

    /// Up to `limit` events after a revision, in order. An entity's older
    /// descriptions are left out.
    static func events(after revision: UInt64, limit: Int, _ db: Database) throws -> [MemoryEvent] {
        let after = Int64(clamping: revision)
        var events = try Row.fetchAll(
            db, sql: "SELECT * FROM fact_log WHERE revision > ? AND won ORDER BY revision LIMIT ?",
            arguments: [after, limit]
        ).map { row in MemoryEvent.fact(revision: UInt64(clamping: row["revision"] as Int64), try record(row))
        }
        events += try Row.fetchAll(
            db, sql: "SELECT * FROM entity WHERE revision > ? ORDER BY revision LIMIT ?",
            arguments: [after, limit]
        ).map { row in
            let number = UInt64(clamping: row["revision"] as Int64)
            let entity = try entity(row["body"])
            return row["is_present"]
                ? MemoryEvent.entity(revision: number, entity)
                : MemoryEvent.entityRemoved(revision: number, entity.id)
        }
        return Array(events.sorted { ($0.revision ?? 0) < ($1.revision ?? 0) }.prefix(limit))
    }

    private static func entity(_ body: String) throws -> Entity {
        do {
            return try JSONDecoder().decode(Entity.self, from: Data(body.utf8))
        } catch {
            throw WorldMemoryError(.damaged, "a row of “entity” can’t be read", underlying: error)
        }
    }

    private static func record(_ row: Row) throws -> FactRecord {
        let text: String = row["fact"]
        guard let fact = try? FactSyntax().fact(text), let certainty = Certainty(rawValue: row["certainty"]),
            let source = FactSource(text: row["source"])
        else {
            throw WorldMemoryError(.damaged, "row \(row["revision"] as Int64) of “fact_log” can’t be read")
        }
        return FactRecord(
            fact: fact, holds: row["holds"], certainty: certainty, confidence: row["confidence"],
            stamp: stamp(row), source: source, owner: (row["owner"] as String?).map { NodeID($0) },
            cause: UInt64(clamping: row["cause"] as Int64))
    }

    private static func pose(_ row: Row) throws -> PoseRecord {
        guard let source = FactSource(text: row["source"]) else {
            throw WorldMemoryError(.damaged, "a row of “pose_log” can’t be read")
        }
        let pose = Pose(
            frame: row["frame"], xMeters: row["x_m"], yMeters: row["y_m"], zMeters: row["z_m"],
            yawRadians: row["yaw_rad"])
        return PoseRecord(pose: pose, stamp: stamp(row), source: source)
    }

    private static func stamp(_ row: Row) -> HybridStamp {
        HybridStamp(
            wallMilliseconds: row["wall_ms"], counter: UInt32(clamping: row["counter"] as Int64),
            origin: NodeID(row["origin"] as String))
    }
}
