import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct BackupTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func makeJournal(_ name: String = "j") throws -> Journal {
        let journal = try Journal(path: folder.file(name))
        for number in 1...20 as ClosedRange<UInt8> {
            try journal.append(
                [[number]],
                archiving: [
                    ArchiveEntry(
                        key: "t\(number)", first: 1, last: UInt64(number), endedAtNanoseconds: 1,
                        payload: [number])
                ])
        }
        try journal.saveSnapshot(upTo: 10, payload: [10])
        return journal
    }

    @Test func `a backup made while appending goes on is restored to what it was`() async throws {
        let journal = try makeJournal()
        let path = folder.file("b")
        async let backup: Void = Task.detached { try journal.backup(to: path) }.value
        for _ in 0..<50 { try journal.append([[7], [8]]) }
        try await backup
        #expect(try Journal.restore(from: folder.file("b"), to: folder.file("k")).lost == nil)
        let restored = try Journal(path: folder.file("k"))
        #expect(restored.notices.count == 1, "its witness is new")
        let last = restored.lastSequence
        #expect(last >= 20 && last % 2 == 0, "no append is half there")
        #expect(try restored.read(after: 0, limit: 1000) == journal.read(after: 0, limit: Int(last)))
        #expect(try restored.archived(key: "t20")?.payload == [20])
        #expect(try restored.loadSnapshot()?.payload == [10])
        #expect(try restored.check().isSound)
        #expect(try restored.append([[9]]) == last + 1...last + 1)
    }

    @Test func `another process may take the backup`() throws {
        let journal = try makeJournal()
        try Journal.backup(of: folder.file("j"), to: folder.file("b"))
        try Journal.restore(from: folder.file("b"), to: folder.file("k"))
        #expect(try Journal(path: folder.file("k")).lastSequence == 20)
        #expect(journal.lastSequence == 20)
        #expect(throws: JournalError(.badRequest, "")) { try journal.backup(to: folder.file("b")) }
        #expect(throws: JournalError(.io, "")) {
            try Journal.backup(of: folder.file("nothing"), to: folder.file("c"))
        }
    }

    @Test func `numbers given after the backup are lost, said and not given again`() throws {
        do {
            let journal = try makeJournal()
            try journal.backup(to: folder.file("b"))
            try journal.append([[1], [2], [3]])
        }
        #expect(throws: JournalError(.badRequest, "")) {
            try Journal.restore(from: folder.file("b"), to: folder.file("j"))
        }
        try FileManager.default.removeItem(atPath: folder.file("j"))
        let report = try Journal.restore(from: folder.file("b"), to: folder.file("j"))
        #expect(report == RestoreReport(lastSequence: 20, lost: 21...23))
        let journal = try Journal(path: folder.file("j"))
        #expect(try journal.append([[4]]) == 24...24)
        #expect(try journal.read(after: 19, limit: 9).map(\.sequence) == [20, 24])
        let check = try journal.check()
        #expect(check.isSound)
        #expect(check.setAside == [21...23])
    }

    @Test(arguments: [
        "DELETE FROM record WHERE sequence = 20", "UPDATE record SET payload = x'00' WHERE sequence = 3",
        "DELETE FROM archive WHERE key = 't4'", "UPDATE snapshot_part SET payload = x'00'",
        "UPDATE state SET sealed = 19",
    ])
    func `a damaged backup is refused and nothing is put in place`(damage: String) throws {
        try makeJournal().backup(to: folder.file("b"))
        try DatabaseQueue(path: folder.file("b")).write { try $0.execute(sql: damage) }
        #expect(throws: JournalError(.damaged, "")) {
            try Journal.restore(from: folder.file("b"), to: folder.file("k"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("k")))
    }

    @Test func `a newer backup is refused, and damage is not backed up`() throws {
        try makeJournal().backup(to: folder.file("b"))
        try DatabaseQueue(path: folder.file("b")).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('journal-999')")
        }
        #expect(throws: JournalError(.newerSchema, "")) {
            try Journal.restore(from: folder.file("b"), to: folder.file("k"))
        }
        try DatabaseQueue(path: folder.file("j")).write {
            try $0.execute(sql: "UPDATE record SET payload = x'00' WHERE sequence = 3")
        }
        #expect(throws: JournalError(.damaged, "")) {
            try Journal(path: folder.file("j")).backup(to: folder.file("c"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("c")))
    }
}
