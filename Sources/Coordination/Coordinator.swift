public import RobotModel
import Synchronization

/// Who receives a task: the shell around the coordination core. Stop 3 of
/// «follow one task»: requests come from `HTTPAPI/TaskRoutes.swift` as inputs,
/// and a task that is on disk goes on to `Planning/GoalPlanner.swift`.
///
/// Inputs that arrive while the disk is busy share the next commit. Nothing is
/// done about an input, and nobody is answered, before it is on disk.
public actor Coordinator {
    private let thread: any CoordinatorThread
    private let journal: any JournalStore
    private let port: any ActionPort
    private let now: @Sendable () -> Instant
    private let snapshotEvery: UInt64
    private var machine: CoordinationMachine
    private var snapshotAt: UInt64
    /// What has come in since the last commit, in order. Outside the actor's
    /// isolation, so that no hop can change the order.
    private nonisolated let mailbox = Mutex(Mailbox())

    private struct Letter {
        let input: CoordinationInput
        let done: (@Sendable ((any Error)?) -> Void)?
    }

    private struct Mailbox {
        var letters: [Letter] = []
        /// Whether a flush is on its way.
        var isFlushing = false
    }

    /// How long an input that can share another's commit waits for one.
    static let patience = Duration.milliseconds(20)
    /// How long after the journal refused an append it is tried again.
    static let retryPause = Duration.milliseconds(500)

    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - thread: its own: commits block it.
    ///   - machine: as ``CoordinatorRecovery`` rebuilt it from the journal.
    ///   - snapshotEvery: records after which a snapshot is due.
    public init(
        thread: any CoordinatorThread, machine: CoordinationMachine, journal: any JournalStore,
        port: any ActionPort, snapshotEvery: UInt64 = 20_000, now: @escaping @Sendable () -> Instant
    ) {
        self.thread = thread
        self.machine = machine
        self.journal = journal
        self.port = port
        self.snapshotEvery = snapshotEvery
        self.now = now
        snapshotAt = machine.lastRecord
    }

    /// Takes inputs, in order; what follows from them happens after they are
    /// on disk. Never blocks; callable from any thread.
    public nonisolated func report(_ inputs: [CoordinationInput]) {
        post(inputs.map { Letter(input: $0, done: nil) })
    }

    /// Takes an input and returns once it is on disk and carried out.
    ///
    /// - Throws: ``CoordinationRefusal`` where the input makes no sense now;
    ///   what the journal throws (disk full, damage). In both cases the input
    ///   has changed nothing.
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
    public func schedules() -> [ScheduleView] { machine.scheduleViews }
    public func emergency() -> CoordinationMachine.Emergency? { machine.emergency }
    public var epoch: UInt64 { machine.epoch }
    public var settings: CoordinationSettings { machine.settings }
    /// The state as it is now, e.g. for a snapshot at the end.
    public func state() -> CoordinationMachine { machine }

    private nonisolated func post(_ letters: [Letter]) {
        let isUrgent = letters.contains { !$0.input.canWait }
        let mustFlush = mailbox.withLock { mailbox in
            let wasEmpty = mailbox.letters.isEmpty
            mailbox.letters += letters
            guard isUrgent else { return wasEmpty ? false : nil as Bool? }
            guard !mailbox.isFlushing else { return nil }
            mailbox.isFlushing = true
            return true
        }
        switch mustFlush {
        case true?: flushSoon()
        case false?: port.wait(Self.patience) { self.flushSoon() }
        case nil: break
        }
    }

    /// Straight to the thread: a task would begin on another one first.
    private nonisolated func flushSoon() {
        thread.perform { self.assumeIsolated { $0.flush() } }
    }

    private func flush() {
        var batch = mailbox.withLock { mailbox in
            defer { mailbox = Mailbox() }
            return mailbox.letters
        }
        if let refusal = journal.refusal, batch.contains(where: \.input.isNewWork) {
            for letter in batch where letter.input.isNewWork { turnAway(letter, refusal) }
            batch.removeAll(where: \.input.isNewWork)
        }
        guard !batch.isEmpty else { return }
        let at = now()
        do {
            let first = try journal.append(batch.map { JournalledInput($0.input, at: at) })
            for (offset, letter) in batch.enumerated() {
                take(letter, at: at, record: first + UInt64(offset))
            }
        } catch {
            failed(batch, error)
        }
        if machine.lastRecord >= snapshotAt + snapshotEvery {
            snapshotAt = machine.lastRecord
            port.snapshotDue(machine, record: machine.lastRecord)
        }
    }

    private func take(_ letter: Letter, at: Instant, record: UInt64) {
        var refusal: CoordinationRefusal?
        for action in machine.handle(letter.input, at: at, record: record) {
            if case .refuse(let reason) = action { refusal = reason }
            port.perform(action, cause: record)
        }
        letter.done?(refusal)
    }

    /// New work that the journal has no room for: a caller is told, and a
    /// schedule's time is waited for again.
    private func turnAway(_ letter: Letter, _ refusal: any Error) {
        if let done = letter.done { return done(refusal) }
        port.wait(.seconds(5)) { [weak self] in self?.post([letter]) }
    }

    /// Callers are told; what was only reported is kept, ahead of what has come
    /// in since, and tried again. What can never be written is dropped, since
    /// it would hold up all the rest.
    private func failed(_ batch: [Letter], _ error: any Error) {
        let at = now()
        let kept = batch.filter {
            $0.done == nil && journal.flaw(in: JournalledInput($0.input, at: at)) == nil
        }
        for letter in batch { letter.done?(error) }
        mailbox.withLock { mailbox in
            mailbox.letters = kept + mailbox.letters
            mailbox.isFlushing = true
        }
        port.journalFailed(error, waiting: kept.count)
        port.wait(Self.retryPause) { self.flushSoon() }
    }
}

extension CoordinationInput {
    /// Whether it is as well on disk a little later, with another input.
    fileprivate var canWait: Bool {
        if case .attemptAccepted = self { true } else { false }
    }

    /// Whether it begins something that wasn't promised yet.
    fileprivate var isNewWork: Bool {
        switch self {
        case .taskSubmitted, .scheduleSet, .timerFired(.scheduleDue): true
        default: false
        }
    }
}
