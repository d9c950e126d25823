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
    private let timers = TimerDesk()
    private let waits = DispatchQueue(label: "pons.brain.waits")
    private let logger: Logger
    let now: @Sendable () -> Instant
    let robots: RobotDesk
    let explanations: ExplanationDesk
    private let coordinatorBox = OnceBox<Coordinator>()
    private let linkBox = OnceBox<RobotLink>()

    var coordinator: Coordinator { coordinatorBox.value }
    private var link: RobotLink { linkBox.value }

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

    func perform(_ action: CoordinationAction, cause: UInt64) {
        CrashPoint.reach(.actionBefore)
        defer { CrashPoint.reach(.actionAfter) }
        switch action {
        case .plan(let order): plan(order)
        case .invoke(let order): link.invoke(order)
        case .cancelAttempt(let attempt, let token, let robot, let reason):
            link.cancel(attempt, token, of: robot, reason: reason)
        case .confirmResult(let attempt, let token, let robot):
            link.confirm(attempt, token, of: robot)
        case .applyEffects(let claim): memory.apply(claim, cause: cause)
        case .tell(let literals, let person): memory.tell(literals, by: person, cause: cause)
        case .checkGoal(let task, let revision, let formula):
            memory.check(formula) { [coordinator] unmet in
                coordinator.report([.goalChecked(task, revision: revision, unmet: unmet)])
            }
        case .startTimer(let timer, let moment):
            timers.start(timer, after: moment - now()) { [coordinator] in
                coordinator.report([.timerFired(timer)])
            }
        case .stopTimer(let timer): timers.stop(timer)
        case .archive(let view): journal.archive(view)
        // The one who ordered it is told by the coordinator.
        case .refuse: break
        case .publish(let event):
            events.append(event)
            logger.debug(
                "\(event.kind.rawValue) \(event.state)",
                metadata: [
                    "task": "\(event.task?.rawValue ?? "-")", "step": "\(event.step?.rawValue ?? "-")",
                    "robot": "\(event.robot?.rawValue ?? "-")", "note": "\(event.note)",
                ])
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

    private func plan(_ order: PlanOrder) {
        let question = PlanningDesk.Question(
            ask: order.ask, goal: order.goal, finished: order.finished, running: order.running,
            revision: order.revision, unavailable: order.unavailable, busy: order.busy,
            suspended: order.suspended, excluded: order.excluded)
        planning.answer(question) { [coordinator] answer in
            switch answer {
            case .success((let goal, let plan)):
                coordinator.report([
                    .planProposed(order.task, revision: order.revision, goal: goal, plan: plan)
                ])
            case .failure(let rejection):
                coordinator.report([.planRefused(order.task, revision: order.revision, rejection)])
            }
        }
    }
}
