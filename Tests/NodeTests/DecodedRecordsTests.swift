import Foundation
import Journal
import Node
import RobotModel
import Testing
import WireFormat

struct DecodedRecordsTests {
    private struct Enough: Error {}

    /// A journal with `count` records, of which the one numbered `bad` is none.
    private func withJournal(_ count: Int, bad: Int? = nil, _ body: (Journal) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pons-decoded-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = try Journal(path: folder.appending(path: "journal.db").path)
        if count > 0 {
            try journal.append(
                try (1...count).map { number in
                    number == bad
                        ? [0xff]
                        : try JournalEntryCodec.encode(
                            .brainStarted(epoch: UInt64(number)),
                            at: Instant(nanosecondsSinceEpoch: Int64(number)))
                })
        }
        try body(journal)
    }

    private func numbers(_ records: DecodedRecords) throws -> [UInt64] {
        var numbers: [UInt64] = []
        try records.visit { input, at, number in
            #expect(input == .brainStarted(epoch: number))
            #expect(at.nanosecondsSinceEpoch == Int64(number))
            numbers.append(number)
        }
        return numbers
    }

    @Test(arguments: [0, 1, 511, 512, 513, 10_000])
    func `all records come, once and in order`(count: Int) throws {
        try withJournal(count) { journal throws in
            #expect(try numbers(DecodedRecords(of: journal)) == Array(1..<(UInt64(count) + 1)))
        }
    }

    @Test func `a stretch of them comes without the others`() throws {
        try withJournal(3000) { journal throws in
            #expect(
                try numbers(DecodedRecords(of: journal, after: 700, through: 2001)) == Array(701...2001))
            #expect(try numbers(DecodedRecords(of: journal, after: 2990)) == Array(2991...3000))
            #expect(try numbers(DecodedRecords(of: journal, after: 3000)).isEmpty)
            #expect(try numbers(DecodedRecords(of: journal, after: 7, through: 7)).isEmpty)
        }
    }

    @Test func `what comes before a record that can’t be read is handed out, and then it is told`() throws {
        try withJournal(2000, bad: 1500) { journal throws in
            var last: UInt64 = 0
            #expect(throws: WireFormatError.self) {
                try DecodedRecords(of: journal).visit { _, _, number in last = number }
            }
            #expect(last == 1499)
        }
    }

    @Test func `whoever has had enough is waited for by nobody`() throws {
        try withJournal(20_000) { journal throws in
            for most in [1, 600, 9000] as [UInt64] {
                var last: UInt64 = 0
                #expect(throws: Enough.self) {
                    try DecodedRecords(of: journal).visit { _, _, number in
                        last = number
                        if number == most { throw Enough() }
                    }
                }
                #expect(last == most)
            }
            #expect(try numbers(DecodedRecords(of: journal)).count == 20_000)
        }
    }
}
