/// The Castagnoli checksum (RFC 3720, appendix B.4), which finds every burst of
/// damage up to 32 bits. It guards against decay, not against people.
struct CRC32C {
    private var state: UInt32 = .max

    /// The checksum of all bytes so far.
    var value: UInt32 { ~state }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            state = (state >> 8) ^ Self.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)]
        }
    }

    /// The checksum of a record: of its number, then its bytes, so that two
    /// records that changed places are found too.
    static func ofRecord(_ sequence: UInt64, _ payload: [UInt8]) -> UInt32 {
        var checksum = CRC32C()
        withUnsafeBytes(of: sequence.littleEndian) { checksum.add($0) }
        payload.withUnsafeBufferPointer { checksum.add($0) }
        return checksum.value
    }

    static func ofEntry(_ key: String, _ payload: [UInt8]) -> UInt32 {
        var checksum = CRC32C()
        checksum.add(key.utf8)
        checksum.add(CollectionOfOne(0))
        payload.withUnsafeBufferPointer { checksum.add($0) }
        return checksum.value
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1
        }
    }
}
