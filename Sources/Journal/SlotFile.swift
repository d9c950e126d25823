private import Foundation

/// A few bytes that outlive any crash, in a file that has its room from the
/// start: a full disk doesn't hinder a write.
///
/// ```
/// slot 0 │ mark 8 │ generation 8 │ length 4 │ CRC-32C 4 │ contents … │ slot 1 │ the same │
/// ```
/// Writes go to the two slots by turns, so that the older one is whole whenever
/// power fails; the newer one that is whole counts. Numbers are little-endian.
public final class SlotFile: @unchecked Sendable {
    // Proof of @unchecked: `generation` is changed by `write` alone, which one
    // thread calls at a time; all else is constant.

    /// What was in the file when it was opened.
    public enum Contents: Hashable, Sendable {
        /// Nothing was ever written.
        case none
        case bytes([UInt8])
        /// Something was written, and neither slot is whole.
        case damaged
    }

    public let contents: Contents
    /// The most bytes that it takes.
    public let capacity: Int
    private let path: String
    private let descriptor: Int32
    private let lock: FileLock
    private var generation: UInt64

    private static let mark = Array("PONSLOT1".utf8)
    private static let headerBytes = 24

    /// Opens the file or makes it, with its room. Blocks for the disk.
    ///
    /// - Throws: `inUse`, `io`, `diskFull`.
    public init(path: String, capacity: Int = 256 << 10) throws(JournalError) {
        lock = try FileLock(guarding: path)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(errno, "open", path) }
        let failure = posix_fallocate(descriptor, 0, off_t(2 * (capacity + Self.headerBytes)))
        guard failure == 0 else {
            close(descriptor)
            throw Self.error(failure, "make room for", path)
        }
        self.descriptor = descriptor
        self.path = path
        self.capacity = capacity
        let slots = (0...1).map { Self.read(descriptor, slot: $0, capacity: capacity) }
        let whole = slots.compactMap {
            if case .whole(let bytes, let number) = $0 { (bytes, number) } else { nil }
        }
        if let newest = whole.max(by: { $0.1 < $1.1 }) {
            contents = .bytes(newest.0)
            generation = newest.1
        } else {
            contents = slots.allSatisfy { $0 == .empty } ? .none : .damaged
            generation = 0
        }
        guard fsync(descriptor) == 0 else { throw Self.error(errno, "write", path) }
        try Self.syncFolder(of: path)
    }

    deinit { close(descriptor) }

    /// Gives the file free for whoever opens it next. No write may follow.
    public func release() { lock.release() }

    /// Puts `bytes` in place of what was there; on disk when it returns. Blocks.
    /// One thread at a time.
    ///
    /// - Throws: `io`; `badRequest` beyond ``capacity``. What was there before
    ///   is intact then.
    public func write(_ bytes: [UInt8]) throws(JournalError) {
        guard bytes.count <= capacity else {
            throw JournalError(.badRequest, "\(path) takes \(capacity) bytes, and not \(bytes.count)")
        }
        let next = generation + 1
        var slot = Self.mark
        slot += Self.bytes(next) + Self.bytes(UInt32(bytes.count))
        slot += Self.bytes(CRC32C.ofRecord(next, bytes)) + bytes
        let offset = Self.offset(ofSlot: Int(next % 2), capacity)
        guard pwrite(descriptor, slot, slot.count, offset) == slot.count, fdatasync(descriptor) == 0 else {
            throw Self.error(errno, "write", path)
        }
        generation = next
    }

    private enum Slot: Equatable {
        case empty
        case whole([UInt8], UInt64)
        case broken
    }

    private static func offset(ofSlot slot: Int, _ capacity: Int) -> off_t {
        off_t(slot * (capacity + headerBytes))
    }

    private static func read(_ descriptor: Int32, slot: Int, capacity: Int) -> Slot {
        var bytes = [UInt8](repeating: 0, count: capacity + headerBytes)
        let count = pread(descriptor, &bytes, bytes.count, offset(ofSlot: slot, capacity))
        guard count == bytes.count else { return .broken }
        if bytes.allSatisfy({ $0 == 0 }) { return .empty }
        guard Array(bytes[..<8]) == mark else { return .broken }
        let number: UInt64 = value(bytes[8..<16])
        let length = Int(value(bytes[16..<20]) as UInt32)
        let checksum: UInt32 = value(bytes[20..<24])
        guard length <= capacity else { return .broken }
        let contents = Array(bytes[headerBytes..<headerBytes + length])
        return CRC32C.ofRecord(number, contents) == checksum ? .whole(contents, number) : .broken
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private static func value<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number {
        bytes.reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    /// A new file's name is on disk when its folder is.
    private static func syncFolder(of path: String) throws(JournalError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(errno, "open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw error(errno, "write", folder) }
    }

    private static func error(_ number: Int32, _ what: String, _ path: String) -> JournalError {
        let reason = String(cString: strerror(number))
        return JournalError(
            number == ENOSPC ? .diskFull : .io,
            "can’t \(what) \(path): \(reason); check the disk and the folder")
    }
}
