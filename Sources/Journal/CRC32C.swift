/// The Castagnoli checksum (RFC 3720, appendix B.4), which finds every burst of
/// damage up to 32 bits. It guards against decay, not against people.
struct CRC32C {
    private var state: UInt32 = .max

    /// The checksum of all bytes so far.
    var value: UInt32 { ~state }

    /// Eight bytes at a time, each through a table of its own.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        let table = Self.tables
        var state = state
        var rest = bytes[...]
        while rest.count >= 8 {
            let word = UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: rest.startIndex, as: UInt64.self))
            state = Self.advance(state, over: word, table)
            rest = rest.dropFirst(8)
        }
        for byte in rest {
            state = (state >> 8) ^ table[Int(UInt8(truncatingIfNeeded: state) ^ byte)]
        }
        self.state = state
    }

    mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    /// A number, as its eight bytes from the lowest.
    mutating func add(_ number: UInt64) { state = Self.advance(state, over: number, Self.tables) }

    mutating func add(_ number: Int64) { add(UInt64(bitPattern: number)) }

    /// A text and where it ends.
    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
        add([0])
    }

    private static func advance(
        _ state: UInt32, over word: UInt64, _ table: UnsafePointer<UInt32>
    ) -> UInt32 {
        let low = state ^ UInt32(truncatingIfNeeded: word)
        let high = UInt32(truncatingIfNeeded: word >> 32)
        return table[1792 + Int(low & 0xFF)] ^ table[1536 + Int((low >> 8) & 0xFF)]
            ^ table[1280 + Int((low >> 16) & 0xFF)] ^ table[1024 + Int(low >> 24)]
            ^ table[768 + Int(high & 0xFF)] ^ table[512 + Int((high >> 8) & 0xFF)]
            ^ table[256 + Int((high >> 16) & 0xFF)] ^ table[Int(high >> 24)]
    }

    /// Eight tables of 256: the n-th advances over a byte that n bytes follow.
    // Written once, before the first reader gets the pointer, and never freed.
    private nonisolated(unsafe) static let tables: UnsafePointer<UInt32> = {
        let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 2048)
        for index in 0..<256 {
            tables[index] = (0..<8).reduce(UInt32(index)) { value, _ in
                value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1
            }
        }
        for index in 256..<2048 {
            let previous = tables[index - 256]
            tables[index] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
        }
        return UnsafePointer(tables)
    }()
}

extension CRC32C {
    /// The checksum of a record: of its number, then its bytes, so that two
    /// records that changed places are found too.
    static func ofRecord(_ sequence: UInt64, _ payload: UnsafeRawBufferPointer) -> UInt32 {
        var checksum = CRC32C()
        checksum.add(sequence)
        checksum.add(payload)
        return checksum.value
    }

    static func ofRecord(_ sequence: UInt64, _ payload: [UInt8]) -> UInt32 {
        payload.withUnsafeBytes { ofRecord(sequence, $0) }
    }

    /// The next link of the chain over all records: what a record's checksum
    /// makes of the link before it.
    static func link(after previous: UInt32, record checksum: UInt32) -> UInt32 {
        var link = CRC32C()
        link.add(UInt64(previous) << 32 | UInt64(checksum))
        return link.value
    }

    static func ofEntry(_ key: String, _ payload: [UInt8]) -> UInt32 {
        var checksum = CRC32C()
        checksum.add(key)
        checksum.add(payload)
        return checksum.value
    }
}
