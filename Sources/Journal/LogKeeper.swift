private import Foundation

/// Keeps a copy of SQLite's log while a journal is being opened.
///
/// SQLite takes a damaged log for a shorter one, and deletes it when the file is
/// closed. Where opening ends in the finding that records are lost, the log is
/// put back: what lies in it behind the damage can still be saved.
struct LogKeeper {
    private let log: String
    private let copy: String
    private let isKept: Bool

    init(_ path: String) {
        log = path + "-wal"
        copy = path + ".wal-at-start"
        guard !SQLiteFile.isEmpty(log) else {
            isKept = false
            return
        }
        do {
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.copyItem(atPath: log, toPath: copy)
            isKept = true
        } catch {
            // Without room for a copy the journal must open all the same.
            _ = unlink(copy)
            isKept = false
        }
    }

    /// Puts the log back where damage was found: nothing has been written then,
    /// and what SQLite moved into the file lies in the log as well. After any
    /// other failure the log may have gone on, and stays.
    func settle(after error: JournalError) {
        guard isKept, error.code == .damaged else { return discard() }
        _ = rename(copy, log)
    }

    func discard() {
        if isKept { _ = unlink(copy) }
    }
}
