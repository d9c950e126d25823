import GRDB

extension Journal {
    /// Reads everything once and says what is damaged or missing. Blocks for as
    /// long as that takes; appending goes on meanwhile.
    public func check() throws(JournalError) -> JournalReport {
        let newest = lastSequence
        return try file.read { try Self.check($0, upTo: newest) }
    }

    /// - Parameter newest: the newest record there must be.
    static func check(_ db: Database, upTo newest: UInt64) throws -> JournalReport {
        var report = JournalReport()
        let state = try JournalState.read(db)
        report.base = state.base
        report.setAside = try Hole.all(db)
        try checkRecords(db, state, upTo: newest, &report)
        for (sequence, head) in try StoredSnapshot.heads(db) {
            if let head, try StoredSnapshot.payload(db, head) != nil {
                report.snapshots.append(sequence)
            } else {
                report.damagedSnapshots.append(sequence)
            }
        }
        try checkArchive(db, state, &report)
        // Any finding means damage; hundreds of lines say no more than ten.
        report.fileProblems = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter {
            $0 != "ok"
        }
        return report
    }

    private static func checkRecords(
        _ db: Database, _ state: JournalState, upTo newest: UInt64, _ report: inout JournalReport
    ) throws {
        var walk = RecordWalk(
            after: state.base, state: state, holes: report.setAside, link: state.baseLink)
        try RecordRows.each(db, after: .min) { row in
            report.recordCount += 1
            report.firstSequence = report.firstSequence ?? row.sequence
            report.lastSequence = row.sequence
            let before = walk.previous
            switch walk.step(row) {
            case .missing:
                report.missing += Hole.gaps(
                    between: before, and: row.sequence, excusing: report.setAside)
                if !row.isSound { report.damaged.append(row.sequence) }
            case .decayed(let number): report.damaged.append(number)
            case .strange(let number): report.strange.append(number)
            case nil: break
            }
            return true
        }
        report.missing += Hole.gaps(between: walk.previous, and: newest + 1, excusing: report.setAside)
    }

    private static func checkArchive(
        _ db: Database, _ state: JournalState, _ report: inout JournalReport
    ) throws {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT \(ArchiveRows.columns) FROM archive ORDER BY id")
        var sum: UInt64 = 0
        while let row = try rows.next() {
            guard let entry = ArchiveRows.entry(row) else {
                report.damagedArchive.append(String.fromDatabaseValue(row[0]) ?? "?")
                continue
            }
            report.archiveCount += 1
            sum &+= ArchiveRows.digest(ArchiveRows.checksum(entry))
        }
        let found = report.archiveCount + report.damagedArchive.count
        report.missingArchive = max(0, Int(clamping: state.archiveCount) - found)
        if report.damagedArchive.isEmpty, report.missingArchive == 0, sum != state.archiveSum {
            report.fileProblems.append("the archive holds other entries than were entered")
        }
    }

    /// Takes the records from number `sequence` to the last out of the journal,
    /// so that it can be read again after damage. They are kept in a table of
    /// their own, and their numbers are not used again.
    ///
    /// - Returns: how many records were there to set aside.
    /// - Throws: `badRequest` when `sequence` is past the last record, or before
    ///   what a snapshot stands for.
    @discardableResult
    public func setAside(from sequence: UInt64) throws(JournalError) -> Int {
        let covered = try loadSnapshot()?.sequence ?? 0
        guard sequence > covered, sequence <= lastSequence else {
            throw JournalError(
                .badRequest,
                "no record \(sequence) can be set aside; those from \(covered + 1) to \(lastSequence) can")
        }
        return try commit { db, tail in
            let count = try Self.setAside(db, sequence...tail.last)
            tail.link =
                try RecordRows.last(db, upTo: sequence)?.link ?? JournalState.read(db).baseLink
            tail.generation = try JournalState.update(db) { $0.generation += 1 }.generation
            return count
        }
    }

    static func setAside(_ db: Database, _ numbers: ClosedRange<UInt64>) throws -> Int {
        let bounds = [Int64(numbers.lowerBound), Int64(numbers.upperBound)]
        try db.execute(
            sql: "INSERT OR REPLACE INTO set_aside SELECT * FROM record WHERE sequence BETWEEN ? AND ?",
            arguments: StatementArguments(bounds))
        try db.execute(
            sql: "DELETE FROM record WHERE sequence BETWEEN ? AND ?",
            arguments: StatementArguments(bounds))
        let count = db.changesCount
        try Hole(numbers).insert(db)
        return count
    }
}

extension Journal {
    /// The records that were set aside, as far as they are sound, in order.
    public func setAsideRecords() throws(JournalError) -> [JournalRecord] {
        try file.read { db in
            var records: [JournalRecord] = []
            try RecordRows.each(db, table: "set_aside", after: 0) { row in
                if row.isSound {
                    records.append(JournalRecord(sequence: row.sequence, payload: [UInt8](row.payload)))
                }
                return true
            }
            return records
        }
    }
}
