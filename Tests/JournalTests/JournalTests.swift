import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct JournalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Changes the file behind the journal's back.
    func tamper(_ name: String, _ sql: String) throws {
        try DatabaseQueue(path: folder.file(name)).write { try $0.execute(sql: sql) }
    }

    @Test func `records are numbered from one without gaps and read back in order`() throws {
        let journal = try Journal(path: folder.file("j"))
        #expect(journal.lastSequence == 0)
        #expect(try journal.append([bytes("a"), bytes("b")]) == 1...2)
        #expect(try journal.append([[]]) == 3...3)
        #expect(journal.lastSequence == 3)
        #expect(try journal.read(after: 0, limit: 10).map(\.payload) == [bytes("a"), bytes("b"), []])
        #expect(try journal.read(after: 1, limit: 1).map(\.sequence) == [2])
        #expect(try journal.read(after: 3, limit: 10).isEmpty)
        #expect(try journal.read(after: .max, limit: 10).isEmpty)
        #expect(throws: JournalError(.badRequest, "")) { try journal.append([]) }
    }

    @Test func `every commit is synced to disk`() throws {
        let journal = try Journal(path: folder.file("j"))
        let (synchronous, mode) = try journal.file.pool.writeWithoutTransaction { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                try String.fetchOne(db, sql: "PRAGMA journal_mode")
            )
        }
        #expect(synchronous == 2)
        #expect(mode == "wal")
    }

    @Test func `a journal goes on after it was closed`() throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            try journal.append([bytes("a")])
        }
        let journal = try Journal(path: folder.file("j"))
        #expect(journal.lastSequence == 1)
        #expect(try journal.append([bytes("b")]) == 2...2)
        #expect(try journal.read(after: 0, limit: 10).map(\.payload) == [bytes("a"), bytes("b")])
    }

    @Test func `what was appended is there after a kill`() throws {
        let journal = try Journal(path: folder.file("j"))
        for number in 1...50 { try journal.append([bytes("\(number)")]) }
        try folder.copyAsLeftByKill("j", to: "k")
        let survivor = try Journal(path: folder.file("k"))
        #expect(
            try survivor.read(after: 0, limit: 100).map(\.payload) == (1...50).map { bytes("\($0)") })
        withExtendedLifetime(journal) {}
    }

    @Test func `a second opener is refused until the first has gone`() throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            let error = #expect(throws: JournalError.self) { try Journal(path: folder.file("j")) }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("process \(getpid())") == true)
            withExtendedLifetime(journal) {}
        }
        _ = try Journal(path: folder.file("j"))
    }

    @Test func `concurrent appends get numbers of their own`() async throws {
        let journal = try Journal(path: folder.file("j"))
        let ranges = try await withThrowingTaskGroup(of: ClosedRange<UInt64>.self) { group in
            for worker in 0..<8 {
                group.addTask { try journal.append((0..<5).map { [UInt8(worker), $0] }) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(ranges.flatMap(Array.init).sorted() == Array(1...40))
        let records = try journal.read(after: 0, limit: 100)
        for range in ranges {
            // A batch stays together and in order.
            let batch = records.filter { range.contains($0.sequence) }.map(\.payload)
            #expect(batch.map { $0[1] } == [0, 1, 2, 3, 4])
            #expect(Set(batch.map { $0[0] }).count == 1)
        }
    }

    @Test func `a record that has decayed is reported and not handed out`() throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            try journal.append((1...5).map { bytes("record \($0)") })
        }
        try tamper("j", "UPDATE record SET payload = CAST('recOrd 3' AS BLOB) WHERE sequence = 3")
        let journal = try Journal(path: folder.file("j"))
        let report = try journal.check()
        #expect(report.damaged == [3])
        #expect(!report.isSound)
        #expect(try journal.read(after: 0, limit: 2).count == 2)
        #expect(throws: JournalError(.damaged, "")) { try journal.read(after: 0, limit: 3) }
        #expect(try journal.read(after: 3, limit: 9).map(\.sequence) == [4, 5])
    }

    @Test func `records that changed places or vanished are reported`() throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            try journal.append((1...9).map { bytes("record \($0)") })
        }
        try tamper("j", "UPDATE record SET sequence = 99 WHERE sequence = 9")
        try tamper("j", "DELETE FROM record WHERE sequence IN (1, 4, 5)")
        let journal = try Journal(path: folder.file("j"))
        let report = try journal.check()
        #expect(report.damaged == [99])
        #expect(report.missing == [1...1, 4...5, 9...98])
        #expect(throws: JournalError(.damaged, "")) { try journal.read(after: 0, limit: 9) }
        #expect(throws: JournalError(.damaged, "")) { try journal.read(after: 2, limit: 9) }
    }

    @Test func `after damage is set aside the journal goes on and no number comes twice`() throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            try journal.append((1...6).map { bytes("record \($0)") })
        }
        try tamper("j", "UPDATE record SET payload = x'00' WHERE sequence = 4")
        do {
            let journal = try Journal(path: folder.file("j"))
            #expect(throws: JournalError(.badRequest, "")) { try journal.setAside(from: 7) }
            #expect(try journal.setAside(from: 4) == 3)
            #expect(try journal.append([bytes("new")]) == 7...7)
        }
        let journal = try Journal(path: folder.file("j"))
        #expect(try journal.read(after: 0, limit: 10).map(\.sequence) == [1, 2, 3, 7])
        let report = try journal.check()
        #expect(report.isSound)
        #expect(report.setAside == [4...6])
        #expect(try journal.read(after: 4, limit: 9).map(\.sequence) == [7])
    }

    @Test func `a record in another’s place is noticed though its own checksum is right`() throws {
        for name in ["a", "b"] {
            let journal = try Journal(path: folder.file(name))
            for number in 1...5 { try journal.append([bytes("\(name) \(number)")]) }
        }
        let stranger = try #require(
            try DatabaseQueue(path: folder.file("b")).read {
                try Row.fetchOne($0, sql: "SELECT checksum, payload FROM record WHERE sequence = 3")
            })
        try DatabaseQueue(path: folder.file("a")).write {
            try $0.execute(
                sql: "UPDATE record SET checksum = ?, payload = ? WHERE sequence = 3",
                arguments: [stranger[0] as Int64, stranger[1] as Data])
        }
        let journal = try Journal(path: folder.file("a"))
        #expect(try journal.check().strange == [3, 4])
        let error = #expect(throws: JournalError(.damaged, "")) { try journal.read(after: 0, limit: 9) }
        #expect(error?.records == [3...3])
        #expect(throws: JournalError(.damaged, "")) { try journal.read(after: 2, limit: 1) }
    }

    @Test func `records are handed out without copying, up to a number`() throws {
        let journal = try Journal(path: folder.file("j"))
        try journal.append((1...9).map { bytes("record \($0)") })
        var seen: [UInt64: [UInt8]] = [:]
        try journal.forEachRecord(after: 2, upTo: 5) { seen[$0] = Array($1) }
        #expect(seen == [3: bytes("record 3"), 4: bytes("record 4"), 5: bytes("record 5")])
        struct Enough: Error {}
        #expect(throws: JournalError(.storage, "")) {
            try journal.forEachRecord(after: 0) { _, _ in throw Enough() }
        }
    }

    @Test func `a full disk refuses the whole batch and harms nothing`() throws {
        let journal = try Journal(path: folder.file("j"))
        try journal.append([bytes("before")])
        try journal.limitSize(toPages: 12)
        let batch = [bytes("small"), [UInt8](repeating: 7, count: 200_000)]
        #expect(throws: JournalError(.diskFull, "")) { try journal.append(batch) }
        #expect(journal.lastSequence == 1)
        try journal.limitSize(toPages: 1_000)
        #expect(try journal.append([bytes("after")]) == 2...2)
        #expect(
            try journal.read(after: 0, limit: 9).map(\.payload) == [bytes("before"), bytes("after")])
    }

    @Test func `a file of a newer version is refused with advice`() throws {
        _ = try Journal(path: folder.file("j"))
        try tamper("j", "INSERT INTO grdb_migrations VALUES ('journal-999')")
        let error = #expect(throws: JournalError.self) { try Journal(path: folder.file("j")) }
        #expect(error?.code == .newerSchema)
        #expect(error?.message.contains("newer version of Pons") == true)
    }

    @Test func `a file that is no database and a folder that isn’t there are errors`() throws {
        try Data(repeating: 42, count: 5_000).write(to: URL(fileURLWithPath: folder.file("j")))
        #expect(throws: JournalError(.damaged, "")) { try Journal(path: folder.file("j")) }
        #expect(throws: JournalError(.io, "")) { try Journal(path: folder.file("nowhere/j")) }
    }

    @Test func `the checksum is the Castagnoli one`() {
        // RFC 3720, appendix B.4.
        var zeros = CRC32C()
        zeros.add([UInt8](repeating: 0, count: 32))
        #expect(zeros.value == 0x8A91_36AA)
        var digits = CRC32C()
        digits.add(bytes("123456789"))
        #expect(digits.value == 0xE306_9283)
    }
}
