import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct DoctorTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// 50 records and a snapshot up to 20, closed.
    func makeJournal() throws {
        let journal = try Journal(path: folder.file("j"), disk: .none)
        for number in 1...50 as ClosedRange<UInt8> {
            try journal.append([[UInt8](repeating: number, count: 500)])
        }
        try journal.saveSnapshot(upTo: 20, payload: [20])
    }

    func tamper(_ sql: String) throws {
        try DatabaseQueue(path: folder.file("j")).write { try $0.execute(sql: sql) }
    }

    @Test func `a sound journal is left as it is`() throws {
        try makeJournal()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("j")))
        let examination = try JournalExamination.examine(folder.file("j"))
        #expect(examination.isSound)
        #expect(examination.notes.isEmpty)
        #expect((examination.newest, examination.start, examination.rebuildable) == (50, 20, 50))
        #expect(try JournalExamination.repair(folder.file("j")).asidePath == nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("j"))) == before)
        #expect(throws: JournalError(.io, "")) { try JournalExamination.examine(folder.file("nothing")) }
    }

    @Test func `a journal in use is not examined`() throws {
        let journal = try Journal(path: folder.file("j"), disk: .none)
        #expect(throws: JournalError(.inUse, "")) { try JournalExamination.examine(folder.file("j")) }
        withExtendedLifetime(journal) {}
    }

    @Test func `a loss that a snapshot covers costs no state`() throws {
        try makeJournal()
        try tamper("DELETE FROM record WHERE sequence IN (7, 8)")
        let (examination, aside) = try JournalExamination.repair(folder.file("j"))
        // The rows lie about in the page until it is used again.
        #expect(examination.findings.isEmpty == false)
        #expect(examination.rebuildable == 50)
        #expect(examination.stranded == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: #require(aside)).contains("j"))
        let journal = try Journal(path: folder.file("j"), disk: .none)
        #expect(try journal.read(after: 20, limit: 99).count == 30)
        #expect(try journal.append([[1]]) == 51...51)
    }

    @Test func `after a loss that no snapshot covers the rest is set aside`() throws {
        try makeJournal()
        try tamper("UPDATE record SET payload = x'00' WHERE sequence = 30")
        let (examination, _) = try JournalExamination.repair(folder.file("j"))
        #expect(examination.lost == [30...30])
        #expect(examination.rebuildable == 29)
        #expect(examination.stranded == 30...50)
        let journal = try Journal(path: folder.file("j"), disk: .none)
        #expect(try journal.read(after: 20, limit: 99).map(\.sequence) == Array(21...29))
        #expect(try journal.append([[1]]) == 51...51)
        #expect(try journal.check().setAside == [30...50])
        #expect(try journal.setAsideRecords().map(\.sequence) == Array(31...50))
    }

    @Test func `without a snapshot and its first records no state is made up`() throws {
        try makeJournal()
        try tamper("UPDATE snapshot_part SET payload = x'00'")
        try tamper("UPDATE record SET payload = x'00' WHERE sequence = 1")
        let examination = try JournalExamination.examine(folder.file("j"))
        #expect(examination.start == nil)
        #expect(examination.lost == [1...1])
        #expect(examination.rebuildable == 0)
        #expect(examination.damagedSnapshots == [20])
        #expect(throws: JournalError(.damaged, "")) { try JournalExamination.repair(folder.file("j")) }
        #expect(try JournalExamination.examine(folder.file("j")).findings == examination.findings)
    }

    @Test func `what lies behind the damage in the log is saved`() throws {
        do {
            let journal = try Journal(path: folder.file("live"), disk: .none)
            for number in 1...50 as ClosedRange<UInt8> {
                try journal.append([[UInt8](repeating: number, count: 4000)])
            }
            try folder.copyAsLeftByKill("live", to: "j")
        }
        let log = URL(fileURLWithPath: folder.file("j-wal"))
        var bytes = try Data(contentsOf: log)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: log)
        let error = #expect(throws: JournalError(.damaged, "")) {
            try Journal(path: folder.file("j"), disk: .none)
        }
        #expect(error?.records.first?.upperBound == 50)
        // Opening it has changed nothing that is still needed.
        #expect(try Data(contentsOf: log) == bytes)
        let examination = try JournalExamination.examine(folder.file("j"))
        #expect(examination.lost.joined().count <= 1, "\(examination.lost)")
        #expect(examination.newest == 50)
    }

    @Test func `a file that is no database any more is read page by page`() throws {
        try makeJournal()
        let file = URL(fileURLWithPath: folder.file("j"))
        var bytes = try Data(contentsOf: file)
        bytes.replaceSubrange(0..<4096, with: Data(count: 4096))
        try bytes.write(to: file)
        #expect(throws: JournalError(.damaged, "")) { try Journal(path: folder.file("j"), disk: .none) }
        let (examination, _) = try JournalExamination.repair(folder.file("j"))
        #expect(examination.lost == [])
        #expect(examination.rebuildable == 50)
        let journal = try Journal(path: folder.file("j"), disk: .none)
        #expect(try journal.loadSnapshot()?.payload == [20])
        #expect(try journal.read(after: 0, limit: 99).count == 50)
    }
}
