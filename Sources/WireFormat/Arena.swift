import CProtobufC

/// Memory that is taken piece by piece and given back all at once: for the C
/// structs of one message, on their way in or out.
///
/// Not thread-safe. Pointers into it end with it.
final class Arena {
    /// Bytes that may be taken in all; more fails the message.
    private let limit: Int
    private var blocks: [UnsafeMutableRawPointer] = []
    private var cursor: UnsafeMutableRawPointer
    private var left: Int
    private var taken = 0

    private static let alignment = 16
    private static let firstBlock = 4096

    init(limit: Int = 256 << 20) {
        self.limit = limit
        cursor = UnsafeMutableRawPointer.allocate(
            byteCount: Self.firstBlock, alignment: Self.alignment)
        left = Self.firstBlock
        blocks.append(cursor)
    }

    deinit {
        for block in blocks { block.deallocate() }
    }

    /// Uninitialised memory, aligned for anything; nil beyond the limit.
    func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        guard byteCount >= 0, byteCount <= limit - taken else { return nil }
        let rounded = max((byteCount + Self.alignment - 1) & ~(Self.alignment - 1), Self.alignment)
        if rounded > left {
            let size = max(rounded, min(blocks.count * 2 * Self.firstBlock, 1 << 20))
            cursor = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Self.alignment)
            left = size
            blocks.append(cursor)
        }
        let result = cursor
        cursor += rounded
        left -= rounded
        taken += rounded
        return result
    }

    /// Runs `body` with an allocator for protobuf-c that takes from here.
    func withAllocator<Result>(_ body: (UnsafeMutablePointer<ProtobufCAllocator>) -> Result) -> Result {
        var allocator = ProtobufCAllocator(
            alloc: { data, size in
                guard let data else { return nil }
                return Unmanaged<Arena>.fromOpaque(data).takeUnretainedValue().take(size)
            },
            free: { _, _ in },
            allocator_data: Unmanaged.passUnretained(self).toOpaque())
        return withExtendedLifetime(self) { body(&allocator) }
    }
}
