/// CRC-32 (ISO 3309, as in gzip and PNG) of a ledger line's text.
enum LineChecksum {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { checksum, byte in
            table[Int((checksum ^ UInt32(byte)) & 0xff)] ^ (checksum >> 8)
        }
    }

    private static let table: [UInt32] = (0..<256).map { number in
        (0..<8).reduce(UInt32(number)) { value, _ in
            value & 1 == 0 ? value >> 1 : 0xedb8_8320 ^ (value >> 1)
        }
    }
}
