import Foundation
import GRDB
import Testing

@testable import Journal

/// What SQLite can't tell: that its log once went further.
@Suite struct WitnessTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A journal of 20 records as a kill leaves it, with its log and witness.
    func killed() throws {
        // A log that ends where its records do.
        let journal = try Journal(path: folder.file("live"), disk: .none)
        for number in 1...20 { try journal.append([[UInt8(number)]]) }
        try folder.copyAsLeftByKill("live", to: "j")
        withExtendedLifetime(journal) {}
    }

    @Test func `a log that lost its end is reported with the lost numbers`() throws {
        try killed()
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("j-wal")))
        try log.truncate(atOffset: try log.seekToEnd() - 4096)
        let error = #expect(throws: JournalError(.damaged, "")) { try Journal(path: folder.file("j")) }
        #expect(error?.records == [20...20])
    }

    @Test func `a log that was deleted is reported`() throws {
        try killed()
        try FileManager.default.removeItem(atPath: folder.file("j-wal"))
        #expect(throws: JournalError(.damaged, "")) { try Journal(path: folder.file("j")) }
    }

    @Test func `a journal that was deleted is not begun anew`() throws {
        try killed()
        for suffix in ["", "-wal"] {
            try FileManager.default.removeItem(atPath: folder.file("j" + suffix))
        }
        let error = #expect(throws: JournalError(.damaged, "")) { try Journal(path: folder.file("j")) }
        #expect(error?.records == [1...20])
        #expect(!FileManager.default.fileExists(atPath: folder.file("j")))
    }

    @Test func `another journal’s witness is not believed`() throws {
        try killed()
        _ = try Journal(path: folder.file("other")).append([[1]])
        for suffix in ["", "-wal"] {
            try? FileManager.default.removeItem(atPath: folder.file("j" + suffix))
        }
        try FileManager.default.copyItem(atPath: folder.file("other"), toPath: folder.file("j"))
        #expect(throws: JournalError(.damaged, "")) { try Journal(path: folder.file("j")) }
    }

    @Test func `a lost change that was no record is reported too`() throws {
        let journal = try Journal(path: folder.file("live"))
        try journal.append([[1]])
        try folder.copyAsLeftByKill("live", to: "j")
        try journal.archive([
            ArchiveEntry(key: "a", first: 1, last: 1, endedAtNanoseconds: 1, payload: [])
        ])
        try FileManager.default.removeItem(atPath: folder.file("j.witness"))
        try FileManager.default.copyItem(
            atPath: folder.file("live.witness"), toPath: folder.file("j.witness"))
        let error = #expect(throws: JournalError(.damaged, "")) { try Journal(path: folder.file("j")) }
        #expect(error?.message.contains("newest changes") == true)
    }

    @Test func `an older witness is in order and a missing one is said`() throws {
        let journal = try Journal(path: folder.file("live"))
        try journal.append([[1]])
        try folder.copyAsLeftByKill("live", to: "old")
        try journal.append([[2]])
        try folder.copyAsLeftByKill("live", to: "j")
        try FileManager.default.removeItem(atPath: folder.file("j.witness"))
        try FileManager.default.copyItem(
            atPath: folder.file("old.witness"), toPath: folder.file("j.witness"))
        #expect(try Journal(path: folder.file("j")).notices == [])
        try FileManager.default.removeItem(atPath: folder.file("j.witness"))
        #expect(try Journal(path: folder.file("j")).notices.count == 1)
        #expect(try Journal(path: folder.file("j")).notices == [])
    }

    @Test func `a damaged witness is said and harms nothing`() throws {
        try killed()
        let witness = URL(fileURLWithPath: folder.file("j.witness"))
        var bytes = try Data(contentsOf: witness)
        // Twenty-one were written, the first when it was opened: the last lies at 512.
        bytes[530] ^= 1
        try bytes.write(to: witness)
        #expect(try Journal(path: folder.file("j")).notices.count == 1)
        bytes[20] ^= 1
        try bytes.write(to: witness)
        #expect(try Journal(path: folder.file("j")).notices.count == 1)
    }
}
