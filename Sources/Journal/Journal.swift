private import Foundation
import GRDB
private import GRDBSQLite

/// An append-only list of records on disk, each with its number and checksum,
/// the snapshots that make replay short, and the archive of what has ended. It
/// knows nothing of what the bytes mean.
///
/// What ``append(_:archiving:)`` returned for is on disk: it survives SIGKILL
/// and loss of power. All calls block for the disk and may come from any
/// thread; keep them off the cooperative pool.
///
/// Beside `<path>` lie SQLite's `-wal` and `-shm`; `.lock`, which keeps a second
/// process out; `.witness`, by which lost records are noticed; and `.reserve`,
/// the space that is given up when the disk is full.
public final class Journal: Sendable {
    let file: StateFile
    let tail: LockedValue<Tail>
    private let reserve: DiskReserve
    /// Used on the one writer's turn only.
    private let witness: LockedValue<WitnessFile>
    private let turn = LockedValue(())
    /// What was odd when the journal was opened, and harmed nothing.
    public let notices: [String]

    /// How far the journal has come; only the one writer changes it.
    struct Tail {
        var last: UInt64
        var link: UInt32
        var generation: UInt64
        let journal: UInt64
    }

    /// Opens the journal, creating it where there is none.
    ///
    /// - Parameter disk: how much space is kept for promised work.
    /// - Throws: `inUse` while another process has it open; `newerSchema`;
    ///   `damaged` when the file is no database, or when records that were
    ///   acknowledged are gone, with their numbers; `diskFull`; `io`.
    public convenience init(path: String, disk: DiskSettings = DiskSettings()) throws(JournalError) {
        try self.init(path: path, disk: disk, now: WallClock.monotonicNanoseconds)
    }

    init(
        path: String, disk: DiskSettings, now: @escaping @Sendable () -> Int64
    ) throws(JournalError) {
        if SQLiteFile.isEmpty(path),
            case .statement(let seen, _) = try WitnessFile.read(path: path + ".witness"),
            seen.last > 0
        {
            throw Self.gone(path, after: 0, witnessed: seen.last)
        }
        reserve = DiskReserve(path: path + ".reserve", settings: disk, now: now)
        let log = LogKeeper(path)
        let file: StateFile
        do {
            file = try Self.open(path, reserve, disk)
        } catch {
            log.settle(after: error)
            throw error
        }
        let (tail, witness): (Tail, WitnessFile)
        do {
            tail = try Self.tail(file)
            witness = try WitnessFile(path: path + ".witness")
            notices = try Self.compare(witness.found, with: tail, file)
        } catch {
            try? file.pool.close()
            log.settle(after: error)
            throw error
        }
        log.discard()
        try witness.write(tail.statement)
        self.file = file
        self.tail = LockedValue(tail)
        self.witness = LockedValue(witness)
    }

    deinit {
        // Closing moves the log into the file; the witness is to be as durable.
        witness.withLock { try? $0.sync() }
    }

    /// The number of the newest record; 0 before the first.
    public var lastSequence: UInt64 { tail.withLock { $0.last } }

    /// Why new work should be refused: the disk is nearly full. Nil where it
    /// isn't. Cheap; looks at the disk once in a while, and takes new work again
    /// by itself when there is room.
    public var refusal: JournalError? { reserve.refusal }

    /// Appends the records, and enters what ended in the archive, in one
    /// transaction with one fsync. On a full disk the reserve is given up first.
    ///
    /// - Returns: their numbers.
    /// - Throws: `badRequest` for an empty list; `diskFull`, and nothing has been
    ///   appended; `io`.
    @discardableResult
    public func append(
        _ payloads: [[UInt8]], archiving entries: [ArchiveEntry] = []
    ) throws(JournalError) -> ClosedRange<UInt64> {
        guard !payloads.isEmpty else { throw JournalError(.badRequest, "nothing to append") }
        return try commitPromised { db, tail in
            let first = tail.last + 1
            tail.link = try RecordRows.insert(db, first: first, payloads: payloads, after: tail.link)
            tail.last = first + UInt64(payloads.count) - 1
            try ArchiveRows.insert(db, entries)
            return first...tail.last
        }
    }

    /// A transaction of work that was promised: where the disk has no room, the
    /// reserve makes some.
    func commitPromised<Result>(
        _ body: (Database, inout Tail) throws -> Result
    ) throws(JournalError) -> Result {
        reserve.tend()
        while true {
            do {
                return try commit(body)
            } catch {
                guard error.code == .diskFull, reserve.giveUp() else { throw error }
            }
        }
    }

    /// One transaction, on disk when this returns; what `body` makes of the tail
    /// counts from then on.
    func commit<Result>(_ body: (Database, inout Tail) throws -> Result) throws(JournalError)
        -> Result
    {
        do {
            return try file.pool.writeWithoutTransaction { db in
                var tail = self.tail.withLock { $0 }
                let result: Result
                do {
                    result = try Transaction.run(db) { try body(db, &tail) }
                } catch let error as DatabaseError
                    where error.resultCode == .SQLITE_IOERR
                    && [ENOSPC, EDQUOT].contains(sqlite3_system_errno(db.sqliteConnection))
                {
                    throw DatabaseError(resultCode: .SQLITE_FULL, message: error.message)
                }
                // Still on the one writer's turn, so numbers can't be given twice.
                self.tail.withLock { $0 = tail }
                // On disk without the witness; a full disk is no reason to fail.
                try? witness.withLock { try $0.write(tail.statement) }
                return result
            }
        } catch {
            throw JournalError(error, path: file.path)
        }
    }

