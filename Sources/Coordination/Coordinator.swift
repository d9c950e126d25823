public import RobotModel
import Synchronization

/// Who receives a task: the shell around the coordination core. Stop 3 of
/// «follow one task»: requests come from `HTTPAPI/TaskRoutes.swift` as inputs,
/// and a task that is on disk goes on to `Planning/GoalPlanner.swift`.
///
/// Inputs that arrive while the disk is busy share the next commit. Nothing is
/// done about an input, and nobody is answered, before it is on disk.
public actor Coordinator {
    private let executor: any SerialExecutor
    private let journal: any JournalStore
    private let port: any ActionPort
    private let now: @Sendable () -> Instant
    private var machine: CoordinationMachine
    /// What has come in since the last commit, in order. Outside the actor's
    /// isolation, so that no hop can change the order.
    private nonisolated let mailbox = Mutex<[Letter]>([])

    private struct Letter {
        let input: CoordinationInput
        let done: (@Sendable ((any Error)?) -> Void)?
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - executor: a thread of its own: commits block it.
    ///   - machine: as ``CoordinatorRecovery`` rebuilt it from the journal.
    public init(
        executor: any SerialExecutor, machine: CoordinationMachine, journal: any JournalStore,
        port: any ActionPort, now: @escaping @Sendable () -> Instant
    ) {
        self.executor = executor
        self.machine = machine
        self.journal = journal
        self.port = port
        self.now = now
    }

    /// Takes inputs, in order; what follows from them happens after they are
    /// on disk. Never blocks; callable from any thread.
    public nonisolated func report(_ inputs: [CoordinationInput]) {
        post(inputs.map { Letter(input: $0, done: nil) })
    }

    /// Takes an input and returns once it is on disk.
    ///
    /// - Throws: what the journal throws (disk full, damage); the input has
    ///   then changed nothing.
    public nonisolated func commit(_ input: CoordinationInput) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let letter = Letter(input: input) { error in
                if let error { continuation.resume(throwing: error) } else { continuation.resume() }
            }
            post([letter])
        }
    }

    public func task(_ id: TaskID) -> TaskView? { machine.task(id) }
    public func tasks() -> [TaskView] { machine.taskViews }
    public func task(forKey key: String) -> TaskID? { machine.task(forKey: key) }
    public func robots() -> [RobotView] { machine.robotViews }
    public func robot(_ id: RobotID) -> RobotView? { machine.robot(id) }
    public var epoch: UInt64 { machine.epoch }

    private nonisolated func post(_ letters: [Letter]) {
        let wasEmpty = mailbox.withLock { letterbox in
            defer { letterbox += letters }
            return letterbox.isEmpty
        }
        if wasEmpty { Task { await self.flush() } }
    }

    private func flush() {
        let batch = mailbox.withLock { letterbox in
            defer { letterbox = [] }
            return letterbox
        }
        guard !batch.isEmpty else { return }
        let at = now()
        let inputs = batch.map { JournalledInput($0.input, at: at) }
        do {
            let first = try journal.append(inputs)
            for (offset, letter) in batch.enumerated() {
                let cause = first + UInt64(offset)
                for action in machine.handle(letter.input, at: at) { port.perform(action, cause: cause) }
                letter.done?(nil)
            }
        } catch {
            for letter in batch { letter.done?(error) }
            port.journalFailed(error, lost: inputs)
        }
    }
}
