private import Foundation
import GRDB

/// What a look at a journal's files found, without a daemon and without
/// changing them.
public struct JournalExamination: Sendable {
    public let path: String
    /// What is wrong, a sentence each; empty where all is well.
    public internal(set) var findings: [String] = []
    /// What is doubtful, and harms nothing.
    public internal(set) var notes: [String] = []
    /// What SQLite itself can still read; nil where that is nothing.
    public internal(set) var report: JournalReport?
    /// The newest record that was acknowledged, as the witness tells; nil where
    /// there is no witness, so that a lost end can't be told.
    public internal(set) var acknowledged: UInt64?
    /// The newest number that was given, as far as is known.
    public internal(set) var newest: UInt64 = 0
    /// Records up to this one were deleted, their time being over.
    public internal(set) var base: UInt64 = 0
    /// Records that were acknowledged, are needed, and are nowhere to be found:
    /// only a backup has them.
    public internal(set) var lost: [ClosedRange<UInt64>] = []
    /// Where replay begins: the newest sound snapshot; 0 for the beginning. Nil
    /// when neither is there, so that no state can be rebuilt.
    public internal(set) var start: UInt64?
    /// Up to here the state can be rebuilt from what is there.
    public internal(set) var rebuildable: UInt64 = 0
    /// Snapshots that aren't whole any more.
    public internal(set) var damagedSnapshots: [UInt64] = []
    /// Archive entries that ought to be there and aren't; their keys are those
    /// in the report where the key is still readable.
    public internal(set) var missingArchive = 0

    public var isSound: Bool { findings.isEmpty }

    /// Sound records after the first that is missing: they can't be replayed.
    public var stranded: ClosedRange<UInt64>? {
        rebuildable < newest ? rebuildable + 1...newest : nil
    }
}

extension JournalExamination {
    /// Examines a journal that no process has open. The files stay as they are;
    /// as much room as they take is needed beside them for a while.
    ///
    /// - Parameter explain: called where there is damage, with what remains.
    /// - Throws: `inUse`; `io` where there is no such file; `newerSchema`;
    ///   `diskFull`; what `explain` throws, in `underlying`.
    public static func examine(
        _ path: String, explain: (JournalExamination, JournalRemains) throws -> Void = { _, _ in }
    ) throws(JournalError) -> JournalExamination {
        try run(path, repairing: false, explain)
    }

    /// Examines a journal and, where it is damaged, puts a sound one in its
    /// place with all that is undamaged: replay leads up to ``rebuildable``, and
    /// what comes after a loss is set aside, with its numbers. The damaged files
    /// move to `<path>.damaged-<n>`, whole.
    ///
    /// - Returns: what was found, and where the damaged files are; nil where
    ///   nothing had to be done.
    /// - Throws: as ``examine(_:explain:)``; `damaged` when no state can be rebuilt.
    public static func repair(
        _ path: String, explain: (JournalExamination, JournalRemains) throws -> Void = { _, _ in }
    ) throws(JournalError) -> (JournalExamination, asidePath: String?) {
        let examination = try run(path, repairing: true, explain)
        guard !examination.isSound else { return (examination, nil) }
        return (examination, JournalSalvage.latestAside(path))
    }

    private static func run(
        _ path: String, repairing: Bool,
        _ explain: (JournalExamination, JournalRemains) throws -> Void
    ) throws(JournalError) -> JournalExamination {
        let witness = try WitnessFile.read(path: path + ".witness")
        let isThere = SQLiteFile.exists(path)
        guard isThere || witness != .nothing else {
            throw JournalError(.io, "there is no journal \(path)")
        }
        let lock = try FileLock(guarding: path)
        defer { withExtendedLifetime(lock) {} }
        var examination = JournalExamination(path: path)
        examination.note(witness)
        do {
            if isThere { try examination.readCopy(witness) }
            guard !examination.isSound else { return examination }
            let salvage = try JournalSalvage(path)
            defer { salvage.discard() }
            try salvage.judge(&examination, witness)
            try explain(examination, salvage.remains)
            if repairing { try salvage.putInPlace(examination) }
            return examination
        } catch {
            throw JournalError(error, path: path)
        }
    }

