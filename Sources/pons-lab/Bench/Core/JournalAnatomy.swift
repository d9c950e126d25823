import BrainClient
import Foundation
import Journal
import RobotModel
import WireFormat

/// What the journal wrote for some tasks: how large its records and commits are.
struct JournalAnatomy: Sendable {
    /// The mean over records about attempts.
    var payloadBytes = 100
    var rowsPerCommit = 1.0

    init() {}

    /// Reads a copy of the journal of a running node that is at rest. The
    /// records of a commit came in at the same moment.
    init(of tasks: [TaskID], in rig: CoreRig, _ folder: LabFolder) throws {
        let wanted = Set(tasks)
        let copy = try JournalCopy(of: rig.node, folder)
        var (bytes, rows, commits) = (0, 0, 0)
        var last: Instant?
        var sequence: UInt64 = 0
        while case let records = try copy.journal.read(after: sequence, limit: 1000), let end = records.last {
            for record in records {
                let (input, at) = try JournalEntryCodec.decode(record.payload)
                switch input {
                case .attemptAccepted(let attempt, _), .attemptEnded(let attempt, _, _):
                    guard wanted.contains(attempt.task) else { continue }
                    bytes += record.payload.count
                    rows += 1
                    if at != last { commits += 1 }
                    last = at
                default: continue
                }
            }
            sequence = end.sequence
        }
        guard rows > 0 else { throw CommandError(.failed, "the journal has no record of the steps") }
        payloadBytes = bytes / rows
        rowsPerCommit = Double(rows) / Double(commits)
    }
}
