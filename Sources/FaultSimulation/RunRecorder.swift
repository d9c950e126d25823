import Coordination

/// Notes how the live state looks along a run that is recorded, and when there
/// is enough of it.
final class RunRecorder {
    private let count: UInt64
    private let stateEvery: UInt64
    private var dueAt: UInt64
    /// After which record, and the state's hash then.
    private(set) var states: [RecordedState] = []

    init(count: UInt64, stateEvery: UInt64) {
        self.count = count
        self.stateEvery = stateEvery
        dueAt = stateEvery
    }

    var isComplete: Bool { (states.last?.record ?? 0) >= count }

    /// What a crash kept from being acted on is passed over: the state after it
    /// wasn't live.
    func handled(_ machine: CoordinationMachine) throws {
        guard machine.lastRecord >= dueAt else { return }
        states.append(RecordedState(record: machine.lastRecord, hash: try machine.stateHash()))
        dueAt = machine.lastRecord + stateEvery
    }
}
