import CFaultyDisk
import Foundation
import GRDB
import Testing

@testable import Journal

/// Loss of power at any moment, on a disk that drops and tears what wasn't
/// synced.
@Suite struct PowerLossTests {
    /// What a journal was told and has confirmed.
    private struct Ledger {
        var records: [UInt64: [UInt8]] = [:]
        var archive: [String: ArchiveEntry] = [:]
        var snapshots: [UInt64: [UInt8]] = [:]
        var last: UInt64 = 0
        /// Sent, and never answered: all of it may be there, or nothing.
        var open: (records: [[UInt8]], entries: [ArchiveEntry]) = ([], [])
    }

    private static let settings = DiskSettings(
        reserveBytes: 0, refuseBelowFreeBytes: 0, checkEvery: .seconds(1))

    @Test(arguments: 0..<50)
    func `after any loss of power everything acknowledged is there and nothing is half there`(
        group: UInt64
    ) throws {
        let seed = 7_000 + group
        var random = SeededRandom(seed: seed)
        let folder = try TemporaryFolder()
        let disk = try #require(faulty_disk_new(folder.path, seed))
        defer { faulty_disk_free(disk) }
        var ledger = Ledger()
        // Four losses in a row, each after what the last one left.
        for loss in 0..<4 {
            faulty_disk_fail_after(disk, .random(in: 1...400, using: &random))
            work(folder.file("j"), &ledger, &random)
            #expect(faulty_disk_is_out(disk) != 0)
            #expect(faulty_disk_power_on(disk) >= 0)
            do {
                try compare(folder.file("j"), &ledger)
            } catch {
                Issue.record("seed \(seed), loss \(loss): \(error)")
                return
            }
        }
    }

    /// Appends, snapshots and clean-ups until the power is gone.
    private func work(_ path: String, _ ledger: inout Ledger, _ random: inout SeededRandom) {
        do {
            let journal = try Journal(path: path, disk: Self.settings)
            while true {
                switch Int.random(in: 0..<40, using: &random) {
                case 0 where journal.lastSequence > 0:
                    let payload = random.bytes(.random(in: 0...600_000, using: &random))
                    try journal.saveSnapshot(
                        upTo: journal.lastSequence, payload: payload,
                        madeAtNanoseconds: Int64(journal.lastSequence))
                    ledger.snapshots[journal.lastSequence] = payload
                case 1:
                    let moment = Int64.random(in: 0...Int64(journal.lastSequence), using: &random)
                    try journal.expire(before: moment)
                default:
                    try append(journal, &ledger, &random)
                }
            }
        } catch {
            #expect([.io, .storage].contains(error.code), "\(error)")
        }
    }

    private func append(
        _ journal: Journal, _ ledger: inout Ledger, _ random: inout SeededRandom
    ) throws(JournalError) {
        let count = Int.random(in: 1...5, using: &random)
        let records = (0..<count).map { _ in random.bytes(.random(in: 0...3000, using: &random)) }
        let next = journal.lastSequence + 1
        let entries =
            Int.random(in: 0..<4, using: &random) > 0
            ? []
            : [
                ArchiveEntry(
                    key: "t\(next)", first: next, last: next, endedAtNanoseconds: Int64(next),
                    payload: random.bytes(100))
            ]
        ledger.open = (records, entries)
        let numbers = try journal.append(records, archiving: entries)
        ledger.open = ([], [])
        for (number, record) in zip(numbers, records) { ledger.records[number] = record }
        for entry in entries { ledger.archive[entry.key] = entry }
        ledger.last = numbers.upperBound
    }

    private func compare(_ path: String, _ ledger: inout Ledger) throws {
        let journal = try Journal(path: path, disk: Self.settings)
        let report = try journal.check()
        #expect(report.isSound, "\(report)")
        // The one append without an answer is there as a whole, or not at all.
        if journal.lastSequence > ledger.last {
            for (offset, record) in ledger.open.records.enumerated() {
                ledger.records[ledger.last + 1 + UInt64(offset)] = record
            }
            for entry in ledger.open.entries { ledger.archive[entry.key] = entry }
            ledger.last += UInt64(ledger.open.records.count)
        }
        ledger.open = ([], [])
        #expect(journal.lastSequence == ledger.last)
        let base = report.base
        var seen: UInt64 = base
        try journal.forEachRecord(after: base) { number, payload in
            #expect(Array(payload) == ledger.records[number])
            seen = number
        }
        #expect(seen == ledger.last)
        for entry in ledger.archive.values where entry.last > base {
            #expect(try journal.archived(key: entry.key) == entry)
        }
        // Deleted is only what an acknowledged, sound snapshot stands for.
        let newest = try journal.loadSnapshot()
        #expect((newest?.sequence ?? 0) >= (ledger.snapshots.keys.max() ?? 0))
        #expect((newest?.sequence ?? 0) >= base)
        if let newest, let payload = ledger.snapshots[newest.sequence] {
            #expect(newest.payload == payload)
        }
    }

    @Test(arguments: 0..<20)
    func `what a robot must not forget survives loss of power`(seed: UInt64) throws {
        var random = SeededRandom(seed: 3_000 + seed)
        let folder = try TemporaryFolder()
        let disk = try #require(faulty_disk_new(folder.path, seed))
        defer { faulty_disk_free(disk) }
        var known: [String: [UInt8]] = [:]
        var open: [String: [UInt8]] = [:]
        for _ in 0..<3 {
            faulty_disk_fail_after(disk, .random(in: 1...120, using: &random))
            do {
                let map = try DurableMap(path: folder.file("m"))
                while true {
                    open = [:]
                    for _ in 0..<Int.random(in: 1...3, using: &random) {
                        open["robot-\(Int.random(in: 0..<5, using: &random))"] = random.bytes(300)
                    }
                    try map.record(open.map { ($0.key, $0.value) })
                    known.merge(open) { $1 }
                }
            } catch {}
            #expect(faulty_disk_power_on(disk) >= 0)
            let kept = try DurableMap(path: folder.file("m")).all()
            let found = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.payload) })
            // The last one, which wasn't answered, is there as a whole or not at all.
            #expect(found == known || found == known.merging(open) { $1 }, "seed \(seed)")
            known = found
        }
    }

    /// The disk bites: without syncs it does lose what was acknowledged.
    @Test func `a journal that doesn’t sync is found out`() throws {
        var losses = 0
        for seed in 0..<20 as Range<UInt64> {
            let folder = try TemporaryFolder()
            let disk = try #require(faulty_disk_new(folder.path, seed))
            defer { faulty_disk_free(disk) }
            do {
                let journal = try Journal(path: folder.file("j"), disk: Self.settings)
                try journal.file.pool.writeWithoutTransaction {
                    try $0.execute(sql: "PRAGMA synchronous = NORMAL")
                }
                faulty_disk_fail_after(disk, 60)
                while true { try journal.append([[1, 2, 3]]) }
            } catch {}
            faulty_disk_power_on(disk)
            do {
                _ = try Journal(path: folder.file("j"), disk: Self.settings)
            } catch {
                #expect(error == JournalError(.damaged, ""))
                losses += 1
            }
        }
        #expect(losses > 3, "the witness saw more than the disk kept: \(losses) of 20 times")
    }
}
