import GRDB

/// What ``Journal/expire(before:keepingBytes:)`` deleted.
public struct ExpiryReport: Hashable, Sendable {
    public var records = 0
    public var snapshots = 0
    public var archiveEntries = 0
    /// What the file's used pages take now.
    public var usedBytes: UInt64 = 0
}

extension Journal {
    /// How many rows one transaction of a clean-up deletes.
    private static let batch = 1000

    /// Deletes what is older than `moment`, and beyond that the oldest until no
    /// more than `bytes` are used: records, the snapshots before them, and the
    /// archive entries whose records are gone. Never touched are the newest two
    /// snapshots and the records after the older of them, so the state can
    /// always be rebuilt. Works in small pieces, so that appending goes on.
    ///
    /// - Parameters:
    ///   - moment: nanoseconds since 1970. A record's age is that of the first
    ///     snapshot that stands for it.
    ///   - bytes: nil for any number.
    /// - Throws: `diskFull`, `damaged`, `io`; what was deleted by then is.
    @discardableResult
    public func expire(before moment: Int64, keepingBytes bytes: UInt64? = nil) throws(JournalError)
        -> ExpiryReport
    {
        try oneAtATime { () throws(JournalError) in
            var report = ExpiryReport()
            let candidates = try snapshots().dropLast()
            if let old = candidates.last(where: { $0.madeAtNanoseconds < moment }) {
                try delete(upTo: old.sequence, &report)
            }
            try deleteArchive("ended_at < ? AND last <= (SELECT base FROM state)", [moment], &report)
            for candidate in candidates {
                guard let bytes, try usedBytes() > bytes else { break }
                try delete(upTo: candidate.sequence, &report)
                try deleteArchive("last <= ?", [Int64(candidate.sequence)], &report)
            }
            if report != ExpiryReport() { try shrink() }
            report.usedBytes = try usedBytes()
            return report
        }
    }

    /// Deletes what the snapshot at number `sequence` stands for, if it is sound.
    private func delete(upTo sequence: UInt64, _ report: inout ExpiryReport) throws(JournalError) {
        guard try snapshot(atOrBefore: sequence)?.sequence == sequence else { return }
        let older = try snapshots().map(\.sequence).filter { $0 < sequence }
        try deleteSnapshots(older)
        report.snapshots += older.count
        while true {
            let (deleted, isDone) = try commitCounted { db in
                let state = try JournalState.read(db)
                guard state.base < sequence else { return (0, true) }
                let bound = min(state.base + UInt64(Self.batch), sequence)
                let link = try RecordRows.last(db, upTo: bound)?.link ?? state.baseLink
                try db.execute(sql: "DELETE FROM record WHERE sequence <= ?", arguments: [Int64(bound)])
                let deleted = db.changesCount
                try db.execute(sql: "DELETE FROM set_aside WHERE sequence <= ?", arguments: [Int64(bound)])
                try db.execute(sql: "DELETE FROM hole WHERE last <= ?", arguments: [Int64(bound)])
                try JournalState.update(db) { state in
                    state.base = bound
                    state.baseLink = link
                }
                return (deleted, bound == sequence)
            }
            report.records += deleted
            if isDone { return }
        }
    }

    private func deleteArchive(
        _ condition: String, _ arguments: [Int64], _ report: inout ExpiryReport
    ) throws(JournalError) {
        while true {
            let deleted = try commitCounted { db in
                try ArchiveRows.delete(
                    db, where: condition, StatementArguments(arguments), limit: Self.batch)
            }
            report.archiveEntries += deleted
            if deleted < Self.batch { return }
        }
    }

    private func usedBytes() throws(JournalError) -> UInt64 {
        try file.read { db in
            let (pages, free, size) = try Self.pages(db)
            return UInt64((pages - free) * size)
        }
    }

    /// Gives pages back to the disk where a quarter of the file, and more than
    /// 1 MiB, is free; less is used again by what comes. Files of the first
    /// schema can't shrink and use all of it again.
    private func shrink() throws(JournalError) {
        while true {
            let isDone = try commitAlone { db in
                let (pages, free, _) = try Self.pages(db)
                guard free > 256, free > pages / 4 else { return true }
                try db.execute(sql: "PRAGMA incremental_vacuum(\(min(256, free - 256)))")
                return try Self.pages(db).free >= free
            }
            if isDone { return }
        }
    }

    private static func pages(_ db: Database) throws -> (all: Int, free: Int, size: Int) {
        func number(_ name: String) throws -> Int { try Int.fetchOne(db, sql: "PRAGMA \(name)") ?? 0 }
        return (try number("page_count"), try number("freelist_count"), try number("page_size"))
    }
}
