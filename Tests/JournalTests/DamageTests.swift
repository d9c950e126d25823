import Foundation
import GRDB
import Testing

@testable import Journal

/// Flipped bits, files that end early and pages of zeros, in database, log and
/// witness: never a journal that is silently another.
@Suite struct DamageTests {
    /// A journal with all there is to damage, and what is in it.
    private final class Original: @unchecked Sendable {
        // Sendable: nothing is changed once it is made.
        let folder: TemporaryFolder
        var records: [UInt64: [UInt8]] = [:]
        var archive: [String: ArchiveEntry] = [:]
        var snapshots: [UInt64: [UInt8]] = [:]
        var base: UInt64 = 0
        var last: UInt64 = 0

        init() throws {
            folder = try TemporaryFolder()
            var random = SeededRandom(seed: 1)
            let journal = try Journal(path: folder.file("live"), disk: .none)
            for round in 1...120 {
                let count = Int.random(in: 1...6, using: &random)
                let payloads = (0..<count).map { _ in
                    random.bytes(.random(in: 0...(round % 10 == 0 ? 9000 : 400), using: &random))
                }
                let entry = ArchiveEntry(
                    key: "task-\(round)", state: "succeeded", summary: "Round \(round)",
                    first: journal.lastSequence + 1, last: journal.lastSequence + UInt64(count),
                    endedAtNanoseconds: Int64(round), payload: random.bytes(200))
                let numbers = try journal.append(payloads, archiving: [entry])
                for (number, payload) in zip(numbers, payloads) { records[number] = payload }
                archive[entry.key] = entry
                if round % 25 == 0 {
                    let payload = random.bytes(20_000)
                    try journal.saveSnapshot(
                        upTo: journal.lastSequence, payload: payload, madeAtNanoseconds: Int64(round))
                    snapshots[journal.lastSequence] = payload
                }
                if round == 60 {
                    try journal.expire(before: 30)
                    // Half of it lies in the database from here on, the rest in the log.
                    try journal.file.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
                }
            }
            base = try journal.check().base
            last = journal.lastSequence
            records = records.filter { $0.key > base }
            for key in archive.keys where try journal.archived(key: key) == nil { archive[key] = nil }
            try folder.copyAsLeftByKill("live", to: "killed")
            try folder.copyAsLeftByKill("live", to: "closed")
            _ = try Journal(path: folder.file("closed"), disk: .none)
        }
    }

    private static let original = Result { try Original() }

    @Test(arguments: 0..<200)
    func `damage is reported, with what is lost, or harms nothing`(seed: UInt64) throws {
        let original = try Self.original.get()
        let folder = try TemporaryFolder()
        var random = SeededRandom(seed: 90_000 + seed)
        let source = original.folder.file(Int.random(in: 0..<3, using: &random) == 0 ? "closed" : "killed")
        for suffix in ["", "-wal", ".witness"] where FileManager.default.fileExists(atPath: source + suffix) {
            for copy in ["opened", "examined"] {
                try FileManager.default.copyItem(atPath: source + suffix, toPath: folder.file(copy + suffix))
            }
        }
        let damage = try Self.damage(folder.file("opened"), &random)
        try FileManager.default.removeItem(atPath: folder.file("examined" + damage.suffix))
        try FileManager.default.copyItem(
            atPath: folder.file("opened" + damage.suffix), toPath: folder.file("examined" + damage.suffix))

        let isReported = try open(folder.file("opened"), original, "seed \(seed): \(damage.text)")
        try repair(folder.file("examined"), original, isReported, "seed \(seed): \(damage.text)")
    }

    private static func damage(
        _ path: String, _ random: inout SeededRandom
    ) throws -> (suffix: String, text: String) {
        let suffixes = ["", "", "", "-wal", "-wal", ".witness"]
        var suffix = suffixes.randomElement(using: &random)!
        if !FileManager.default.fileExists(atPath: path + suffix) { suffix = "" }
        let file = URL(fileURLWithPath: path + suffix)
        var bytes = try Data(contentsOf: file)
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let text: String
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            bytes = bytes.prefix(place)
            text = "cut off at \(place)"
        case 1:
            let start = place / 4096 * 4096
            bytes.replaceSubrange(
                start..<min(start + 4096, bytes.count), with: Data(count: min(4096, bytes.count - start)))
            text = "zeros from \(start)"
        default:
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            bytes[place] ^= bit
            text = "bit \(bit) at \(place)"
        }
        try bytes.write(to: file)
        return (suffix, "\(suffix.isEmpty ? "database" : suffix) \(text)")
    }

    /// What a start and those who ask later see: an error, or the truth.
    ///
    /// - Returns: whether anything was reported.
    private func open(_ path: String, _ original: Original, _ damage: String) throws -> Bool {
        do {
            let journal = try Journal(path: path, disk: .none)
            let snapshot = try journal.loadSnapshot()
            if let snapshot {
                #expect(original.snapshots[snapshot.sequence] == snapshot.payload, "\(damage)")
            }
            var expected = (snapshot?.sequence ?? original.base) + 1
            try journal.forEachRecord(after: expected - 1) { number, payload in
                #expect(number == expected && Array(payload) == original.records[number], "\(damage)")
                expected += 1
            }
            let report = try journal.check()
            if report.isSound {
                // Only the witness may have told of the end, and it may be what is damaged.
                #expect(expected == original.last + 1, "\(damage)")
                #expect(report.recordCount == original.records.count, "\(damage)")
                for (key, entry) in original.archive {
                    #expect(try journal.archived(key: key) == entry, "\(damage)")
                }
            }
            return !report.isSound || !journal.notices.isEmpty
        } catch {
            #expect([.damaged, .storage, .io, .newerSchema].contains(error.code), "\(damage): \(error)")
            return true
        }
    }

    /// What the doctor finds and makes of it.
    private func repair(_ path: String, _ original: Original, _ isReported: Bool, _ damage: String) throws {
        let examination = try JournalExamination.examine(path)
        #expect(examination.isSound == false || !isReported || !examination.notes.isEmpty, "\(damage)")
        // Where nothing tells any more what was deleted, it counts as lost.
        #expect(
            examination.lost.joined().allSatisfy { $0 > min(original.base, examination.base) }, "\(damage)")
        do {
            _ = try JournalExamination.repair(path)
        } catch {
            #expect(examination.start == nil, "\(damage): \(error)")
            return
        }
        let journal = try Journal(path: path, disk: .none)
        #expect(try journal.check().isSound, "\(damage)")
        let lost = Set(examination.lost.joined())
        var found = Set<UInt64>()
        try journal.forEachRecord(after: examination.base) { number, payload in
            #expect(Array(payload) == original.records[number], "\(damage): record \(number)")
            found.insert(number)
        }
        let expected = original.records.keys.filter {
            $0 > examination.base && $0 <= examination.rebuildable && !lost.contains($0)
        }
        #expect(found == Set(expected), "\(damage): \(examination)")
        #expect(lost.isDisjoint(with: found), "\(damage)")
        // A number is not given twice.
        #expect(try journal.append([[1]]).lowerBound > original.last || examination.acknowledged == nil)
        for (key, entry) in original.archive {
            if let kept = try journal.archived(key: key) { #expect(kept == entry, "\(damage)") }
        }
    }
}
