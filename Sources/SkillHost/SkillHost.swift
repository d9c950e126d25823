import Execution
import Foundation
import Journal
public import Logging
import MessageBus
import OrderedCollections
public import RobotModel
public import SkillKit
import WireFormat
import ZeroMQ

/// A process's skills, for the robots that it speaks for: takes orders from an
/// edge over ZeroMQ, runs them, and tells how they went.
///
/// It keeps on disk what its robots must not forget: which order they obeyed
/// last, and results that the edge hasn't stored yet. So an order that comes a
/// second time gets the first one's result, one that was given up is not
/// obeyed, and a crash in mid-skill is told as such and never repeated
/// silently.
///
/// The dead-man's switch: robots move only while the edge renews the motion
/// lease, 1.0 s by default, which counts on this process's monotonic clock from
/// when it sent what the edge has heard. When the lease ends, skills whose
/// `on_link_loss` is `stop` are cancelled, by a thread of its own; nothing new
/// begins until it is renewed.
///
/// The e-stop comes in on a socket of its own and stops every skill at once; the
/// latch outlives this process, and no order is taken while it holds, or while
/// the edge's e-stop isn't heard. It is operational, and no certified safety
/// function.
///
/// The rules are ``ExecutionMachine``'s, which the edge keeps too; here they
/// stand between the edge and the skills.
public actor SkillHost {
    private static let local: HostID = "here"

    /// Runs everything here, the link too.
    private let reactor: Reactor
    /// The thread that the ledger's commits block; nothing acts before they are
    /// done, but the link lives on.
    private let disk: Reactor
    private let link: DealerEndpoint
    private let name: String
    private let robots: [RobotDescription]
    private let skills: [SkillName: any Skill]
    private let manifests: [String]
    private let bodies: (any BodyProvider)?
    private let ledger: DurableMap
    private let logger: Logger
    private let onEvent: @Sendable (SkillHostEvent) -> Void
    private let clock = BusClock()
    private let deadMan: DeadMan
    private let emergency: HostEmergency
    private var machine = ExecutionMachine(settings: .init(overdueGrace: .zero))
    private var runner: SkillRunner?
    private var timers = TimerTable()
    private var acceptances = Acceptances()
    private var isPausing = false
    private var batch = ActionBatch()
    private var isBatchOpen = false
    /// Whether actions wait for the disk.
    private var isStoring = false
    private var unstored: Set<RobotID> = []
    private var live: [RobotID: RobotStatus] = [:]
    private var isStopping = false

    /// What may be on disk later is there after this.
    private static let longestUnstored = Duration.seconds(1)
    /// How long the word is held back that an order was accepted: of a step that
    /// is over by then only the result is told.
    private static let acceptancePause = Duration.milliseconds(5)

    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// Opens the ledger. Blocks for the disk.
    ///
    /// - Parameters:
    ///   - name: the host's own, unique at its edge and stable over restarts.
    ///   - edge: the edge's address for skill hosts, e.g. `tcp://127.0.0.1:7601`.
    ///   - robots: those that it speaks for. Each offers every skill given here.
    ///   - manifests: JSON with the keys of a `skill.yaml`, for skills that the brain doesn't know otherwise.
    ///   - bodies: what skills move; nil where they bring their own drivers.
    ///   - ledgerPath: the file of what must not be forgotten; its folder is there.
    ///   - onEvent: called on threads of the host; must not block.
    /// - Throws: `badDeclaration`, `ledger`, `link`.
    public init(
        name: String, edge: String, robots: [RobotDescription], skills: [any Skill],
        manifests: [String] = [], bodies: (any BodyProvider)? = nil, ledgerPath: String, logger: Logger,
        onEvent: @escaping @Sendable (SkillHostEvent) -> Void = { _ in }
    ) throws(SkillHostError) {
        guard IdentifierRules.allows(name) else {
            throw SkillHostError(
                .badDeclaration, "“\(name)” can't be a host's name: take letters, digits, - and _")
        }
        guard !robots.isEmpty, Set(robots.map(\.id)).count == robots.count else {
            throw SkillHostError(
                .badDeclaration, "a skill host speaks for one robot or more, each named once")
        }
        let byName = Dictionary(skills.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard byName.count == skills.count else {
            throw SkillHostError(.badDeclaration, "two skills have the same name")
        }
        do {
            reactor = try Reactor(name: "pons-skills")
            disk = try Reactor(name: "pons-ledger")
            let deadMan = try DeadMan()
            self.deadMan = deadMan
            link = DealerEndpoint(
                reactor: reactor, context: try Context(), address: edge,
                session: SessionClient(node: NodeID(name), isMotionBound: true), logger: logger,
                renewed: { deadMan.renew(until: $0) })
        } catch {
            throw SkillHostError(.link, "can't set up the link: \(error)", underlying: error)
        }
        do {
            ledger = try DurableMap(path: ledgerPath)
            var ledgers: [RobotID: RobotLedger] = [:]
            for (key, payload) in try ledger.all() {
                ledgers[RobotID(key)] = try RobotLedger(encoded: payload, of: RobotID(key))
            }
            _ = machine.handle(.restored(ledgers), at: clock.now)
        } catch {
            throw SkillHostError(
                .ledger, "can't read \(ledgerPath), which says what the robots obeyed: \(error)",
                underlying: error)
        }
        do {
            emergency = try HostEmergency(
                host: name, edge: edge, ledgerPath: ledgerPath, logger: logger, onEvent: onEvent)
        } catch {
            throw SkillHostError(.ledger, "can't keep the e-stop's latch: \(error)", underlying: error)
        }
        self.name = name
        self.robots = robots
        self.skills = byName
        self.manifests = manifests
        self.bodies = bodies
        self.logger = logger
        self.onEvent = onEvent
    }

    /// Serves, once, until the surrounding task is cancelled; then lets skills
    /// come to their end for `patience`, says goodbye, gives the ledger free and
    /// returns. An edge that isn't there, or goes away, is waited for.
    ///
    /// - Throws: `link` where the address is none.
    public func run(patience: Duration = .seconds(10)) async throws {
        let runner = SkillRunner(bodies: bodies, skills: skills, deadMan: deadMan) { [weak self] report in
            self?.post(report)
        }
        self.runner = runner
        emergency.begin(robots.map(\.id), runner) { [weak self] input in self?.post(input) }
        deadMan.watch { [weak self] in
            guard let self else { return }
            onEvent(.leaseEnded)
            post(.brainLost(reason: "the edge has not renewed the motion lease"))
        }
        take(.hostJoined(Self.local, await hostedRobots()))
        let hello: @Sendable () -> Hello = { [self] in
            Hello(
                role: .skillHost, name: name, software: "pons-swift \(Release.version)",
                robots: assumeIsolated { $0.offers() }, manifests: manifests)
        }
        do {
            try await link.start(hello: hello) { event in self.assumeIsolated { $0.received(event) } }
        } catch {
            throw SkillHostError(.link, "can't connect: \(error)", underlying: error)
        }
        for robot in robots { take(RobotStatus(robot: robot.id, pose: robot.pose)) }
        await follow()
        isStopping = true
        await runner.drain(within: patience)
        // Twice: what came while the disk was at work has to be on it too.
        await settle()
        await settle()
        await link.stop()
        await emergency.close()
        ledger.close()
    }

    /// A robot's own button: stops this host's robots at once, then everyone
    /// else's. Returns when it is on its way.
    public func emergencyStop(by person: String, reason: String = "") async {
        await emergency.press(by: person, reason: reason)
    }

    /// Passes on how the bodies are, until the task is cancelled.
    private func follow() async {
        if let bodies {
            for await state in await bodies.states() {
                take(RobotStatus(robot: state.robot, pose: state.pose, batteryRatio: state.batteryRatio))
            }
        }
        // Ends by cancellation only.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
    }

    /// The robots, and what is known of orders from before a restart.
    private func hostedRobots() async -> [HostedRobot] {
        let pending = machine.pendingRecords
        var hosted: [HostedRobot] = []
        for var description in robots {
            for skill in skills.keys.sorted() where !description.skills.contains(skill) {
                description.skills.append(skill)
            }
            var robot = HostedRobot(description: description)
            await robot.settle(pending[description.id] ?? [], by: bodies)
            hosted.append(robot)
        }
        return hosted
    }

    // MARK: The edge

    private func received(_ event: ServerEvent) {
        switch event {
        case .connected(let welcome):
            emergency.obey(port: welcome.emergencyPort)
            onEvent(.connected)
            // What ended between the hello and the welcome.
            for offer in offers() {
                for report in offer.attempts {
                    if let outcome = report.outcome { tell(.result(report.attempt, report.token, outcome)) }
                }
            }
        case .frame(let body): received(body)
        // Skills go on until the motion lease ends: there may be a new session
        // before that.
        case .lost(let reason): onEvent(.lost(reason: "\(reason)"))
        case .refused(let refused):
            logger.error(
                "the edge refuses this host",
                metadata: ["code": "\(refused.code)", "reason": "\(refused.message)"])
            onEvent(.refused(reason: refused.message))
        }
    }

    private func received(_ body: Envelope.Body) {
        switch body {
        case .invoke(let order):
            onEvent(.invoked(order))
            if !isStopping { take(.invoked(order)) }
        case .cancel(let attempt, let token, let reason):
            guard let robot = machine.robot(of: attempt) else { return }
            take(.cancelRequested(attempt, token, robot, reason: reason))
        case .resultStored(let attempt, _):
            guard let robot = machine.robot(of: attempt) else { return }
            take(.resultConfirmed(attempt, robot))
        default: break
        }
    }

    private func tell(_ body: Envelope.Body) { link.send(body) }

    private func take(_ status: RobotStatus) {
        live[status.robot] = status
        reportStatus()
    }

    /// For the heartbeats to come.
    private func reportStatus() {
        let isHeldBack = emergency.holdsBack
        let all = live.sorted { $0.key < $1.key }.map { _, status in
            var status = status
            status.isReady = status.isReady && !isHeldBack
            return status
        }
        link.report(all)
    }

    /// What the edge must know of the robots; nothing in it that isn't on disk,
    /// for which it waits.
    private func offers() -> [RobotOffer] {
        if isStoring || !batch.stores.isEmpty {
            store(batch.stores, andLater: [])
            let isStored = DispatchSemaphore(value: 0)
            disk.perform { isStored.signal() }
            isStored.wait()
        }
        return robots.map(\.id).sorted().compactMap { machine.hosted($0).map(offer) }
    }

    private func offer(_ robot: HostedRobot) -> RobotOffer {
        RobotOffer(
            robot: robot.description.id, description: robot.description, skills: skills.keys.sorted(),
            attempts: robot.attempts.sorted { $0.key < $1.key }.compactMap { attempt, outcome in
                robot.tokens[attempt].map { AttemptReport(attempt: attempt, token: $0, outcome: outcome) }
            },
            highestToken: robot.highestToken)
    }

    // MARK: The skills

    private nonisolated func post(_ input: ExecutionInput) {
        reactor.perform { self.assumeIsolated { $0.take(input) } }
    }

    // MARK: Deciding and acting

    private func take(_ input: ExecutionInput) {
        if case .emergencyChanged = input { reportStatus() }
        batch.add(machine.handle(input, at: clock.now))
        guard !isBatchOpen, !isStoring else { return }
        // What needs no disk needn't wait for others to share its commit.
        guard !batch.stores.isEmpty else { return carryOut() }
        isBatchOpen = true
        // Stands behind all that waits for this thread by now, which joins the batch.
        reactor.perform { self.assumeIsolated { $0.carryOut() } }
    }

    private func carryOut() {
        // Waits for the disk's answer, which comes back here.
        guard !isStoring else { return }
        let batch = batch
        self.batch = ActionBatch()
        isBatchOpen = false
        if !batch.later.isEmpty { storeSoon(batch.later) }
        guard !batch.stores.isEmpty else { return perform(batch.actions) }
        isStoring = true
        store(batch.stores, andLater: []) { host in
            host.isStoring = false
            host.perform(batch.actions)
            // What came meanwhile.
            host.carryOut()
        }
    }

    /// Does what follows, once the ledgers are on disk.
    private func perform(_ actions: [ExecutionAction]) {
        for action in acceptances.sift(actions) { perform(action) }
        guard !acceptances.isEmpty, !isPausing else { return }
        isPausing = true
        reactor.schedule(at: .now + Self.acceptancePause) { [weak self] in
            self?.assumeIsolated { host in
                host.isPausing = false
                for action in host.acceptances.take() { host.perform(action) }
            }
        }
    }

    private func perform(_ action: ExecutionAction) {
        switch action {
        // The batch has done them.
        case .store, .storeLater: break
        case .invoke(_, let order): runner?.start(order)
        case .cancel(_, let attempt, _, _): runner?.cancel(attempt)
        case .confirm, .rosterChanged: break
        case .reportAccepted(let attempt, let token): tell(.accept(attempt, token))
        case .reportProgress(let attempt, let token, let progress): tell(.progress(attempt, token, progress))
        case .reportEnded(let attempt, let token, let outcome):
            onEvent(.ended(attempt, outcome))
            tell(.result(attempt, token, outcome))
        case .startTimer(let timer, let moment):
            if let wake = timers.start(timer, at: moment) { sleep(until: wake) }
        case .stopTimer(let timer): timers.stop(timer)
        }
    }

    private func storeSoon(_ robots: OrderedSet<RobotID>) {
        if unstored.isEmpty {
            reactor.schedule(at: .now + Self.longestUnstored) { [weak self] in
                self?.assumeIsolated { $0.store([:], andLater: $0.unstored) }
            }
        }
        unstored.formUnion(robots)
    }

    /// Returns when what has been taken by now is on disk and carried out.
    private func settle() async {
        carryOut()
        store([:], andLater: unstored)
        await withCheckedContinuation { continuation in disk.perform { continuation.resume() } }
    }

    /// Has ledgers put on disk, after those before, and then goes on with `next`.
    private func store(
        _ stores: OrderedDictionary<RobotID, RobotLedger>, andLater later: Set<RobotID>,
        _ next: (@Sendable (isolated SkillHost) -> Void)? = nil
    ) {
        guard !stores.isEmpty || !later.isEmpty else { return }
        unstored.subtract(later)
        var entries = stores.map { (key: $0.key.rawValue, payload: $0.value.encoded()) }
        for robot in later.sorted() where stores[robot] == nil {
            entries.append((robot.rawValue, machine.ledger(of: robot).encoded()))
        }
        disk.perform { [entries, ledger, logger, reactor] in
            do {
                try ledger.record(entries)
            } catch {
                // The robots act all the same: refusing here would strand work that
                // runs. What is lost is the memory of it over a crash of this process.
                let robots = entries.map(\.key).joined(separator: " ")
                logger.critical(
                    "can't store what robots must not forget",
                    metadata: ["robots": "\(robots)", "error": "\(error)"])
            }
            if let next { reactor.perform { self.assumeIsolated(next) } }
        }
    }

    private func sleep(until moment: Instant) {
        let due = SuspendingClock.now + max(.zero, moment - clock.now)
        reactor.schedule(at: due) { [weak self] in
            self?.assumeIsolated { host in
                let (fired, next) = host.timers.takeDue(at: host.clock.now)
                for timer in fired { host.take(.timerFired(timer)) }
                if let next { host.sleep(until: next) }
            }
        }
    }
}
