private import Foundation
private import GRDBSQLite

/// A plain file, reached as SQLite reaches its own: through the same layer, so
/// that whatever lies under SQLite in a test lies under this file too.
final class SQLiteFile {
    private let path: UnsafeMutablePointer<CChar>
    private let file: UnsafeMutablePointer<sqlite3_file>
    private let memory: UnsafeMutableRawPointer
    /// SQLITE_IOERR_SHORT_READ, a macro that isn't imported.
    private static let endedEarly: Int32 = SQLITE_IOERR | 2 << 8
    /// SQLite never writes more than a page at once, and its layer takes no more
    /// than 128 KiB.
    private static let mostAtOnce = 64 << 10

    init(path text: String) throws(JournalError) {
        guard let system = sqlite3_vfs_find(nil), let path = strdup(text) else {
            throw JournalError(.io, "SQLite has no file layer")
        }
        let size = max(Int(system.pointee.szOsFile), MemoryLayout<sqlite3_file>.size)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        let file = memory.assumingMemoryBound(to: sqlite3_file.self)
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_SUPER_JOURNAL
        guard system.pointee.xOpen(system, path, file, flags, nil) == SQLITE_OK else {
            free(path)
            memory.deallocate()
            throw JournalError(.io, "can’t open \(text); check the folder’s permissions")
        }
        self.path = path
        self.memory = memory
        self.file = file
    }

    deinit {
        if let methods = file.pointee.pMethods { _ = methods.pointee.xClose(file) }
        memory.deallocate()
        // SQLite kept the pointer for as long as the file was open.
        free(path)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether there is no file, or nothing in it.
    static func isEmpty(_ path: String) -> Bool { (size(path) ?? 0) == 0 }

    /// In bytes; nil where there is no file.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// `count` bytes, zeros where the file ends earlier or can't be read.
    func read(_ count: Int, at offset: Int64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let result = bytes.withUnsafeMutableBytes {
            file.pointee.pMethods.pointee.xRead(file, $0.baseAddress, Int32(count), offset)
        }
        return result == SQLITE_OK || result == Self.endedEarly
            ? bytes : [UInt8](repeating: 0, count: count)
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(JournalError) {
        var written = 0
        repeat {
            let count = min(bytes.count - written, Self.mostAtOnce)
            let result = bytes.withUnsafeBytes { all in
                file.pointee.pMethods.pointee.xWrite(
                    file, UnsafeRawBufferPointer(rebasing: all[written...]).baseAddress, Int32(count),
                    offset + Int64(written))
            }
            try check(result, "write")
            written += count
        } while written < bytes.count
    }

    func sync() throws(JournalError) {
        try check(file.pointee.pMethods.pointee.xSync(file, SQLITE_SYNC_NORMAL), "sync")
    }

    private func check(_ result: Int32, _ what: String) throws(JournalError) {
        guard result != SQLITE_OK else { return }
        let name = String(cString: path)
        throw JournalError(result == SQLITE_FULL ? .diskFull : .io, "can’t \(what) \(name) (\(result))")
    }
}
