public import RobotModel

/// Rebuilds the core from a snapshot and the journal records after it.
public struct CoordinatorRecovery: Sendable {
    public private(set) var machine: CoordinationMachine
    /// Memory actions that a crash may have cut off, with their cause: entering
    /// them again is harmless, since shared memory knows what it has.
    public private(set) var memoryActions: [(cause: UInt64, action: CoordinationAction)] = []
    /// The newest ``mostEvents`` events.
    public private(set) var events: [TaskEvent] = []
    /// Tasks that ended in the replayed records; the archive may lack the last
    /// ones.
    public private(set) var ended: [TaskView] = []
    private let memoryUpTo: UInt64

    static let mostEvents = 10_000

    /// - Parameters:
    ///   - machine: as the newest snapshot has it; new without one.
    ///   - memoryUpTo: the newest cause whose effects shared memory has.
    public init(machine: CoordinationMachine = CoordinationMachine(), memoryUpTo: UInt64) {
        self.machine = machine
        self.memoryUpTo = memoryUpTo
    }

    public mutating func replay(_ input: JournalledInput, sequence: UInt64) {
        for action in machine.handle(input.input, at: input.at, record: sequence) {
            switch action {
            case .applyEffects, .tell:
                if sequence > memoryUpTo { memoryActions.append((sequence, action)) }
            case .publish(let event): events.append(event)
            case .archive(let view): ended.append(view)
            default: break
            }
        }
        if events.count > 2 * Self.mostEvents { events.removeFirst(events.count - Self.mostEvents) }
    }
}
