import GRDB

/// What a snapshot is known by.
public struct SnapshotInfo: Hashable, Sendable {
    /// It stands for all records up to this one.
    public let sequence: UInt64
    /// Since 1970; every record that it stands for is older.
    public let madeAtNanoseconds: Int64
    public let bytes: Int
}

extension Journal {
    /// How many snapshots are kept beside the newest two.
    static let olderSnapshots = 30

    /// Saves what all records up to `sequence` add up to, in small pieces, so
    /// that appending goes on meanwhile. The newest two are always kept, and
    /// older ones thinned out so that they lie evenly over the records.
    ///
    /// - Parameter madeAtNanoseconds: since 1970; nil for now.
    /// - Throws: `badRequest` when there is no such record yet; `diskFull`; `io`.
    public func saveSnapshot(
        upTo sequence: UInt64, payload: [UInt8], madeAtNanoseconds: Int64? = nil
    ) throws(JournalError) {
        guard sequence <= lastSequence else {
            throw JournalError(
                .badRequest, "a snapshot up to \(sequence), but the last record is \(lastSequence)")
        }
        try oneAtATime { () throws(JournalError) in
            if try snapshot(at: sequence) != nil { return }
            try commitCounted { db in
                try db.execute(sql: "DELETE FROM snapshot WHERE sequence = ?", arguments: [Int64(sequence)])
            }
            try deleteLooseParts()
            for (part, bytes) in StoredSnapshot.parts(of: payload).enumerated() {
                try commitCounted { try StoredSnapshot.insertPart($0, sequence, part, bytes) }
            }
            let head = StoredSnapshot.Head(
                sequence: sequence, madeAtNanoseconds: madeAtNanoseconds ?? WallClock.nanoseconds(),
                bytes: payload.count)
            try commitCounted { try head.insert($0) }
            try thinOut()
            try syncWitness()
        }
    }

    /// The newest snapshot that is sound; nil when there is none.
    public func loadSnapshot() throws(JournalError) -> JournalSnapshot? {
        try snapshot(atOrBefore: .max)
    }

    /// The newest sound snapshot up to number `sequence`: from there on, the
    /// records lead to the state at any later number.
    public func snapshot(atOrBefore sequence: UInt64) throws(JournalError) -> JournalSnapshot? {
        try file.read { db in
            for case (_, let head?) in try StoredSnapshot.heads(db).reversed()
            where head.sequence <= sequence {
                if let payload = try StoredSnapshot.payload(db, head) {
                    return JournalSnapshot(sequence: head.sequence, payload: payload)
                }
            }
            return nil
        }
    }

    /// The snapshots there are, from the oldest.
    public func snapshots() throws(JournalError) -> [SnapshotInfo] {
        try file.read { db in
            try StoredSnapshot.heads(db).compactMap { _, head in
                head.map {
                    SnapshotInfo(
                        sequence: $0.sequence, madeAtNanoseconds: $0.madeAtNanoseconds, bytes: $0.bytes)
                }
            }
        }
    }

    /// The numbers of sound snapshots' records, of those that are to stay.
    func deleteSnapshots(_ sequences: [UInt64]) throws(JournalError) {
        guard !sequences.isEmpty else { return }
        try commitCounted { db in
            for sequence in sequences {
                try db.execute(sql: "DELETE FROM snapshot WHERE sequence = ?", arguments: [Int64(sequence)])
            }
        }
        try deleteLooseParts()
    }

    private func snapshot(at sequence: UInt64) throws(JournalError) -> [UInt8]? {
        try file.read { db in
            let head = try StoredSnapshot.heads(db).first { $0.sequence == sequence }?.head
            return try head.flatMap { try StoredSnapshot.payload(db, $0) }
        }
    }

    private func deleteLooseParts() throws(JournalError) {
        while try commitCounted({ try StoredSnapshot.deleteLooseParts($0, limit: 16) }) == 16 {}
    }

    /// Takes out, of the older snapshots, those whose neighbours lie nearest to
    /// one another; the oldest and the newest two stay.
    private func thinOut() throws(JournalError) {
        var kept = try snapshots().map(\.sequence)
        var superfluous: [UInt64] = []
        while kept.count > Self.olderSnapshots + 2 {
            func room(_ index: Int) -> UInt64 { kept[index + 1] - kept[index - 1] }
            guard let tightest = (1..<kept.count - 2).min(by: { room($0) < room($1) }) else { break }
            superfluous.append(kept.remove(at: tightest))
        }
        try deleteSnapshots(superfluous)
    }
}
