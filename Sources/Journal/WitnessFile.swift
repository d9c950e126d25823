private import GRDBSQLite

/// A small file beside the journal that says how far the journal has come.
///
/// It is written after each commit and not synced, so it costs no more than a
/// write to memory; it survives the process, and may be some commits old after
/// a loss of power. It is never ahead of what is on disk: where it is, records
/// that were acknowledged are gone, which SQLite cannot tell, since a damaged
/// end of its log looks like a log that ends there.
///
/// What it can't see: a loss in the moment between a commit and this write; a
/// loss of what came after the witness that a power failure left; the loss of
/// both files, or their replacement by older ones, together.
///
///     0    slot 0: magic 8 | journal 8 | count 8 | last 8 | generation 8 | link 4 | crc32c 4
///     512  slot 1, the same; the slots are written by turns, the higher count is valid
final class WitnessFile {
    /// How far a journal has come.
    struct Statement: Equatable {
        var journal: UInt64
        var last: UInt64
        var generation: UInt64
        /// The chain's link at `last`.
        var link: UInt32
    }

    enum Finding: Equatable {
        case nothing
        case unreadable
        case statement(Statement, bothSlots: Bool)
    }

    private let file: SQLiteFile
    private var count: UInt64
    let found: Finding

    private static let magic: UInt64 = 0x3154_4957_534E_4F50
    private static let slotBytes = 48
    private static let slotDistance: Int64 = 512

    init(path: String) throws(JournalError) {
        let file = try SQLiteFile(path: path)
        self.file = file
        let slots = [0, Self.slotDistance].map { file.read(Self.slotBytes, at: $0) }
        let valid = slots.compactMap(Self.decode).sorted { $0.count < $1.count }
        count = valid.last?.count ?? 0
        // The first commit ever writes one slot only.
        let isWhole = valid.count == 2 || count == 1
        found =
            switch valid.last {
            case let newest?: .statement(newest.statement, bothSlots: isWhole)
            case nil: slots.allSatisfy { $0.allSatisfy { $0 == 0 } } ? .nothing : .unreadable
            }
    }

    /// What the file at `path` says, without making one.
    static func read(path: String) throws(JournalError) -> Finding {
        guard SQLiteFile.exists(path) else { return .nothing }
        return try WitnessFile(path: path).found
    }

    func write(_ statement: Statement) throws(JournalError) {
        count += 1
        let numbers = [
            Self.magic, statement.journal, count, statement.last, statement.generation,
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.slotBytes)
        for number in numbers { Self.put(number, 8, &bytes) }
        Self.put(UInt64(statement.link), 4, &bytes)
        var checksum = CRC32C()
        checksum.add(bytes)
        Self.put(UInt64(checksum.value), 4, &bytes)
        try file.write(bytes, at: count % 2 == 0 ? 0 : Self.slotDistance)
    }

    func sync() throws(JournalError) { try file.sync() }

    private static func put(_ number: UInt64, _ width: Int, _ bytes: inout [UInt8]) {
        for shift in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
    }

    private static func decode(_ bytes: [UInt8]) -> (count: UInt64, statement: Statement)? {
        func number(_ offset: Int, _ width: Int = 8) -> UInt64 {
            bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        var checksum = CRC32C()
        checksum.add(Array(bytes.dropLast(4)))
        guard number(0) == magic, number(44, 4) == UInt64(checksum.value) else { return nil }
        return (
            number(16),
            Statement(
                journal: number(8), last: number(24), generation: number(32), link: UInt32(number(40, 4)))
        )
    }
}
