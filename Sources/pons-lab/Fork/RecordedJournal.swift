import BrainClient
import Coordination
import Foundation
import Journal
import RobotModel
import TimeTravel
import WireFormat

/// The records of a journal, from its file or from a daemon that runs.
///
/// A file is read from a copy: the daemon has its own to itself and goes on
/// meanwhile; nothing is written to it.
struct RecordedJournal {
    /// The state before ``entries``, by the snapshot that they begin after.
    let start: CoordinationMachine
    let firstRecord: UInt64
    let entries: [JournalledInput]

    /// - Parameter task: where the journal has a snapshot before the task's
    ///   first record, reading begins there.
    /// - Throws: `notFound` where there is no such file; what the journal says
    ///   of its damage.
    init(file path: String, task: TaskID) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                .notFound, "there is no \(path)", advice: "name the journal.db of a node’s state folder")
        }
        let folder = try LabFolder()
        defer { withExtendedLifetime(folder) {} }
        let copy = folder.url.appending(path: "journal.db").path
        do {
            try Journal.backup(of: path, to: copy)
            let journal = try Journal(path: copy)
            let snapshot = try Self.snapshot(before: task, in: journal)
            start = snapshot?.machine ?? CoordinationMachine()
            firstRecord = (snapshot?.record ?? 0) + 1
            var row = RecordRow(from: firstRecord)
            try journal.forEachRecord(after: firstRecord - 1) { number, bytes in
                try row.append(number, [UInt8](bytes))
            }
            entries = row.entries
        } catch let error as JournalError {
            throw CommandError(
                .failed, "\(path) can’t be read", why: error.message,
                advice: "pons-lab doctor --journal \(path)")
        }
    }

    /// The newest snapshot that doesn't know the task yet; nil is the beginning.
    private static func snapshot(
        before task: TaskID, in journal: Journal
    ) throws -> (machine: CoordinationMachine, record: UInt64)? {
        func read(_ snapshot: JournalSnapshot?) throws -> (CoordinationMachine, UInt64)? {
            try snapshot.map { (try CoordinationMachine(encoded: $0.payload), $0.sequence) }
        }
        let newest = try read(journal.loadSnapshot())
        let first = try journal.archived(key: task.rawValue)?.first ?? newest?.0.task(task)?.firstRecord
        guard let first else { return newest }
        return try read(journal.snapshot(atOrBefore: max(first, 1) - 1))
    }

    /// - Throws: ``CommandError``: `unreachable`, or what the daemon answers.
    init(of client: BrainClient, task: TaskID) async throws {
        let view = try await client.task(task.rawValue)
        let last = view.state.isFinal ? view.lastRecord : nil
        let data = try await client.get(
            "/v1/journal", query: [("from", "1"), ("to", last.map(String.init))])
        var frames = RecordFrames([UInt8](data))
        var row = RecordRow(from: 1)
        while let (number, bytes) = try frames.next() { try row.append(number, bytes) }
        start = CoordinationMachine()
        firstRecord = 1
        entries = row.entries
    }

    var recording: Recording { Recording(start: start, firstRecord: firstRecord, entries: entries) }

    func explanation(of task: TaskID) throws -> TaskExplanation {
        var explainer = TaskExplainer(task, from: start)
        for (record, entry) in zip(firstRecord..., entries) where !explainer.isOver {
            explainer.take(entry, record: record)
        }
        guard let told = explainer.explanation() else { throw Self.unknown(task) }
        return told
    }

    static func unknown(_ task: TaskID) -> CommandError {
        CommandError(.notFound, "the journal doesn’t speak of a task “\(task)”", advice: "pons task list")
    }
}

/// Decodes records that follow one another.
private struct RecordRow {
    private(set) var entries: [JournalledInput] = []
    private let first: UInt64

    init(from first: UInt64) { self.first = first }

    /// - Throws: `failed` where one is missing: a run with a gap in it can't be
    ///   gone through.
    mutating func append(_ number: UInt64, _ bytes: [UInt8]) throws {
        let expected = first + UInt64(entries.count)
        guard number == expected else {
            throw CommandError(
                .failed, "the journal lacks the records \(expected) to \(number - 1)",
                why: "they were damaged and set aside, or are past their retention")
        }
        let (input, at) = try JournalEntryCodec.decode(bytes)
        entries.append(JournalledInput(input, at: at))
    }
}

/// Records one after the other, as `GET /v1/journal` sends them.
struct RecordFrames {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil after the last one.
    /// - Throws: `failed` where the stream was cut off.
    mutating func next() throws(CommandError) -> (number: UInt64, bytes: [UInt8])? {
        guard offset < bytes.count else { return nil }
        let length = try integer(bytes: 4)
        guard length >= 8, UInt64(bytes.count - offset) >= length else { throw Self.cutOff }
        let end = offset + Int(length)
        let number = try integer(bytes: 8)
        defer { offset = end }
        return (number, Array(bytes[offset..<end]))
    }

    private mutating func integer(bytes count: Int) throws(CommandError) -> UInt64 {
        guard bytes.count - offset >= count else { throw Self.cutOff }
        defer { offset += count }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
    }

    private static let cutOff = CommandError(
        .failed, "the journal came over cut off", advice: "try again; the daemon’s log may say more")
}
