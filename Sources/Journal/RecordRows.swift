import GRDB
private import GRDBSQLite

/// The table of records, through SQLite's own calls: a layer in between costs
/// more than the work itself.
enum RecordRows {
    /// A row as it lies in the file; the bytes are SQLite's until the next step.
    struct Row {
        let sequence: UInt64
        let storedChecksum: Int64
        let payload: UnsafeRawBufferPointer

        /// What the checksum column ought to say without its link.
        var checksum: UInt32 { CRC32C.ofRecord(sequence, payload) }
        var storedLink: UInt32 { UInt32(truncatingIfNeeded: storedChecksum >> 32) }
        var isSound: Bool { sequence > 0 && checksum == UInt32(truncatingIfNeeded: storedChecksum) }
    }

    /// Inserts records from number `first` on.
    ///
    /// - Returns: the chain's new link.
    static func insert(
        _ db: Database, first: UInt64, payloads: [[UInt8]], after link: UInt32
    ) throws -> UInt32 {
        let insert = try db.cachedStatement(
            sql: "INSERT INTO record (sequence, checksum, payload) VALUES (?, ?, ?)"
        ).sqliteStatement
        var link = link
        for (sequence, payload) in zip(first..., payloads) {
            let checksum = CRC32C.ofRecord(sequence, payload)
            link = CRC32C.link(after: link, record: checksum)
            let stored = Int64(bitPattern: UInt64(link) << 32 | UInt64(checksum))
            let result = payload.withUnsafeBytes { bytes in
                sqlite3_bind_int64(insert, 1, Int64(sequence))
                sqlite3_bind_int64(insert, 2, stored)
                if let start = bytes.baseAddress, !bytes.isEmpty {
                    // The bytes stay where they are until the step is over.
                    sqlite3_bind_blob64(insert, 3, start, UInt64(bytes.count), nil)
                } else {
                    sqlite3_bind_zeroblob(insert, 3, 0)
                }
                let result = sqlite3_step(insert)
                sqlite3_reset(insert)
                sqlite3_bind_null(insert, 3)
                return result
            }
            guard result == SQLITE_DONE else { throw error(db, result) }
        }
        return link
    }

    /// Hands out rows after number `sequence`, by number, until `body` returns
    /// false or throws.
    static func each(
        _ db: Database, table: String = "record", after sequence: Int64, upTo last: Int64 = .max,
        limit: Int = .max, _ body: (Row) throws -> Bool
    ) throws {
        let select = try db.cachedStatement(
            sql: """
                SELECT sequence, checksum, payload FROM \(table)
                WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?
                """
        ).sqliteStatement
        sqlite3_reset(select)
        sqlite3_bind_int64(select, 1, sequence)
        sqlite3_bind_int64(select, 2, last)
        sqlite3_bind_int64(select, 3, Int64(limit))
        defer { sqlite3_reset(select) }
        while true {
            let result = sqlite3_step(select)
            guard result == SQLITE_ROW else {
                guard result == SQLITE_DONE else { throw error(db, result) }
                return
            }
            let row = Row(
                // A number below zero is damage; 0 is no record's number either.
                sequence: UInt64(max(0, sqlite3_column_int64(select, 0))),
                storedChecksum: sqlite3_column_int64(select, 1),
                payload: UnsafeRawBufferPointer(
                    start: sqlite3_column_blob(select, 2), count: Int(sqlite3_column_bytes(select, 2))))
            guard try body(row) else { return }
        }
    }

    /// The newest record up to number `sequence`, without its payload.
    static func last(_ db: Database, upTo sequence: UInt64) throws -> (
        sequence: UInt64, link: UInt32
    )? {
        let row = try GRDB.Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT sequence, checksum FROM record WHERE sequence <= ? AND sequence > 0
                    ORDER BY sequence DESC LIMIT 1
                    """),
            arguments: [Int64(min(sequence, UInt64(Int64.max)))])
        guard let row, let number = Int64.fromDatabaseValue(row[0]),
            let stored = Int64.fromDatabaseValue(row[1])
        else { return nil }
        return (UInt64(number), UInt32(truncatingIfNeeded: stored >> 32))
    }

    private static func error(_ db: Database, _ result: Int32) -> any Error {
        DatabaseError(resultCode: ResultCode(rawValue: result), message: db.lastErrorMessage)
    }
}
