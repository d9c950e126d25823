public import RobotModel

/// Rebuilds the core from its journal.
public struct CoordinatorRecovery: Sendable {
    public private(set) var machine: CoordinationMachine
    /// Memory actions that a crash may have cut off, with their cause: entering
    /// them again is harmless, since shared memory knows what it has.
    public private(set) var memoryActions: [(cause: UInt64, action: CoordinationAction)] = []
    public private(set) var events: [TaskEvent] = []
    private let memoryUpTo: UInt64

    /// - Parameter memoryUpTo: the newest cause whose effects shared memory has.
    public init(settings: CoordinationMachine.Settings, memoryUpTo: UInt64) {
        machine = CoordinationMachine(settings: settings)
        self.memoryUpTo = memoryUpTo
    }

    public mutating func replay(_ input: JournalledInput, sequence: UInt64) {
        for action in machine.handle(input.input, at: input.at) {
            switch action {
            case .applyEffects, .tell:
                if sequence > memoryUpTo { memoryActions.append((sequence, action)) }
            case .publish(let event): events.append(event)
            default: break
            }
        }
    }
}
