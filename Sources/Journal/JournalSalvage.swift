private import Foundation
import GRDB

/// Builds a sound journal from whatever is undamaged in another's files.
final class JournalSalvage {
    private let path: String
    private let salvaged: String
    private let queue: DatabaseQueue
    private var state: JournalState?
    private var holes: [ClosedRange<UInt64>] = []

    /// Reads the files at `path` page by page into a new file beside them.
    init(_ path: String) throws {
        self.path = path
        salvaged = path + ".salvaged"
        Self.remove(salvaged)
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // Not yet anyone's journal: synced as a whole before it is put in place.
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = OFF")
        }
        queue = try DatabaseQueue(path: salvaged, configuration: configuration)
        try JournalSchema.migrator.migrate(queue)
        try queue.write { db in
            try db.execute(sql: "DELETE FROM state")
            try PageScavenger(path: path).each { try self.keep($0, db) }
            for hole in holes { try Hole(hole).insert(db) }
        }
    }

    private func keep(_ row: ScavengedRow, _ db: Database) throws {
        switch row {
        case .record(let sequence, let stored, let payload):
            try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO record (sequence, checksum, payload) VALUES (?, ?, ?)"
            ).execute(arguments: [Int64(sequence), stored, Data(payload)])
        case .part(let id, let payload):
            try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO snapshot_part (id, checksum, payload) VALUES (?, ?, ?)"
            ).execute(arguments: [id, StoredSnapshot.checksum(id, payload), Data(payload)])
        case .head(let head): try head.insert(db)
        case .entry(let entry):
            let known = try Int64.fetchOne(
                db, sql: "SELECT last FROM archive WHERE key = ?", arguments: [entry.key])
            if known ?? -1 < Int64(bitPattern: entry.last) { try ArchiveRows.insertUncounted(db, entry) }
        case .state(let found):
            // Older versions of a page lie about too.
            if found.generation >= state?.generation ?? 0 { state = found }
        case .hole(let hole): holes.append(hole.numbers)
        }
    }

    /// Says what is lost, and up to where the state can be rebuilt.
    func judge(_ examination: inout JournalExamination, _ witness: WitnessFile.Finding) throws {
        // A file of the first schema has none, and was read all the same.
        if state == nil, examination.report == nil {
            examination.findings.append("the row of totals is lost")
        }
        try queue.write { db in
            var state = try state ?? assumed(witness, db)
            if case .statement(let seen, _) = witness, seen.journal == state.journal {
                state.generation = max(state.generation, seen.generation)
            }
            let snapshots = try wholeSnapshots(db)
            try db.execute(sql: "DELETE FROM record WHERE sequence <= ?", arguments: [Int64(state.base)])
            // What had been set aside lies among the records again.
            for hole in try Hole.all(db) { _ = try Journal.setAside(db, hole) }
            // What neither SQLite reads nor the witness has seen is an append that was
            // never answered, and may be there in part.
            if let last = examination.report?.lastSequence {
                try db.execute(
                    sql: "DELETE FROM record WHERE sequence > ?",
                    arguments: [Int64(max(last, examination.acknowledged ?? 0))])
            }
            let newest = max(
                examination.newest, examination.acknowledged ?? 0, state.sealed,
                try Journal.end(db, state).last)
            examination.newest = newest
            examination.base = state.base
            examination.lost = try gaps(db, after: state.base, upTo: newest)
            examination.start = snapshots.last ?? (state.base == 0 ? 0 : nil)
            let start = examination.start ?? newest
            let cut = examination.lost.first { $0.upperBound > start }.map { max($0.lowerBound, start + 1) }
            // A foreign record has a sound checksum too; what follows can't be trusted.
            let strange = try strange(db, state)
            if let strange {
                examination.findings.append("record \(strange) doesn’t follow from the one before")
            }
            let stop = [cut, strange.flatMap { $0 > start ? $0 : nil }].compactMap { $0 }.min()
            examination.rebuildable = stop.map { $0 - 1 } ?? newest
            // Nothing at all is no state to go on from.
            if examination.start == 0, examination.rebuildable == 0, newest > 0 { examination.start = nil }
            examination.damagedSnapshots = examination.report?.damagedSnapshots ?? []
            let found = UInt64(try Int.fetchOne(db, sql: "SELECT count(*) FROM archive") ?? 0)
            examination.missingArchive = state.archiveCount > found ? Int(state.archiveCount - found) : 0
            self.state = state
        }
    }

    var remains: JournalRemains { JournalRemains(queue: queue) }

    /// Finishes the new file, moves the damaged ones aside and puts it in place.
    func putInPlace(_ examination: JournalExamination) throws {
        guard examination.start != nil, var state else {
            throw JournalError(
                .damaged,
                "no state can be rebuilt from \(path): neither a snapshot nor its first records are there; restore a backup"
            )
        }
        try queue.write { db in
            if let stranded = examination.stranded { _ = try Journal.setAside(db, stranded) }
            for lost in examination.lost where lost.lowerBound <= examination.rebuildable {
                try Hole(lost.clamped(to: 0...examination.rebuildable)).insert(db)
            }
            // Across what is lost the chain can't be told: it begins anew.
            try db.execute(sql: "UPDATE record SET checksum = checksum & \(UInt32.max)")
            state.generation += 1
            state.baseLink = 0
            state.unchained = examination.newest
            state.sealed = 0
            state.archiveCount = 0
            state.archiveSum = 0
            for checksum in try Int64.fetchAll(db, sql: "SELECT checksum FROM archive") {
                state.archiveCount += 1
                state.archiveSum &+= ArchiveRows.digest(checksum)
            }
            try state.insert(db)
            while try StoredSnapshot.deleteLooseParts(db, limit: 1000) == 1000 {}
            let report = try Journal.check(db, upTo: examination.newest)
            guard report.isSound else {
                throw JournalError(
                    .damaged, "what is left of \(path) doesn’t make a journal; restore a backup")
            }
        }
        try queue.close()
        try Self.moveAside(path)
        try Journal.moveIntoPlace(salvaged, path)
    }

    func discard() {
        try? queue.close()
        Self.remove(salvaged)
    }

    /// Where no row of totals is left: what the witness and the records say.
    private func assumed(_ witness: WitnessFile.Finding, _ db: Database) throws -> JournalState {
        var state = JournalState(journal: .random(in: 1...UInt64(Int64.max)))
        if case .statement(let seen, _) = witness { state.journal = seen.journal }
        let first = try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM record") ?? 0
        let covered = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM snapshot") ?? 0
        // Older records than the first were deleted where a snapshot stands in.
        state.base = first > 0 && first <= covered + 1 ? UInt64(first - 1) : first == 0 ? UInt64(covered) : 0
        return state
    }

    /// Deletes heads whose parts aren't all there; the others' numbers, in order.
    private func wholeSnapshots(_ db: Database) throws -> [UInt64] {
        var whole: [UInt64] = []
        for (sequence, head) in try StoredSnapshot.heads(db) {
            if let head, try StoredSnapshot.payload(db, head) != nil {
                whole.append(sequence)
            } else {
                try db.execute(sql: "DELETE FROM snapshot WHERE sequence = ?", arguments: [Int64(sequence)])
            }
        }
        return whole
    }

    /// The first record that doesn't follow from the one before.
    private func strange(_ db: Database, _ state: JournalState) throws -> UInt64? {
        let isKnown = self.state != nil
        var walk = RecordWalk(
            after: state.base, state: state, holes: try Hole.all(db), link: isKnown ? state.baseLink : nil)
        var found: UInt64?
        try RecordRows.each(db, after: Int64(state.base)) { row in
            if case .strange(let number)? = walk.step(row), isKnown { found = number }
            return found == nil
        }
        return found
    }

    private func gaps(_ db: Database, after base: UInt64, upTo last: UInt64) throws -> [ClosedRange<UInt64>] {
        let holes = try Hole.all(db)
        var (gaps, previous): ([ClosedRange<UInt64>], UInt64) = ([], base)
        try RecordRows.each(db, after: Int64(base)) { row in
            gaps += Hole.gaps(between: previous, and: row.sequence, excusing: holes)
            previous = row.sequence
            return true
        }
        return gaps + Hole.gaps(between: previous, and: last + 1, excusing: holes)
    }
}

/// Files that are kept, and files that aren't.
extension JournalSalvage {
    /// The folder of the newest damaged files that were moved aside.
    static func latestAside(_ path: String) -> String? {
        (1...999).map { "\(path).damaged-\($0)" }.last(where: SQLiteFile.exists)
    }

    /// Moves a journal's files to a folder beside it.
    private static func moveAside(_ path: String) throws {
        guard let aside = (1...999).map({ "\(path).damaged-\($0)" }).first(where: { !SQLiteFile.exists($0) })
        else { throw JournalError(.io, "there are too many folders \(path).damaged-…; remove some") }
        try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: false)
        let name = (path as NSString).lastPathComponent
        // The log first: with it, the file means something else.
        for suffix in ["-wal", "-shm", ".witness", ""] where SQLiteFile.exists(path + suffix) {
            try FileManager.default.moveItem(atPath: path + suffix, toPath: "\(aside)/\(name)\(suffix)")
        }
    }

    static func remove(_ path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }
}
