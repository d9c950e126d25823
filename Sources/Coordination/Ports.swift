public import RobotModel

/// The thread that the coordinator runs on; commits block it. `Node` supplies it.
public protocol CoordinatorThread: SerialExecutor {
    /// Runs `body` there, after what was handed over before. Never waits.
    func perform(_ body: @escaping @Sendable () -> Void)
}

/// Where the coordinator's inputs are kept. `Node` supplies it.
public protocol JournalStore: Sendable {
    /// Writes inputs, in order, in one transaction, and returns when they are
    /// on disk. Blocks; called on the coordinator's own executor.
    /// - Returns: the sequence number of the first one; the others follow it.
    func append(_ inputs: [JournalledInput]) throws -> UInt64

    /// Why an input can never be written, whatever room there is, e.g. a text
    /// that records have no form for; nil where it can.
    func flaw(in input: JournalledInput) -> (any Error)?

    /// Why no new work is taken, e.g. for want of disk space; nil where it is.
    /// Asked before each piece of new work: cheap.
    var refusal: (any Error)? { get }
}

/// An input with the moment it came in: what replay needs.
public struct JournalledInput: Hashable, Sendable {
    public var input: CoordinationInput
    public var at: Instant

    public init(_ input: CoordinationInput, at: Instant) {
        self.input = input
        self.at = at
    }
}

/// Carries out what the coordinator decided. `Node` supplies it.
public protocol ActionPort: Sendable {
    /// Never blocks and never throws: what goes wrong comes back as an input.
    /// - Parameter cause: the journal's sequence number of the input behind it.
    func perform(_ action: CoordinationAction, cause: UInt64)

    /// Calls `body` after a while, on any thread.
    func wait(_ duration: Duration, then body: @escaping @Sendable () -> Void)

    /// The journal took no inputs. What robots and timers reported is kept and
    /// tried again; callers were told.
    func journalFailed(_ error: any Error, waiting: Int)

    /// A good moment for a snapshot: `machine` is the state after `record`.
    func snapshotDue(_ machine: CoordinationMachine, record: UInt64)
}
