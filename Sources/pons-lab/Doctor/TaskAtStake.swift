import Coordination
import Journal
import RobotModel
import WireFormat

/// A task that damage to the journal concerns, and how.
struct TaskAtStake: Encodable, Equatable {
    enum Fate: String, Encodable {
        /// It lived when the first record was lost.
        case setBack = "set_back"
        /// It was submitted later: none of it can be replayed.
        case unknown
        /// It ended well before; its explanation has gaps.
        case gaps

        var text: String {
            switch self {
            case .setBack: "goes back to what it was before the loss; look at what its robots did since"
            case .unknown: "was submitted after the loss; submit it again if it is still wanted"
            case .gaps: "is whole; records that explain it are lost"
            }
        }
    }

    let id: String
    let fate: Fate

    /// - Throws: what the journal throws; what the codec throws for records of a
    ///   newer version.
    static func all(_ examination: JournalExamination, _ remains: JournalRemains) throws -> [TaskAtStake] {
        var tasks: [TaskAtStake] = []
        if let stranded = examination.stranded, let start = examination.start {
            let live = try livingTasks(start, upTo: examination.rebuildable, remains)
            tasks += live.map { TaskAtStake(id: $0.rawValue, fate: .setBack) }
            var seen = Set(live)
            try remains.forEachRecord(after: stranded.lowerBound - 1, upTo: stranded.upperBound) { record in
                guard case .taskSubmitted(let id, _) = try JournalEntryCodec.decode(record.payload).input,
                    seen.insert(id).inserted
                else { return }
                tasks.append(TaskAtStake(id: id.rawValue, fate: .unknown))
            }
        }
        var explained = Set(tasks.map(\.id))
        for lost in examination.lost {
            for key in try remains.archiveKeys(within: lost) where explained.insert(key).inserted {
                tasks.append(TaskAtStake(id: key, fate: .gaps))
            }
        }
        return tasks
    }

    /// The tasks that live after the last record that can be replayed, by the
    /// core that the daemon runs.
    private static func livingTasks(
        _ start: UInt64, upTo last: UInt64, _ remains: JournalRemains
    ) throws -> [TaskID] {
        let snapshot = try remains.snapshot(at: start)
        var recovery = CoordinatorRecovery(
            machine: try snapshot.map { try CoordinationMachine(encoded: $0.payload) }
                ?? CoordinationMachine(),
            memoryUpTo: .max)
        try remains.forEachRecord(after: start, upTo: last) { record in
            let (input, at) = try JournalEntryCodec.decode(record.payload)
            recovery.replay(JournalledInput(input, at: at), sequence: record.sequence)
        }
        return recovery.machine.taskViews.map(\.id)
    }
}
