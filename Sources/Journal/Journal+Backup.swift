private import Foundation
import GRDB

/// What a restored journal lacks.
public struct RestoreReport: Hashable, Sendable {
    /// The newest record that the backup had.
    public let lastSequence: UInt64
    /// Records that were acknowledged after the backup; nil where none is known.
    public let lost: ClosedRange<UInt64>?
}

extension Journal {
    /// Copies the journal as it is now into one file, checks the copy, and puts
    /// it in place. Appending goes on meanwhile.
    ///
    /// - Throws: `badRequest` where the file exists; `diskFull`, `io`; `damaged`
    ///   when the copy isn't sound.
    public func backup(to path: String) throws(JournalError) {
        try Self.copy(file.pool, of: file.path, to: path)
    }

    /// As ``backup(to:)``, from another process; the journal may be in use.
    public static func backup(of journal: String, to path: String) throws(JournalError) {
        guard SQLiteFile.exists(journal) else { throw JournalError(.io, "there is no \(journal)") }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let source = try DatabaseQueue(path: journal, configuration: configuration)
            try source.read { try requireKnownSchema($0, journal) }
            try copy(source, of: journal, to: path)
        } catch {
            throw JournalError(error, path: journal)
        }
    }

    private static func copy(_ source: any DatabaseReader, of journal: String, to path: String)
        throws(JournalError)
    {
        guard !SQLiteFile.exists(path) else {
            throw JournalError(.badRequest, "\(path) exists; choose another name for the backup")
        }
        let partial = path + ".partial"
        do {
            JournalSalvage.remove(partial)
            let target = try DatabaseQueue(path: partial)
            try source.backup(to: target)
            try target.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            let report = try target.write { db in
                let state = try JournalState.read(db)
                let last = try end(db, state).last
                try JournalState.update(db) { $0.sealed = last }
                return try check(db, upTo: last)
            }
            try target.close()
            guard report.isSound else {
                throw JournalError(
                    .damaged, "\(journal) is damaged, and so would the backup be; run the doctor")
            }
            try moveIntoPlace(partial, path)
        } catch {
            JournalSalvage.remove(partial)
            throw JournalError(error, path: path)
        }
    }

    /// Makes a journal from a backup, having checked all of it. Numbers that the
    /// lost journal gave after the backup, as its witness tells, aren't given
    /// again.
    ///
    /// - Throws: `badRequest` where the journal exists: move it away first;
    ///   `damaged`, `newerSchema`, `io`, `diskFull`, and nothing was changed.
    @discardableResult
    public static func restore(from backup: String, to path: String) throws(JournalError) -> RestoreReport {
        guard SQLiteFile.exists(backup) else { throw JournalError(.io, "there is no \(backup)") }
        guard !SQLiteFile.exists(path) else {
            throw JournalError(.badRequest, "\(path) exists; move it away to restore a backup in its place")
        }
        let lock = try FileLock(guarding: path)
        defer { withExtendedLifetime(lock) {} }
        let witness = try WitnessFile.read(path: path + ".witness")
        let partial = path + ".partial"
        do {
            JournalSalvage.remove(partial)
            try FileManager.default.copyItem(atPath: backup, toPath: partial)
            let target = try DatabaseQueue(path: partial)
            let report = try target.write { db in
                try requireKnownSchema(db, backup)
                return try unseal(db, backup, witness)
            }
            try target.close()
            try moveIntoPlace(partial, path)
            for suffix in [".witness", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
            return report
        } catch {
            JournalSalvage.remove(partial)
            throw JournalError(error, path: backup)
        }
    }

    private static func unseal(
        _ db: Database, _ backup: String, _ witness: WitnessFile.Finding
    ) throws -> RestoreReport {
        let state = try JournalState.read(db)
        let last = max(try end(db, state).last, state.sealed)
        let report = try check(db, upTo: last)
        guard report.isSound else {
            throw JournalError(
                .damaged, "\(backup) is damaged; restore an older backup", records: report.missing)
        }
        var lost: ClosedRange<UInt64>?
        if case .statement(let seen, _) = witness, seen.journal == state.journal, seen.last > last {
            lost = last + 1...seen.last
        }
        if let lost { try Hole(lost).insert(db) }
        try JournalState.update(db) { state in
            state.sealed = 0
            state.generation += 1
        }
        return RestoreReport(lastSequence: last, lost: lost)
    }

    private static func requireKnownSchema(_ db: Database, _ path: String) throws {
        let migrator = JournalSchema.migrator
        guard try !migrator.hasBeenSuperseded(db) else {
            throw JournalError(
                .newerSchema, "\(path) was written by a newer version of Pons; install that version")
        }
        guard try migrator.hasCompletedMigrations(db) else {
            throw JournalError(
                .badRequest, "\(path) is of an older version: copy it, and start a daemon on the copy")
        }
    }

    static func moveIntoPlace(_ partial: String, _ path: String) throws {
        try syncToDisk(partial)
        guard rename(partial, path) == 0 else {
            throw JournalError(.io, "can’t put \(path) in place: \(String(cString: strerror(errno)))")
        }
        let folder = (path as NSString).deletingLastPathComponent
        try syncToDisk(folder.isEmpty ? "." : folder)
    }

    private static func syncToDisk(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw JournalError(.io, "can’t sync \(path): \(String(cString: strerror(errno)))")
        }
    }

}
