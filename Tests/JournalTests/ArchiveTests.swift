import GRDB
import Testing

@testable import Journal

@Suite struct ArchiveTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func entry(_ key: String, at endedAt: Int64, _ payload: [UInt8] = [1, 2]) -> ArchiveEntry {
        ArchiveEntry(
            key: key, state: "succeeded", summary: "Bring \(key)", first: 1, last: 2,
            endedAtNanoseconds: endedAt, payload: payload)
    }

    @Test func `what ended is entered with the records and found again`() throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            try journal.append([[1], [2]], archiving: [entry("a", at: 5), entry("b", at: 6)])
            try journal.archive([entry("c", at: 7)])
        }
        let journal = try Journal(path: folder.file("j"))
        #expect(try journal.archived(key: "a") == entry("a", at: 5))
        #expect(try journal.archived(key: "c") == entry("c", at: 7))
        #expect(try journal.archived(key: "d") == nil)
        #expect(try journal.archivedCount() == 3)
    }

    @Test func `entering it again replaces it`() throws {
        let journal = try Journal(path: folder.file("j"))
        try journal.archive([entry("a", at: 5), entry("a", at: 5)])
        try journal.archive([entry("a", at: 6, [9])])
        #expect(try journal.archived(key: "a") == entry("a", at: 6, [9]))
        #expect(try journal.archivedCount() == 1)
        #expect(try journal.check().isSound)
    }

    @Test func `pages lead through all entries, newest first`() throws {
        let journal = try Journal(path: folder.file("j"))
        // Several begin with the same record, and they end in another order.
        let entries: [ArchiveEntry] = (0..<25).map { (number: Int) in
            let endedAt = Int64(number * 7 % 25)
            return ArchiveEntry(
                key: "t\(number)", state: number % 5 == 0 ? "failed" : "succeeded",
                first: UInt64(number / 3), last: 9, endedAtNanoseconds: endedAt, payload: [])
        }
        try journal.archive(entries)
        func all(_ states: Set<String>?, pages expected: Int) throws -> [ArchiveEntry] {
            var (seen, place, pages): ([ArchiveEntry], ArchivePlace?, Int) = ([], nil, 0)
            repeat {
                let page = try journal.archived(before: place, states: states, limit: 10)
                (seen, place, pages) = (seen + page.entries, page.next, pages + 1)
            } while place != nil
            #expect(pages == expected)
            return seen
        }
        let sorted = entries.sorted { ($0.first, $0.key) > ($1.first, $1.key) }
        #expect(try all(nil, pages: 3) == sorted)
        #expect(try all(["failed"], pages: 1) == sorted.filter { $0.state == "failed" })
        #expect(try all([], pages: 1) == [])
        #expect(try journal.archived(limit: 0).entries.isEmpty)
    }

    @Test func `damage to one entry is said and hides no other`() throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            try journal.archive((0..<5).map { entry("t\($0)", at: Int64($0)) })
        }
        try DatabaseQueue(path: folder.file("j")).write {
            try $0.execute(sql: "UPDATE archive SET state = 'failed' WHERE key = 't2'")
            try $0.execute(sql: "DELETE FROM archive WHERE key = 't3'")
        }
        let journal = try Journal(path: folder.file("j"))
        #expect(throws: JournalError(.damaged, "")) { try journal.archived(key: "t2") }
        let page = try journal.archived(limit: 10)
        #expect(page.entries.map(\.key) == ["t4", "t1", "t0"])
        #expect(page.damaged == ["t2"])
        let report = try journal.check()
        #expect(report.damagedArchive == ["t2"])
        #expect(report.missingArchive == 1)
    }
}
