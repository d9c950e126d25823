import Coordination
import RobotModel
import WireFormat
import WorldMemory

/// All that a brain has on disk: journal, snapshots, archive and memory.
struct BrainDisk {
    private(set) var journal = SimulatedLog()
    /// Records in the journal, the newest of them perhaps not synced yet.
    private(set) var lastRecord: UInt64 = 0
    private var snapshots: [(record: UInt64, log: SimulatedLog)] = []
    /// Shared memory as it was last flushed.
    private(set) var memory = MemoryCore()
    private(set) var archive: [TaskID: TaskView] = [:]
    private var random: SeededRandom

    init(random: SeededRandom) { self.random = random }

    mutating func write(_ payloads: [[UInt8]]) {
        journal.write(payloads)
        lastRecord += UInt64(payloads.count)
    }

    mutating func sync() { journal.sync() }

    mutating func flush(_ memory: MemoryCore) { self.memory = memory }

    /// Memory and archive are on disk before the snapshot that lets a start
    /// pass over what made them.
    mutating func beginSnapshot(
        _ bytes: [UInt8], record: UInt64, memory: MemoryCore, archive: [TaskID: TaskView]
    ) {
        self.memory = memory
        self.archive = archive
        var log = SimulatedLog()
        log.write([bytes])
        snapshots.append((record, log))
        if snapshots.count > 2 { snapshots.removeFirst() }
    }

    mutating func finishSnapshot() {
        guard !snapshots.isEmpty else { return }
        snapshots[snapshots.count - 1].log.sync()
    }

    mutating func crash(isPowerLost: Bool) {
        journal.crash(isPowerLost: isPowerLost, random: &random)
        for index in snapshots.indices {
            snapshots[index].log.crash(isPowerLost: isPowerLost, random: &random)
        }
    }

    /// What a start finds.
    mutating func recover() -> (snapshot: (record: UInt64, bytes: [UInt8])?, records: [[UInt8]]) {
        let records = journal.recover()
        lastRecord = UInt64(records.count)
        var found: (record: UInt64, bytes: [UInt8])?
        for index in snapshots.indices {
            if let bytes = snapshots[index].log.recover().first { found = (snapshots[index].record, bytes) }
        }
        return (found, records)
    }
}
