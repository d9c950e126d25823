import Coordination
import Journal
import Logging
import RobotModel

/// Rebuilds a brain's state: from a snapshot, and the records after it.
struct BrainStart {
    /// Records that are gone through in any case, so that those who follow the
    /// events find the newest ones again.
    static let replayed: UInt64 = 5000

    let recovery: CoordinatorRecovery

    /// - Parameter memoryUpTo: the newest record whose effects shared memory
    ///   has; no later snapshot will do, since what came after must be entered.
    /// - Throws: what journal and codec throw. A snapshot of a form that this
    ///   version can't read is passed over for an older one, or the beginning.
    init(store: JournalAdapter, memoryUpTo: UInt64, logger: Logger) throws {
        let last = store.journal.lastSequence
        var bound = min(memoryUpTo, last > Self.replayed ? last - Self.replayed : 0)
        var start: (machine: CoordinationMachine, record: UInt64)?
        while start == nil, let snapshot = try store.journal.snapshot(atOrBefore: bound) {
            do {
                start = (try CoordinationMachine(encoded: snapshot.payload), snapshot.sequence)
            } catch {
                logger.warning("a snapshot can’t be read", metadata: ["record": "\(snapshot.sequence)"])
                guard snapshot.sequence > 0 else { break }
                bound = snapshot.sequence - 1
            }
        }
        var recovery = CoordinatorRecovery(
            machine: start?.machine ?? CoordinationMachine(), memoryUpTo: memoryUpTo)
        try store.replay(after: start?.record ?? 0) { recovery.replay($0, sequence: $1) }
        self.recovery = recovery
    }
}
