import Coordination
import Dispatch
import Journal
import Logging
import MessageBus
import Planning
import RobotModel
import WorldMemory

/// A brain: the coordinator with its ports. It routes actions, and decides nothing.
final class BrainNode: ActionPort, Sendable {
    let registry: Registry
    let memory: MemoryDesk
    let planning: PlanningDesk
    let events: EventLog
    let journal: JournalAdapter
    private let snapshots: SnapshotDesk
    let world: WorldMemory
    let timers = TimerDesk()
    private let waits = DispatchQueue(label: "pons.brain.waits")
    let logger: Logger
    let now: @Sendable () -> Instant
    let robots: RobotDesk
    let explanations: ExplanationDesk
    private let coordinatorBox = OnceBox<Coordinator>()
    private let linkBox = OnceBox<RobotLink>()

    var coordinator: Coordinator { coordinatorBox.value }
    var link: RobotLink { linkBox.value }

    /// Rebuilds the brain from its journal. Blocks for the disk.
    ///
    /// - Parameter thread: the coordinator's own, which commits may block.
    /// - Throws: what journal and codec throw: damage, a newer schema.
    init(
        journal: Journal, world: WorldMemory, registry: Registry, thread: any CoordinatorThread,
        logger: Logger, now: @escaping @Sendable () -> Instant
    ) throws {
        self.registry = registry
        self.world = world
        self.logger = logger
        self.now = now
        memory = MemoryDesk(memory: world, logger: logger)
        planning = PlanningDesk(memory: memory, registry: registry)
        robots = RobotDesk(registry: registry, memory: memory, logger: logger, now: now)
        events = EventLog()

        for notice in journal.notices { logger.notice("the journal: \(notice)") }
        let store = JournalAdapter(journal: journal)
        self.journal = store
        snapshots = SnapshotDesk(store: store, memory: memory, logger: logger)
        explanations = ExplanationDesk(journal: store)
        let recovery = try BrainStart(
            store: store, memoryUpTo: world.effectsAppliedUpTo, logger: logger
        ).recovery
        for event in recovery.events { events.append(event) }
        for view in recovery.ended { store.archive(view) }
        for view in recovery.machine.robotViews { registry.declare(view.description) }
        coordinatorBox.set(
            Coordinator(
                thread: thread, machine: recovery.machine, journal: store, port: self, now: now))
        for (cause, action) in recovery.memoryActions { perform(action, cause: cause) }
    }

    /// Begins a new epoch, which links carry from their first frame, under
    /// today's settings.
    func beginEpoch(settings: CoordinationSettings) async throws {
        if await coordinator.settings != settings {
            try await coordinator.commit(.settingsChanged(settings))
        }
        try await coordinator.commit(.brainStarted(epoch: coordinator.epoch + 1))
    }

    /// Opens the links to the robots.
    ///
    /// - Throws: where an address is taken.
    func open(_ link: RobotLink) async throws {
        linkBox.set(link)
        try await link.start { [coordinator, robots] event in
            if let input = robots.input(for: event) { coordinator.report([input]) }
        }
    }

    func close() async { await link.stop() }

    /// Ends when each of the robots has been linked anew, or the time is up.
    func whenLinked(_ robots: Set<RobotID>, within limit: Duration) -> Task<Void, Never> {
        let events = events.events(after: nil, task: nil, isEnded: false)
        return Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    var missing = robots
                    if missing.isEmpty { return }
                    for await event in events where event.kind == .robot {
                        guard let robot = event.robot, event.state != RobotState.lost.rawValue else {
                            continue
                        }
                        missing.remove(robot)
                        if missing.isEmpty { return }
                    }
                }
                group.addTask { try? await Task.sleep(for: limit) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// Brings each action to its port, whatever it says.
    func perform(_ action: CoordinationAction, cause: UInt64) {
        CrashPoint.reach(.actionBefore)
        defer { CrashPoint.reach(.actionAfter) }
        switch action {
        case .plan(let order): plan(order, cause)
        case .invoke(let order): invoke(order, cause)
        case .cancelAttempt(let attempt, let token, let robot, let reason):
            cancel(attempt, token, robot, reason: reason, cause)
        case .confirmResult(let attempt, let token, let robot): confirm(attempt, token, robot, cause)
        case .applyEffects(let claim): apply(claim, cause)
        case .tell(let literals, let person): tell(literals, by: person, cause)
        case .checkGoal(let task, let revision, let formula): check(task, revision, formula, cause)
        case .startTimer(let timer, let moment): start(timer, at: moment, cause)
        case .stopTimer(let timer): stop(timer, cause)
        case .publish(let event): publish(event, cause)
        case .archive(let view): archive(view, cause)
        case .refuse(let refusal): refuse(refusal, cause)
        }
    }

    func wait(_ duration: Duration, then body: @escaping @Sendable () -> Void) {
        waits.asyncAfter(deadline: .now() + duration.inSeconds, execute: body)
    }

    func journalFailed(_ error: any Error, waiting: Int) {
        logger.critical(
            "the journal takes nothing: free disk space, or look at it with `pons doctor`",
            metadata: ["error": "\(error)", "waiting": "\(waiting)"])
    }

    func snapshotDue(_ machine: CoordinationMachine, record: UInt64) {
        snapshots.save(machine, record: record, now: now())
    }
}
