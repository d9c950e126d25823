import Coordination
import Dispatch
import Journal
import Logging
import RobotModel

/// Saves snapshots of the coordinator's state behind its back, so that a start
/// is quick however long the journal is, and lets go of what nobody needs.
final class SnapshotDesk: Sendable {
    private let store: JournalAdapter
    private let memory: MemoryDesk
    private let logger: Logger
    private let queue = DispatchQueue(label: "pons.snapshots", qos: .utility)
    private let retention: Retention

    /// How long, and how much of, what is over is kept.
    struct Retention: Sendable {
        var age = Duration.seconds(30 * 86_400)
        var bytes: UInt64 = 8 << 30
    }

    init(
        store: JournalAdapter, memory: MemoryDesk, retention: Retention = Retention(), logger: Logger
    ) {
        self.store = store
        self.memory = memory
        self.retention = retention
        self.logger = logger
    }

    /// Saves the state after `record`, once shared memory has on disk all that
    /// steps did until then: a start from the snapshot enters only what came
    /// after it.
    func save(_ machine: CoordinationMachine, record: UInt64, now: Instant) {
        memory.whenOnDisk(upTo: record) { [self] in
            queue.async { [self] in
                do {
                    CrashPoint.reach(.snapshotBefore)
                    try store.saveSnapshot(machine, record: record)
                    CrashPoint.reach(.snapshotAfter)
                    try store.journal.expire(
                        before: now.nanosecondsSinceEpoch - retention.age.wholeNanoseconds,
                        keepingBytes: retention.bytes)
                } catch {
                    logger.error("can’t save a snapshot", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
