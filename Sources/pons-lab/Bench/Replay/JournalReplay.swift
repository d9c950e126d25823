import BrainClient
import Coordination
import FaultSimulation
import Foundation
import Journal
import Node
import RobotModel
import WireFormat

/// Goes through all records of a journal, from the first.
struct JournalReplay {
    let journal: Journal

    struct Cost {
        /// By the clock, and by what the processor was used.
        var seconds: Double
        var processorSeconds: Double
        /// Of all payloads.
        var bytes: Int
    }

    /// Reads and decodes, and nothing else.
    func decode() throws -> Cost {
        var latest = Instant.zero
        let cost = try measure { try each { entry, _ in latest = max(latest, entry.at) } }
        guard latest > .zero else { throw CommandError(.failed, "the journal is empty") }
        return cost
    }

    /// Rebuilds the core as a daemon does at its start.
    func handle() throws -> (Cost, CoordinationMachine) {
        var recovery = CoordinatorRecovery(memoryUpTo: .max)
        let cost = try measure {
            try DecodedRecords(of: journal).visit { input, at, sequence in
                recovery.replay(JournalledInput(input, at: at), sequence: sequence)
            }
            return 0
        }
        return (cost, recovery.machine)
    }

    /// How many of the states have another hash than the live ones had.
    func differing(from states: [RecordedState]) throws -> Int {
        var machine = CoordinationMachine()
        var rest = states[...]
        var count = 0
        _ = try each { entry, sequence in
            _ = machine.handle(entry.input, at: entry.at, record: sequence)
            guard let next = rest.first, next.record == sequence else { return }
            rest = rest.dropFirst()
            if try machine.stateHash() != next.hash { count += 1 }
        }
        return count + rest.count
    }

    /// - Parameter body: returns how many bytes it has read.
    private func measure(_ body: () throws -> Int) throws -> Cost {
        let (began, used) = (MonotonicTime.now, Self.processorSeconds)
        let bytes = try body()
        return Cost(
            seconds: MonotonicTime.now.milliseconds(since: began) / 1000,
            processorSeconds: Self.processorSeconds - used, bytes: bytes)
    }

    private func each(_ body: (JournalledInput, UInt64) throws -> Void) throws -> Int {
        var count = 0
        try journal.forEachRecord(after: 0) { sequence, bytes in
            let (input, at) = try JournalEntryCodec.decode([UInt8](bytes))
            count += bytes.count
            try body(JournalledInput(input, at: at), sequence)
        }
        return count
    }

    /// What this process has used so far.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
