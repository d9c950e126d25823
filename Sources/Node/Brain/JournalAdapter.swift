import Coordination
import Dispatch
import Foundation
import Journal
import RobotModel
import Synchronization
import WireFormat

/// The coordinator's journal: inputs as protobuf records on SQLite, ended tasks
/// in its archive, and snapshots of the core.
final class JournalAdapter: JournalStore, Sendable {
    let journal: Journal
    private let ended = Mutex(Ended())
    /// Encodes ended tasks off the coordinator's thread, in order.
    private let encoding = DispatchQueue(label: "pons.journal.archive", qos: .utility)

    /// Held from taking ended tasks until they are on disk, so that a snapshot
    /// never overtakes the tasks that ended before it.
    private let turn = Mutex(())

    /// Tasks on their way to the disk: replay would emit them again, so that
    /// they can wait for the next records' commit.
    private struct Ended {
        var views: [TaskID: TaskView] = [:]
        var entries: [ArchiveEntry] = []
    }

    init(journal: Journal) { self.journal = journal }

    func append(_ inputs: [JournalledInput]) throws -> UInt64 {
        let payloads = try inputs.map { try JournalEntryCodec.encode($0.input, at: $0.at) }
        CrashPoint.reach(.journalBefore)
        defer { CrashPoint.reach(.journalAfter) }
        return try commitEntries { entries in
            try journal.append(payloads, archiving: entries).lowerBound
        }
    }

    func flaw(in input: JournalledInput) -> (any Error)? {
        do {
            _ = try JournalEntryCodec.encode(input.input, at: input.at)
            return nil
        } catch {
            return error
        }
    }

    /// The disk is nearly full: what was promised goes on, new work doesn't.
    var refusal: (any Error)? { journal.refusal }

    /// The records after number `start` up to number `end`, in order.
    ///
    /// - Throws: what the journal throws, e.g. `damaged`; what the codec throws.
    func replay(
        after start: UInt64 = 0, through end: UInt64 = .max, _ body: (JournalledInput, UInt64) -> Void
    ) throws {
        try DecodedRecords(of: journal, after: start, through: end).visit { input, at, sequence in
            body(JournalledInput(input, at: at), sequence)
        }
    }
}

/// Tasks that have ended.
extension JournalAdapter {
    /// Keeps an ended task; it goes to disk with the next records, or before
    /// the next snapshot.
    func archive(_ view: TaskView) {
        ended.withLock { $0.views[view.id] = view }
        encoding.async {
            // A view that JSON has no words for stays in the records alone.
            guard let entry = try? Self.entry(view) else { return }
            self.ended.withLock { $0.entries.append(entry) }
        }
    }

    /// - Throws: what the journal throws.
    func archivedTask(_ id: TaskID) throws -> TaskView? {
        if let view = ended.withLock({ $0.views[id] }) { return view }
        return try journal.archived(key: id.rawValue).map(Self.view)
    }

    /// Up to `limit` ended tasks, newest first by submission.
    ///
    /// - Parameter place: the last one of the page before.
    /// - Throws: what the journal throws.
    func archivedTasks(
        before place: TaskView? = nil, in states: Set<TaskState>? = nil, limit: Int
    ) throws -> [TaskView] {
        try flushArchive()
        return try journal.archived(
            before: place.map { ArchivePlace(first: $0.firstRecord, key: $0.id.rawValue) },
            states: states.map { Set($0.map(\.rawValue)) }, limit: limit
        ).entries.map(Self.view)
    }

    /// Puts every task that has ended by now on disk.
    func flushArchive() throws {
        encoding.sync {}
        CrashPoint.reach(.archiveBefore)
        defer { CrashPoint.reach(.archiveAfter) }
        try commitEntries { try journal.archive($0) }
    }

    /// Runs `commit` with the tasks that wait; where it fails, they wait on.
    private func commitEntries<Result>(_ commit: ([ArchiveEntry]) throws -> Result) throws -> Result {
        try turn.withLock { _ in
            let entries = takeEntries()
            do {
                let result = try commit(entries)
                forget(entries)
                return result
            } catch {
                putBack(entries)
                throw error
            }
        }
    }

    private func takeEntries() -> [ArchiveEntry] {
        ended.withLock { ended in
            defer { ended.entries = [] }
            return ended.entries
        }
    }

    private func putBack(_ entries: [ArchiveEntry]) {
        ended.withLock { $0.entries.insert(contentsOf: entries, at: 0) }
    }

    private func forget(_ entries: [ArchiveEntry]) {
        ended.withLock { ended in
            for entry in entries { ended.views[TaskID(rawValue: entry.key)] = nil }
        }
    }

    private static func entry(_ view: TaskView) throws -> ArchiveEntry {
        let encoder = JSONEncoder()
        encoder.userInfo[.isExact] = true
        return ArchiveEntry(
            key: view.id.rawValue, state: view.state.rawValue, summary: view.request.ask.summary,
            first: view.firstRecord, last: view.lastRecord,
            endedAtNanoseconds: view.endedAt?.nanosecondsSinceEpoch ?? 0,
            payload: Array(try encoder.encode(view)))
    }

    private static func view(_ entry: ArchiveEntry) throws -> TaskView {
        try JSONDecoder().decode(TaskView.self, from: Data(entry.payload))
    }
}

/// Snapshots of the core, and what is no longer needed.
extension JournalAdapter {
    /// Saves the core's state after number `record`; blocks for the disk, off
    /// the coordinator's thread. Tasks that ended before are in the archive first.
    func saveSnapshot(_ machine: CoordinationMachine, record: UInt64) throws {
        try flushArchive()
        try journal.saveSnapshot(upTo: record, payload: machine.encoded())
    }

    /// The newest sound snapshot up to number `record`, from which replay goes on.
    func loadSnapshot(atOrBefore record: UInt64 = .max) throws -> (
        machine: CoordinationMachine, record: UInt64
    )? {
        guard let snapshot = try journal.snapshot(atOrBefore: record) else { return nil }
        return (try CoordinationMachine(encoded: snapshot.payload), snapshot.sequence)
    }
}
