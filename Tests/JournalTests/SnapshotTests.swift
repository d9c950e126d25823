import Foundation
import GRDB
import Testing

@testable import Journal

@Suite struct SnapshotTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func tamper(_ name: String, _ sql: String) throws {
        try DatabaseQueue(path: folder.file(name)).write { try $0.execute(sql: sql) }
    }

    @Test func `the newest sound snapshot is loaded, of any size`() throws {
        let journal = try Journal(path: folder.file("j"))
        try journal.append((1...6).map { [$0] })
        #expect(try journal.loadSnapshot() == nil)
        #expect(throws: JournalError(.badRequest, "")) {
            try journal.saveSnapshot(upTo: 7, payload: [])
        }
        for (sequence, bytes) in [
            (2, 0), (4, StoredSnapshot.partBytes), (6, 3 * StoredSnapshot.partBytes + 1),
        ] {
            let payload = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 / 1000) }
            try journal.saveSnapshot(upTo: UInt64(sequence), payload: payload, madeAtNanoseconds: 5)
            #expect(
                try journal.loadSnapshot() == JournalSnapshot(sequence: UInt64(sequence), payload: payload))
        }
        #expect(try journal.snapshots().map(\.sequence) == [2, 4, 6])
        #expect(try journal.snapshot(atOrBefore: 5)?.sequence == 4)
        #expect(try journal.snapshot(atOrBefore: 1) == nil)
        #expect(try journal.check().isSound)
    }

    @Test(arguments: [
        "UPDATE snapshot_part SET payload = x'FF' WHERE id >> 16 = 6",
        "DELETE FROM snapshot_part WHERE id = (6 << 16) + 1",
        "UPDATE snapshot SET made_at = 1 WHERE sequence = 6",
        "UPDATE snapshot SET bytes = 7 WHERE sequence = 6",
    ])
    func `a damaged snapshot falls back on the one before`(damage: String) throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            try journal.append((1...6).map { [$0] })
            try journal.saveSnapshot(upTo: 4, payload: [4])
            try journal.saveSnapshot(upTo: 6, payload: [UInt8](repeating: 6, count: 600_000))
        }
        try tamper("j", damage)
        let journal = try Journal(path: folder.file("j"))
        #expect(try journal.loadSnapshot() == JournalSnapshot(sequence: 4, payload: [4]))
        #expect(try journal.check().damagedSnapshots == [6])
        try journal.saveSnapshot(upTo: 6, payload: [6])
        #expect(try journal.loadSnapshot() == JournalSnapshot(sequence: 6, payload: [6]))
        #expect(try journal.check().isSound)
    }

    @Test func `old snapshots are thinned out evenly, and the first and the newest two stay`() throws {
        let journal = try Journal(path: folder.file("j"))
        try journal.append((0..<2000).map { [UInt8($0 % 250)] })
        for step in 1...200 { try journal.saveSnapshot(upTo: UInt64(step * 10), payload: [1]) }
        let kept = try journal.snapshots().map(\.sequence)
        #expect(kept.count == Journal.olderSnapshots + 2)
        #expect(kept.first == 10 && kept.suffix(2) == [1990, 2000])
        let distances = zip(kept, kept.dropFirst()).map { $1 - $0 }
        // Two thousand records in 32 parts are 63 each; twice that is even enough.
        #expect(distances.allSatisfy { $0 <= 126 }, "\(distances)")
    }

    @Test func `what is old is deleted and the state can still be rebuilt`() throws {
        let journal = try Journal(path: folder.file("j"))
        for round in 1...10 {
            try journal.append(
                (0..<100).map { _ in [UInt8](repeating: 1, count: 500) },
                archiving: [
                    ArchiveEntry(
                        key: "t\(round)", first: UInt64(round * 100 - 99), last: UInt64(round * 100),
                        endedAtNanoseconds: Int64(round), payload: [])
                ])
            try journal.saveSnapshot(
                upTo: UInt64(round * 100), payload: [UInt8(round)], madeAtNanoseconds: Int64(round))
        }
        // Made at 3, so everything up to 300 is older than 4.
        let report = try journal.expire(before: 4)
        #expect((report.records, report.snapshots, report.archiveEntries) == (300, 2, 3))
        #expect(throws: JournalError(.compacted, "")) { try journal.read(after: 299, limit: 1) }
        #expect(try journal.read(after: 300, limit: 1).map(\.sequence) == [301])
        #expect(try journal.snapshot(atOrBefore: 399)?.sequence == 300)
        #expect(try journal.archived(key: "t3") == nil)
        #expect(try journal.archived(key: "t4")?.last == 400)
        #expect(try journal.archivedCount() == 7)
        #expect(try journal.check().isSound)
        #expect(try journal.expire(before: 4).records == 0)

        // However old and big, the newest two snapshots and what follows stay.
        #expect(try journal.expire(before: .max, keepingBytes: 0).records == 600)
        #expect(try journal.snapshots().map(\.sequence) == [900, 1000])
        #expect(try journal.read(after: 900, limit: 1000).count == 100)
        #expect(try journal.check().isSound)
        #expect(try journal.append([[1]]) == 1001...1001)
    }

    @Test func `beyond its size the oldest is deleted first`() throws {
        let journal = try Journal(path: folder.file("j"))
        for round in 1...20 {
            try journal.append((0..<100).map { _ in [UInt8](repeating: 1, count: 1000) })
            try journal.saveSnapshot(upTo: UInt64(round * 100), payload: [1], madeAtNanoseconds: 1)
        }
        let report = try journal.expire(before: 0, keepingBytes: 1_500_000)
        #expect(report.usedBytes <= 1_500_000)
        #expect(report.usedBytes > 1_200_000)
        #expect(try journal.check().isSound)
        #expect(try journal.check().base == UInt64(report.records))
    }

    @Test func `numbers go on where all records were deleted`() throws {
        do {
            let journal = try Journal(path: folder.file("j"))
            try journal.append([[1], [2]])
            try journal.saveSnapshot(upTo: 1, payload: [1])
            try journal.saveSnapshot(upTo: 2, payload: [2])
            try journal.expire(before: .max)
            #expect(try journal.check().recordCount == 1)
        }
        let journal = try Journal(path: folder.file("j"))
        #expect(journal.notices == [])
        #expect(try journal.append([[3]]) == 3...3)
        #expect(try journal.read(after: 1, limit: 9).map(\.sequence) == [2, 3])
    }

    @Test func `the file gives its space back and doesn’t grow for ever`() throws {
        let journal = try Journal(path: folder.file("j"))
        func fill(_ from: Int) throws {
            for round in from..<from + 10 {
                try journal.append((0..<1000).map { _ in [UInt8](repeating: 1, count: 1000) })
                try journal.saveSnapshot(upTo: journal.lastSequence, payload: [UInt8(round)])
            }
        }
        func pages() throws -> Int {
            try journal.file.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        }
        try fill(0)
        let full = try pages()
        try journal.expire(before: 0, keepingBytes: 2_000_000)
        let small = try pages()
        #expect(small < full / 2, "\(small) of \(full) pages are left")
        try fill(10)
        #expect(try pages() < full + full / 4)
        #expect(try journal.check().isSound)
    }

    @Test func `appending goes on while old records are deleted`() async throws {
        let journal = try Journal(path: folder.file("j"))
        for _ in 0..<20 { try journal.append((0..<1000).map { _ in [1, 2, 3] }) }
        for upTo in [10_000, 19_000, 20_000] as [UInt64] {
            try journal.saveSnapshot(upTo: upTo, payload: [9], madeAtNanoseconds: 1)
        }
        async let report = Task.detached { try journal.expire(before: 2) }.value
        var appended = 0
        while appended < 50 {
            try journal.append([[4]])
            appended += 1
        }
        #expect(try await report.records == 19_000)
        #expect(try journal.read(after: 20_000, limit: 100).count == 50)
        #expect(try journal.check().isSound)
    }
}
