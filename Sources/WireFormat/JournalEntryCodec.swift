import CProtobufC
import CWire
public import RobotModel

/// Journal records to bytes and back. What is read back equals what was
/// written, to the last bit; the journal itself adds the checksums.
public enum JournalEntryCodec {
    /// The format that this code writes. It reads every version from 1 on.
    public static let currentVersion: UInt32 = 2
    /// The most bytes that a record may have: 64 MiB.
    public static let largestEntry = 64 << 20
    /// How deep a formula may be nested, as in the text notation.
    static let deepestFormula = 64

    /// The record of an input that the coordinator took at `at`.
    ///
    /// - Throws: `unrepresentable` for a text with a NUL, a literal with an
    ///   illegal name or a formula nested too deep; `tooLarge` beyond
    ///   ``largestEntry``.
    public static func encode(
        _ input: CoordinationInput, at: Instant
    ) throws(WireFormatError) -> [UInt8] {
        let arena = Arena(limit: 1 << 30)
        let message = try arena.entry(input, at: at)
        let size = pons__v1__journal_entry__get_packed_size(message)
        guard size <= largestEntry else {
            throw WireFormatError(
                .tooLarge, "an input of \(size) bytes; a record has at most \(largestEntry)")
        }
        return withExtendedLifetime(arena) {
            [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                count = pons__v1__journal_entry__pack(message, buffer.baseAddress)
            }
        }
    }

    /// Reads a record.
    ///
    /// - Throws: `unknownKind` for a record of a newer version, or with an
    ///   input or word that this version doesn't know: start nothing on the
    ///   strength of such a journal. `malformed` or `tooLarge` for bytes that
    ///   no version has written.
    public static func decode(
        _ bytes: [UInt8]
    ) throws(WireFormatError) -> (input: CoordinationInput, at: Instant) {
        try unpack(
            bytes, limits: .journalEntry, descriptor: pons__v1__journal_entry__descriptor,
            with: pons__v1__journal_entry__unpack
        ) { (message) throws(WireFormatError) in
            try Reader(isFromOutside: false).entry(message.pointee)
        }
    }
}
