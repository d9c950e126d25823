private import Foundation
import GRDB

/// What has ended, by key and by age.
extension Journal {
    /// Enters what ended; an entry of the same key is replaced, so that entering
    /// it again after a replay is harmless. Where there are records to append
    /// too, ``append(_:archiving:)`` does both in one transaction.
    public func archive(_ entries: [ArchiveEntry]) throws(JournalError) {
        guard !entries.isEmpty else { return }
        try commitPromised { db, tail in
            try ArchiveRows.insert(db, entries)
            tail.generation = try JournalState.update(db) { $0.generation += 1 }.generation
        }
    }

    /// - Throws: `damaged` when the entry's checksum is wrong.
    public func archived(key: String) throws(JournalError) -> ArchiveEntry? {
        try file.read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT \(ArchiveRows.columns) FROM archive WHERE key = ?"),
                arguments: [key])
            guard let row else { return nil }
            guard let entry = ArchiveRows.entry(row) else {
                throw JournalError(
                    .damaged, "the archive’s entry “\(key)” in \(file.path) is damaged; run the doctor")
            }
            return entry
        }
    }

    /// Up to `limit` entries that come after `place` in the list: by first
    /// record, newest first.
    ///
    /// - Parameter states: entries in other states are passed over; nil for all.
    public func archived(
        before place: ArchivePlace? = nil, states: Set<String>? = nil, limit: Int
    ) throws(JournalError) -> ArchivePage {
        try file.read { db in
            let marks = databaseQuestionMarks(count: states?.count ?? 0)
            // Nothing sorts after a blob.
            var arguments: StatementArguments = [
                Int64(clamping: place?.first ?? .max),
                place.map { $0.key.databaseValue } ?? Data().databaseValue,
            ]
            arguments += StatementArguments((states ?? []).sorted())
            arguments += [max(0, limit)]
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(ArchiveRows.columns) FROM archive WHERE (first, key) < (?, ?)
                    \(states == nil ? "" : "AND state IN (\(marks))")
                    ORDER BY first DESC, key DESC LIMIT ?
                    """,
                arguments: arguments)
            var page = ArchivePage()
            for row in rows {
                if let entry = ArchiveRows.entry(row) {
                    page.entries.append(entry)
                } else {
                    page.damaged.append(String.fromDatabaseValue(row[0]) ?? "?")
                }
            }
            if rows.count == limit, let last = rows.last,
                let key = String.fromDatabaseValue(last[0]), let first = Int64.fromDatabaseValue(last[3])
            {
                page.next = ArchivePlace(first: UInt64(max(0, first)), key: key)
            }
            return page
        }
    }

    /// How many entries there are.
    public func archivedCount() throws(JournalError) -> Int {
        try file.read { Int(clamping: try JournalState.read($0).archiveCount) }
    }
}
