public import Coordination

/// What the simulator's brain does about the inputs of a real run.
public struct RecordedRunReplay {
    /// An action that was carried out, and the number of the record behind it.
    public struct Deed: Hashable, Sendable {
        public let cause: UInt64
        public let action: CoordinationAction
    }

    public let deeds: [Deed]

    /// - Parameter entries: all records of the run's journal, from the first.
    public init(_ entries: [JournalledInput]) {
        // A site where nothing happens by itself, and nothing is judged.
        let site = Site(
            SimulationOptions(seed: 0, robots: 1, tasks: 0, duration: .zero, faults: .none),
            recorder: RunRecorder(count: .max, stateEvery: .max))
        var deeds: [Deed] = []
        site.brain.retake(entries) { deeds.append(Deed(cause: $1, action: $0)) }
        self.deeds = deeds
    }
}