    private mutating func note(_ witness: WitnessFile.Finding) {
        switch witness {
        case .nothing: notes.append("there is no witness: a lost end of the journal can’t be told")
        case .unreadable: notes.append("the witness is damaged: a lost end of the journal can’t be told")
        case .statement(let seen, let bothSlots):
            acknowledged = seen.last
            if !bothSlots { notes.append("half of the witness is damaged; it names record \(seen.last)") }
        }
        if !SQLiteFile.exists(path) { findings.append("\(path) is gone; its witness is there") }
    }

    /// Lets SQLite read a copy, since reading changes the files.
    private mutating func readCopy(_ witness: WitnessFile.Finding) throws {
        let copy = path + ".examined"
        defer { JournalSalvage.remove(copy) }
        JournalSalvage.remove(copy)
        for suffix in ["", "-wal"] where SQLiteFile.exists(path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        do {
            let queue = try DatabaseQueue(path: copy)
            defer { try? queue.close() }
            // A file of the first schema is read as its successor.
            if try queue.read(JournalSchema.migrator.hasBeenSuperseded) {
                throw JournalError(
                    .newerSchema, "\(path) was written by a newer version of Pons; use that version’s doctor")
            }
            try JournalSchema.migrator.migrate(queue)
            try queue.read { db in
                let state = try JournalState.read(db)
                let (last, link) = try Journal.end(db, state)
                try compare(witness, state, last: last, link: link)
                let report = try Journal.check(db, upTo: max(last, acknowledged ?? 0))
                self.report = report
                newest = max(last, acknowledged ?? 0)
                base = state.base
                start = report.snapshots.last ?? (base == 0 ? 0 : nil)
                rebuildable = newest
                note(report)
            }
        } catch let error as JournalError where error.code == .newerSchema {
            throw error
        } catch {
            findings.append("SQLite can’t read it: \((error as? DatabaseError)?.message ?? "\(error)")")
        }
    }

    private mutating func compare(
        _ witness: WitnessFile.Finding, _ state: JournalState, last: UInt64, link: UInt32
    ) throws {
        guard case .statement(let seen, _) = witness else { return }
        if seen.journal != state.journal {
            findings.append(
                "it is another journal than its witness saw, which went up to record \(seen.last)")
            acknowledged = nil
        } else if seen.last > last {
            findings.append("it ends at record \(last), and records up to \(seen.last) were acknowledged")
        } else if seen.generation > state.generation {
            findings.append("its newest changes are lost (\(state.generation) of \(seen.generation))")
        } else if seen.last == last, seen.link != link {
            findings.append("record \(last) isn’t the one that was acknowledged")
        }
    }

    private mutating func note(_ report: JournalReport) {
        func text(_ ranges: [ClosedRange<UInt64>]) -> String {
            ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
                .joined(separator: ", ")
        }
        if !report.damaged.isEmpty {
            findings.append("damaged records: \(text(report.damaged.map { $0...$0 }))")
        }
        if !report.strange.isEmpty {
            findings.append(
                "records that don’t follow from the one before: \(text(report.strange.map { $0...$0 }))")
        }
        if !report.missing.isEmpty { findings.append("missing records: \(text(report.missing))") }
        if !report.damagedSnapshots.isEmpty {
            findings.append("damaged snapshots: \(text(report.damagedSnapshots.map { $0...$0 }))")
        }
        if !report.damagedArchive.isEmpty {
            findings.append("damaged archive entries: \(report.damagedArchive.joined(separator: ", "))")
        }
        if report.missingArchive > 0 {
            findings.append("\(report.missingArchive) archive entries are missing")
        }
        if !report.setAside.isEmpty {
            notes.append("set aside, or known to be lost: \(text(report.setAside))")
        }
        findings += report.fileProblems.map { "SQLite finds: \($0)" }
    }
}