    /// A transaction that does something else than append, and is counted.
    func commitCounted<Result>(_ body: (Database) throws -> Result) throws(JournalError) -> Result {
        try commit { db, tail in
            let result = try body(db)
            tail.generation = try JournalState.update(db) { $0.generation += 1 }.generation
            return result
        }
    }

    /// A transaction of SQLite's own making, e.g. to give pages back.
    func commitAlone<Result>(_ body: (Database) throws -> Result) throws(JournalError) -> Result {
        do {
            return try file.pool.writeWithoutTransaction(body)
        } catch {
            throw JournalError(error, path: file.path)
        }
    }

    /// Snapshots and clean-ups, which take several transactions, don't mix.
    func oneAtATime<Result>(_ body: () throws(JournalError) -> Result) throws(JournalError) -> Result {
        try turn.withLock { _ in Swift.Result { () throws(JournalError) in try body() } }.get()
    }

    /// Makes the witness as durable as the journal.
    func syncWitness() throws(JournalError) {
        let result = witness.withLock { witness in
            Result { () throws(JournalError) in try witness.sync() }
        }
        try result.get()
    }

    /// Makes the file refuse to grow past `pages`, as a full disk does; for tests.
    func limitSize(toPages pages: Int) throws(JournalError) {
        do {
            try file.pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
        } catch {
            throw JournalError(error, path: file.path)
        }
    }
}

extension Journal.Tail {
    fileprivate var statement: WitnessFile.Statement {
        WitnessFile.Statement(journal: journal, last: last, generation: generation, link: link)
    }
}

extension Journal {
    private static func open(
        _ path: String, _ reserve: DiskReserve, _ disk: DiskSettings
    ) throws(JournalError) -> StateFile {
        while true {
            do {
                return try StateFile(
                    path: path, migrator: JournalSchema.migrator, canShrink: true, logRoomBytes: disk.logBytes
                )
            } catch {
                // SQLite's shared memory is a file too, and can't say what it lacks.
                let isFull = error.code == .diskFull || error.code == .io && reserve.isDiskFull
                guard isFull, reserve.giveUp() else { throw error }
            }
        }
    }

    private static func tail(_ file: StateFile) throws(JournalError) -> Tail {
        try file.read { db in
            let state = try JournalState.read(db)
            let (last, link) = try end(db, state)
            return Tail(last: last, link: link, generation: state.generation, journal: state.journal)
        }
    }

    /// The newest number ever used as far as the file knows, and the chain's
    /// link there.
    static func end(_ db: Database, _ state: JournalState) throws -> (last: UInt64, link: UInt32) {
        let record = try RecordRows.last(db, upTo: .max)
        let others = try Int64.fetchOne(
            db, sql: "SELECT max(n) FROM (SELECT max(sequence) AS n FROM snapshot)")
        let hole = try Hole.all(db).last?.upperBound
        let last = max(record?.sequence ?? 0, UInt64(max(0, others ?? 0)), hole ?? 0, state.base)
        return (last, record?.link ?? state.baseLink)
    }

    /// Holds what the witness saw against what is there.
    private static func compare(
        _ finding: WitnessFile.Finding, with tail: Tail, _ file: StateFile
    ) throws(JournalError) -> [String] {
        let path = file.path
        switch finding {
        case .nothing:
            guard tail.last > 0 else { return [] }
            return ["\(path) had no witness: whether its newest records are there can’t be told"]
        case .unreadable:
            return [
                "the witness of \(path) was damaged: whether the newest records are there can’t be told"
            ]
        case .statement(let seen, let bothSlots):
            guard seen.journal == tail.journal else {
                guard seen.last > 0 else { return [] }
                throw JournalError(
                    .damaged,
                    "\(path) is another journal than its witness saw, which went up to record \(seen.last); restore a backup, or move \(path).witness away to go on with this one"
                )
            }
            guard seen.last <= tail.last else {
                throw gone(path, after: tail.last, witnessed: seen.last)
            }
            guard seen.generation <= tail.generation else {
                throw JournalError(
                    .damaged,
                    "\(path) has lost its newest changes (\(tail.generation) of \(seen.generation)); run the doctor, or restore a backup"
                )
            }
            let there = try file.read { try RecordRows.last($0, upTo: seen.last) }
            if let there, there.sequence == seen.last, there.link != seen.link {
                throw JournalError(
                    .damaged,
                    "record \(seen.last) of \(path) isn’t the one that was acknowledged; run the doctor, or restore a backup",
                    records: [seen.last...seen.last])
            }
            return bothSlots ? [] : ["half of the witness of \(path) was damaged; it has been renewed"]
        }
    }

    private static func gone(_ path: String, after last: UInt64, witnessed: UInt64) -> JournalError {
        JournalError(
            .damaged,
            "\(path) ends at record \(last), but records up to \(witnessed) were acknowledged: \(last + 1) to \(witnessed) are lost; restore a backup, or run the doctor with --repair to go on without them",
            records: [last + 1...witnessed])
    }
}
