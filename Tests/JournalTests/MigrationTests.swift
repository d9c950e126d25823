import Foundation
import GRDB
import Testing

@testable import Journal

/// Files as earlier versions wrote them.
@Suite struct MigrationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file of the first schema: 10 records, of which the first three were
    /// deleted after a snapshot up to 4, and 8 to 9 were set aside.
    func makeFirstSchema() throws {
        let queue = try DatabaseQueue(path: folder.file("j"))
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('journal-1');
                    CREATE TABLE record (
                        sequence INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, payload BLOB NOT NULL);
                    CREATE TABLE snapshot (
                        sequence INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, payload BLOB NOT NULL);
                    CREATE TABLE set_aside (
                        sequence INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, payload BLOB NOT NULL);
                    CREATE TABLE hole (first INTEGER PRIMARY KEY, last INTEGER NOT NULL);
                    INSERT INTO hole VALUES (8, 9);
                    """)
            func insert(_ table: String, _ sequence: UInt64, _ payload: [UInt8]) throws {
                try db.execute(
                    sql: "INSERT INTO \(table) VALUES (?, ?, ?)",
                    arguments: [
                        Int64(sequence), Int64(CRC32C.ofRecord(sequence, payload)), Data(payload),
                    ])
            }
            for sequence in [4, 5, 6, 7, 10] as [UInt64] {
                try insert("record", sequence, [UInt8(sequence)])
            }
            for sequence in [8, 9] as [UInt64] { try insert("set_aside", sequence, [UInt8(sequence)]) }
            try insert("snapshot", 4, [44])
        }
        try queue.close()
    }

    @Test func `a journal of the first schema opens and goes on`() throws {
        try makeFirstSchema()
        do {
            let journal = try Journal(path: folder.file("j"))
            #expect(journal.lastSequence == 10)
            #expect(try journal.loadSnapshot() == JournalSnapshot(sequence: 4, payload: [44]))
            #expect(try journal.read(after: 4, limit: 9).map(\.payload) == [[5], [6], [7], [10]])
            #expect(throws: JournalError(.compacted, "")) { try journal.read(after: 0, limit: 9) }
            #expect(try journal.append([[11], [12]]) == 11...12)
            #expect(try journal.archivedCount() == 0)
        }
        let journal = try Journal(path: folder.file("j"))
        #expect(
            try journal.read(after: 3, limit: 9).map(\.payload) == [[4], [5], [6], [7], [10], [11], [12]])
        let report = try journal.check()
        #expect(report.isSound)
        #expect(report.setAside == [8...9])
        try journal.saveSnapshot(upTo: 12, payload: [1], madeAtNanoseconds: 1)
        try journal.expire(before: 2)
        #expect(try journal.check().isSound)
    }

    @Test func `damage from before the chain is found after it too`() throws {
        try makeFirstSchema()
        _ = try Journal(path: folder.file("j")).append([[11]])
        try DatabaseQueue(path: folder.file("j")).write {
            try $0.execute(sql: "UPDATE record SET payload = x'09' WHERE sequence = 6")
        }
        #expect(try Journal(path: folder.file("j")).check().damaged == [6])
    }
}
