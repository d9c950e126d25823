import Coordination
import Journal
import RobotModel
import WireFormat

/// The coordinator's journal: inputs as protobuf records on SQLite.
struct JournalAdapter: JournalStore {
    let journal: Journal

    func append(_ inputs: [JournalledInput]) throws -> UInt64 {
        let payloads = try inputs.map { try JournalEntryCodec.encode($0.input, at: $0.at) }
        CrashPoint.reach(.journalBefore)
        defer { CrashPoint.reach(.journalAfter) }
        return try journal.append(payloads).lowerBound
    }

    var refusal: (any Error)? { nil }

    /// Every record from the first, in order.
    func replay(_ body: (JournalledInput, UInt64) -> Void) throws {
        var sequence: UInt64 = 0
        while true {
            let records = try journal.read(after: sequence, limit: 1000)
            guard let last = records.last else { return }
            for record in records {
                let (input, at) = try JournalEntryCodec.decode(record.payload)
                body(JournalledInput(input, at: at), record.sequence)
            }
            sequence = last.sequence
        }
    }
}
