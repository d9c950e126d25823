private import Foundation
import GRDB

/// A snapshot lies in the file as a head and parts, so that no single write is
/// long. Without its head a part counts for nothing.
enum StoredSnapshot {
    static let partBytes = 256 << 10

    struct Head {
        let sequence: UInt64
        let madeAtNanoseconds: Int64
        let parts: Int
        let bytes: Int
        private let checksum: Int64

        init(sequence: UInt64, madeAtNanoseconds: Int64, bytes: Int) {
            self.sequence = sequence
            self.madeAtNanoseconds = madeAtNanoseconds
            self.bytes = bytes
            parts = (bytes + partBytes - 1) / partBytes
            checksum = Self.checksum(sequence, madeAtNanoseconds, parts, bytes)
        }

        /// From a row's columns; nil where they have decayed.
        init?(_ numbers: [Int64]) {
            guard numbers[0] >= 0, numbers[2] >= 0, numbers[3] >= 0 else { return nil }
            sequence = UInt64(numbers[0])
            madeAtNanoseconds = numbers[1]
            parts = Int(numbers[2])
            bytes = Int(numbers[3])
            checksum = numbers[4]
            guard checksum == Self.checksum(sequence, numbers[1], parts, bytes) else { return nil }
        }

        private static func checksum(_ sequence: UInt64, _ madeAt: Int64, _ parts: Int, _ bytes: Int)
            -> Int64
        {
            var checksum = CRC32C()
            checksum.add(sequence)
            checksum.add(madeAt)
            checksum.add(Int64(parts))
            checksum.add(Int64(bytes))
            return Int64(checksum.value)
        }

        func insert(_ db: Database) throws {
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO snapshot (sequence, made_at, parts, bytes, checksum)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [Int64(sequence), madeAtNanoseconds, parts, bytes, checksum])
        }
    }

    /// The head at each number, from the oldest; nil where it has decayed.
    static func heads(_ db: Database) throws -> [(sequence: UInt64, head: Head?)] {
        try Row.fetchAll(
            db, sql: "SELECT sequence, made_at, parts, bytes, checksum FROM snapshot ORDER BY sequence"
        ).map { row in
            let numbers = (0..<5).map { Int64.fromDatabaseValue(row[$0] as DatabaseValue) ?? -1 }
            return (UInt64(max(0, numbers[0])), Head(numbers))
        }
    }

    static func parts(of payload: [UInt8]) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: payload.count, by: partBytes).map { start in
            payload[start..<min(start + partBytes, payload.count)]
        }
    }

    static func insertPart(
        _ db: Database, _ sequence: UInt64, _ part: Int, _ bytes: ArraySlice<UInt8>
    )
        throws
    {
        let id = id(sequence, part)
        try db.execute(
            sql: "INSERT OR REPLACE INTO snapshot_part (id, checksum, payload) VALUES (?, ?, ?)",
            arguments: [id, checksum(id, Array(bytes)), Data(bytes)])
    }

    static func insertWhole(
        _ db: Database, sequence: UInt64, payload: [UInt8], madeAtNanoseconds: Int64
    ) throws {
        for (part, bytes) in parts(of: payload).enumerated() {
            try insertPart(db, sequence, part, bytes)
        }
        try Head(sequence: sequence, madeAtNanoseconds: madeAtNanoseconds, bytes: payload.count).insert(
            db)
    }

    /// Nil where a part is missing or has decayed.
    static func payload(_ db: Database, _ head: Head) throws -> [UInt8]? {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, checksum, payload FROM snapshot_part WHERE id BETWEEN ? AND ? ORDER BY id
                """,
            arguments: [id(head.sequence, 0), id(head.sequence, 0) + Int64(max(head.parts, 1)) - 1])
        var payload: [UInt8] = []
        payload.reserveCapacity(min(head.bytes, 1 << 30))
        var part = 0
        while let row = try rows.next() {
            guard let id = Int64.fromDatabaseValue(row[0]), let stored = Int64.fromDatabaseValue(row[1]),
                let data = Data.fromDatabaseValue(row[2]), id == Self.id(head.sequence, part)
            else { return nil }
            let bytes = [UInt8](data)
            guard checksum(id, bytes) == stored else { return nil }
            payload += bytes
            part += 1
        }
        return part == head.parts && payload.count == head.bytes ? payload : nil
    }

    /// Deletes up to `limit` parts that have no head.
    ///
    /// - Returns: how many there were.
    static func deleteLooseParts(_ db: Database, limit: Int) throws -> Int {
        try db.execute(
            sql: """
                DELETE FROM snapshot_part WHERE id IN (SELECT id FROM snapshot_part
                    WHERE (id >> 16) NOT IN (SELECT sequence FROM snapshot) LIMIT ?)
                """,
            arguments: [limit])
        return db.changesCount
    }

    private static func id(_ sequence: UInt64, _ part: Int) -> Int64 {
        Int64(truncatingIfNeeded: sequence) << 16 | Int64(part)
    }

    static func checksum(_ id: Int64, _ bytes: [UInt8]) -> Int64 {
        var checksum = CRC32C()
        // Tells a part from a record with the same number.
        checksum.add("snapshot")
        checksum.add(id)
        checksum.add(bytes)
        return Int64(checksum.value)
    }
}
