import GRDB

/// The one row with the journal's totals, under a checksum of its own.
struct JournalState: Equatable {
    /// Tells this journal's files from another's; drawn when it was made.
    var journal: UInt64
    /// Counts the transactions that did anything but append.
    var generation: UInt64 = 0
    /// Records up to this one were deleted, their time being over.
    var base: UInt64 = 0
    /// The chain's link at `base`.
    var baseLink: UInt32 = 0
    /// Records up to this one are older than the chain and have no link.
    var unchained: UInt64 = 0
    var archiveCount: UInt64 = 0
    /// Of the archive entries' digests, wrapping.
    var archiveSum: UInt64 = 0
    /// In a backup, the newest record there must be; else 0.
    var sealed: UInt64 = 0

    init(journal: UInt64) { self.journal = journal }

    private var checksum: Int64 {
        var checksum = CRC32C()
        for number in numbers { checksum.add(number) }
        return Int64(checksum.value)
    }

    private var numbers: [Int64] {
        [
            Int64(bitPattern: journal), Int64(generation), Int64(base), Int64(baseLink),
            Int64(unchained), Int64(archiveCount), Int64(bitPattern: archiveSum), Int64(sealed),
        ]
    }

    /// - Throws: `damaged` where the row is missing or decayed.
    static func read(_ db: Database) throws -> JournalState {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT journal, generation, base, base_link, unchained, archive_count, archive_sum,
                        sealed, checksum FROM state WHERE id = 1
                    """))
        guard let row,
            let state = JournalState((0..<9).map { Int64.fromDatabaseValue(row[$0] as DatabaseValue) ?? -1 })
        else {
            throw JournalError(
                .damaged, "the journal’s row of totals is damaged; run the doctor with --repair")
        }
        return state
    }

    /// From a row's columns after the id; nil where they have decayed.
    init?(_ numbers: [Int64]) {
        journal = UInt64(bitPattern: numbers[0])
        guard numbers[1...5].allSatisfy({ $0 >= 0 }), numbers[3] <= UInt32.max, numbers[7] >= 0 else {
            return nil
        }
        generation = UInt64(numbers[1])
        base = UInt64(numbers[2])
        baseLink = UInt32(numbers[3])
        unchained = UInt64(numbers[4])
        archiveCount = UInt64(numbers[5])
        archiveSum = UInt64(bitPattern: numbers[6])
        sealed = UInt64(numbers[7])
        guard numbers[8] == checksum else { return nil }
    }

    func insert(_ db: Database) throws {
        let values = (["1"] + (numbers + [checksum]).map(String.init)).joined(separator: ", ")
        try db.execute(sql: "INSERT OR REPLACE INTO state VALUES (\(values))")
    }

    /// Changes the row in the transaction that `db` is in.
    @discardableResult
    static func update(_ db: Database, _ change: (inout JournalState) -> Void) throws -> JournalState {
        var state = try read(db)
        change(&state)
        let update = try db.cachedStatement(
            sql: """
                UPDATE state SET journal = ?, generation = ?, base = ?, base_link = ?, unchained = ?,
                    archive_count = ?, archive_sum = ?, sealed = ?, checksum = ?
                """)
        try update.execute(arguments: StatementArguments(state.numbers + [state.checksum]))
        return state
    }
}

/// Numbers that no record has any more, and that is known.
struct Hole: Equatable {
    let numbers: ClosedRange<UInt64>

    init(_ numbers: ClosedRange<UInt64>) { self.numbers = numbers }

    /// Nil where the columns have decayed.
    init?(first: Int64, last: Int64, checksum: Int64) {
        guard first >= 0, last >= first else { return nil }
        self.init(UInt64(first)...UInt64(last))
        guard self.checksum == checksum else { return nil }
    }

    private var checksum: Int64 {
        var checksum = CRC32C()
        checksum.add(numbers.lowerBound)
        checksum.add(numbers.upperBound)
        return Int64(checksum.value)
    }

    func insert(_ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO hole (first, last, checksum) VALUES (?, ?, ?)",
            arguments: [Int64(numbers.lowerBound), Int64(numbers.upperBound), checksum])
    }

    /// In order. A decayed one is left out, so that it excuses nothing.
    static func all(_ db: Database) throws -> [ClosedRange<UInt64>] {
        try Row.fetchAll(db, sql: "SELECT first, last, checksum FROM hole ORDER BY first").compactMap {
            row in
            let numbers = (0..<3).map { Int64.fromDatabaseValue(row[$0] as DatabaseValue) ?? -1 }
            return Hole(first: numbers[0], last: numbers[1], checksum: numbers[2])?.numbers
        }
    }

    /// The numbers strictly between two records that no hole explains.
    static func gaps(
        between previous: UInt64, and next: UInt64, excusing holes: [ClosedRange<UInt64>]
    ) -> [ClosedRange<UInt64>] {
        guard previous &+ 1 < next else { return [] }
        var gaps: [ClosedRange<UInt64>] = []
        var expected = previous + 1
        for hole in holes where hole.upperBound >= expected && hole.lowerBound < next {
            if hole.lowerBound > expected { gaps.append(expected...(hole.lowerBound - 1)) }
            expected = max(expected, hole.upperBound + 1)
        }
        if expected < next { gaps.append(expected...(next - 1)) }
        return gaps
    }
}
