private import Foundation
import RobotModel

#if canImport(Glibc)
    private import Glibc
#else
    private import Darwin
#endif

/// The file of applied effects: only appended to, synchronised to disk before
/// an append returns, each line with a checksum of its own.
///
/// ```
/// <CRC-32 of the rest, 8 hex digits> <space> <LedgerRecord as JSON> <newline>
/// ```
/// Several processes may share one file, each with other robots of the same
/// world: a lock on the file orders them, and each reads what the others wrote
/// before it appends. Blocks on the disk, and on the lock for as long as
/// another process takes to append.
final class LedgerFile {
    private let path: String
    private let descriptor: Int32
    /// Up to where this process has read or written.
    private var offset: off_t = 0
    private var sequence: UInt64 = 0
    private var lineNumber = 0
    private let encoder = JSONEncoder()
    private let decoder = JSONDecoder()

    /// Opens or creates the file, readable by its owner alone.
    init(path: String) throws(SimulationError) {
        self.path = path
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let isNew = access(path, F_OK) != 0
        descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("open", path, errno) }
        if isNew { try Self.synchroniseFolder(of: path) }
    }

    deinit { _ = Foundation.close(descriptor) }

    /// Keeps other processes from appending until ``release()``.
    ///
    /// - Returns: what they appended since the last time, oldest first.
    func acquire() throws(SimulationError) -> [LedgerEntry] {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Self.failure("lock", path, errno) }
        }
        do {
            return try readNews()
        } catch {
            release()
            throw error
        }
    }

    func release() { _ = flock(descriptor, LOCK_UN) }

    /// Appends and synchronises. Only between ``acquire()`` and
    /// ``release()``.
    func append(_ entry: LedgerEntry) throws(SimulationError) {
        let json: Data
        do {
            json = try encoder.encode(LedgerRecord(sequence: sequence + 1, entry: entry))
        } catch {
            throw SimulationError(.ledgerUnavailable, "can’t write an entry: \(error)", underlying: error)
        }
        var line = Data(Self.hex(LineChecksum.of(json)).utf8)
        line.append(UInt8(ascii: " "))
        line.append(json)
        line.append(UInt8(ascii: "\n"))
        try write(line)
        guard fdatasync(descriptor) == 0 else {
            let code = errno
            _ = ftruncate(descriptor, offset)
            throw Self.failure("synchronise", path, code)
        }
        offset += off_t(line.count)
        sequence += 1
        lineNumber += 1
    }

    private func write(_ line: Data) throws(SimulationError) {
        let written = line.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count else {
            let code = written < 0 ? errno : ENOSPC
            _ = ftruncate(descriptor, offset)
            throw Self.failure("write to", path, code)
        }
    }

    /// Reads whole lines from where it left off. A torn last line is one whose
    /// append never returned, so it is cut off.
    private func readNews() throws(SimulationError) -> [LedgerEntry] {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw Self.failure("read", path, errno) }
        guard end > offset else { return [] }
        let bytes = try read(from: offset, count: Int(end - offset))
        var entries: [LedgerEntry] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let newline = rest.firstIndex(of: UInt8(ascii: "\n"))
            let line = rest[..<(newline ?? rest.endIndex)]
            let isLast = newline.map { $0 + 1 == rest.endIndex } ?? true
            guard newline != nil, let record = record(in: line) else {
                guard isLast else {
                    throw SimulationError(
                        .ledgerCorrupt,
                        "line \(lineNumber + 1) of \(path) is damaged; move the file away to begin the world anew"
                    )
                }
                guard ftruncate(descriptor, offset) == 0 else { throw Self.failure("cut", path, errno) }
                break
            }
            guard record.sequence == sequence + 1 else {
                throw SimulationError(
                    .ledgerCorrupt,
                    "line \(lineNumber + 1) of \(path) has number \(record.sequence), not \(sequence + 1)")
            }
            entries.append(record.entry)
            sequence += 1
            lineNumber += 1
            offset += off_t(line.count + 1)
            rest = rest[(line.endIndex + 1)...]
        }
        return entries
    }

    private func read(from start: off_t, count: Int) throws(SimulationError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, start + off_t(done))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw Self.failure("read", path, errno) }
            done += got
        }
        return bytes
    }

    private func record(in line: ArraySlice<UInt8>) -> LedgerRecord? {
        guard line.count > 9, line[line.startIndex + 8] == UInt8(ascii: " "),
            let checksum = UInt32(String(decoding: line.prefix(8), as: UTF8.self), radix: 16)
        else { return nil }
        let json = line.dropFirst(9)
        guard LineChecksum.of(json) == checksum else { return nil }
        return try? decoder.decode(LedgerRecord.self, from: Data(json))
    }

    private static func hex(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Makes the new file's name durable too.
    private static func synchroniseFolder(of path: String) throws(SimulationError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let handle = Foundation.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw failure("open", folder, errno) }
        defer { _ = Foundation.close(handle) }
        guard fsync(handle) == 0 else { throw failure("synchronise", folder, errno) }
    }

    private static func failure(_ verb: String, _ path: String, _ code: Int32) -> SimulationError {
        SimulationError(
            .ledgerUnavailable, "can’t \(verb) the ledger \(path): \(String(cString: strerror(code)))")
    }
}
