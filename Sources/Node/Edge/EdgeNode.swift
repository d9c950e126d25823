import Execution
import Foundation
import Journal
import Logging
import MessageBus
import OrderedCollections
import RobotModel
import SkillKit
import WireFormat
import ZeroMQ

/// An edge: the robots' side of orders, between a brain and skill hosts.
///
/// What waits for its thread is handled together: first all inputs, then one
/// transaction for what must be on disk, and then everything else in order. The
/// disk has a thread of its own: while it is at work, links live on and more
/// inputs are taken, whose actions wait for the next transaction.
actor EdgeNode {
    /// How often it shows that its thread isn't stuck, and for how long that
    /// counts: an edge that can't stop its robots mustn't let them move.
    private static let (beat, patience) = (Duration.milliseconds(250), Duration.milliseconds(1500))
    /// How long it holds the word back that an order was accepted: a step that
    /// is over by then needn't be told twice.
    private static let acceptancePause = Duration.milliseconds(5)
    /// What may be on disk later is there within so many beats.
    private static let beatsToStore = 4

    private let reactor: Reactor
    /// The thread that the ledger's commits block.
    private let disk: Reactor
    private let registry: Registry
    private let ledger: DurableMap
    private let right: MotionRight
    private let emergency: EdgeEmergency
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private var machine = ExecutionMachine()
    private var builtIn: BuiltInHost?
    private var hosts: RobotLink?
    private var uplink: (any ServerTransport)?
    private var manifests: [PeerName: [String]] = [:]
    private var live: [RobotID: RobotStatus] = [:]
    private var isStopping = false
    private var timers = TimerTable()
    private var acceptances = Acceptances()
    private var isPausing = false
    private var isStatusDue = false
    private var batch = ActionBatch()
    private var isBatchOpen = false
    /// Whether actions wait for the disk.
    private var isStoring = false
    private var unstored: Set<RobotID> = []
    private var beats = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - reactor: the thread that everything here runs on, its links too.
    ///   - ledger: what the robots must not forget.
    ///   - right: until when robots may move.
    ///   - emergency: what the e-stop stops here.
    init(
        reactor: Reactor, registry: Registry, ledger: DurableMap, right: MotionRight,
        emergency: EdgeEmergency, logger: Logger, now: @escaping @Sendable () -> Instant
    ) throws {
        self.reactor = reactor
        disk = try Reactor(name: "pons-ledger")
        self.registry = registry
        self.ledger = ledger
        self.right = right
        self.emergency = emergency
        self.logger = logger
        self.now = now
        var ledgers: [RobotID: RobotLedger] = [:]
        for (key, payload) in try ledger.all() {
            ledgers[RobotID(key)] = try RobotLedger(encoded: payload, of: RobotID(key))
        }
        _ = machine.handle(.restored(ledgers), at: now())
        right.deadMan.watch { [weak self] in
            self?.post(.brainLost(reason: "nobody has renewed the right to move for the length of the lease"))
        }
    }

    /// Begins to show that its thread isn't stuck.
    func start() {
        // Before any order is taken.
        emergency.begin { [weak self] input in self?.post(input) }
        keepBeating()
    }

    private func keepBeating() {
        right.renewByEdge(until: .now + Self.patience)
        beats += 1
        if beats.isMultiple(of: Self.beatsToStore) { store([:], andLater: unstored) }
        reactor.schedule(at: .now + Self.beat) { [weak self] in
            self?.assumeIsolated { $0.keepBeating() }
        }
    }

    /// Gives skill hosts that were at work when this edge ended the time to come
    /// back, or their robots to stand still by themselves: before that, their
    /// work must not be taken for lost.
    func awaitHosts() async throws {
        let deadline = SuspendingClock.now + SessionTiming().motionLease + .milliseconds(100)
        while machine.isAwaitingHosts, SuspendingClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    // MARK: The brain

    /// Says hello to the brain by a transport on this edge's thread, and stays in touch.
    func link(_ server: any ServerTransport, hello: @escaping @Sendable (Roster) -> Hello) async throws {
        uplink = server
        let greeting: @Sendable () -> Hello = { self.assumeIsolated { hello($0.roster()) } }
        try await server.start(hello: greeting) { event in
            self.assumeIsolated { $0.received(event) }
        }
    }

    private func received(_ event: ServerEvent) {
        switch event {
        case .connected(let welcome):
            emergency.obey(port: welcome.emergencyPort)
            tell(.roster(roster()))
        case .frame(let body): received(body)
        // Robots go on until the right to move them ends: the brain may be back
        // before that.
        case .lost(let reason):
            logger.debug("the link to the brain is lost", metadata: ["reason": "\(reason)"])
        case .refused(let refused):
            logger.error(
                "the brain refuses this edge",
                metadata: ["code": "\(refused.code)", "reason": "\(refused.message)"])
        }
    }

    private func received(_ body: Envelope.Body) {
        switch body {
        case .invoke(let order): if !isStopping { take(.invoked(order)) }
        case .cancel(let attempt, let token, let reason):
            guard let robot = machine.robot(of: attempt) else { return }
            take(.cancelRequested(attempt, token, robot, reason: reason))
        case .resultStored(let attempt, _):
            guard let robot = machine.robot(of: attempt) else { return }
            take(.resultConfirmed(attempt, robot))
        default: break
        }
    }

    private func tell(_ body: Envelope.Body) { _ = uplink?.send(body) }

    /// What the brain must know of the robots with a live host; nothing in it
    /// that isn't on disk here or at a host, for which it waits.
    private func roster() -> Roster {
        if isStoring || !batch.stores.isEmpty {
            store(batch.stores, andLater: [])
            let isStored = DispatchSemaphore(value: 0)
            disk.perform { isStored.signal() }
            isStored.wait()
        }
        return Roster(
            robots: machine.roster.map(Self.offer).sorted { $0.robot < $1.robot },
            manifests: manifests.sorted { $0.key < $1.key }.flatMap(\.value))
    }

    private static func offer(_ robot: HostedRobot) -> RobotOffer {
        RobotOffer(
            robot: robot.description.id, description: robot.description, skills: robot.description.skills,
            attempts: robot.attempts.sorted { $0.key < $1.key }.compactMap { attempt, outcome in
                robot.tokens[attempt].map { AttemptReport(attempt: attempt, token: $0, outcome: outcome) }
            },
            highestToken: robot.highestToken)
    }

    // MARK: Skill hosts

    /// Takes the built-in host's robots into service, or anew after their
    /// world was replaced.
    func start(_ host: BuiltInHost) async {
        builtIn?.cancelAll()
        if builtIn != nil { take(.hostLost(BuiltInHost.id, reason: "its world was replaced")) }
        builtIn = host
        live = [:]
        let pending = machine.pendingRecords
        take(.hostJoined(BuiltInHost.id, await host.robots(pending: pending)))
    }

    /// Takes no more orders, lets built-in skills come to their end for a while,
    /// and closes. What isn't over then goes on at the next start.
    func stop() async {
        isStopping = true
        await builtIn?.drain(within: .seconds(10))
        await hosts?.stop()
        // Twice: what came while the disk was at work has to be on it too.
        await settle()
        await settle()
        await uplink?.stop()
    }

    /// Returns when what has been taken by now is on disk and carried out.
    private func settle() async {
        carryOut()
        store([:], andLater: unstored)
        await withCheckedContinuation { continuation in disk.perform { continuation.resume() } }
    }

    /// Opens the door for skill hosts, which is on this edge's thread.
    func open(_ link: RobotLink) async throws {
        hosts = link
        try await link.start { event in
            // In a turn of its own: the link can't be called from here.
            self.reactor.perform { self.assumeIsolated { $0.received(event) } }
        }
    }

    /// Each robot behind the door is a host of its own to the machine: one
    /// process that serves several loses them one by one.
    private func received(_ event: RobotEvent) {
        switch event {
        case .declared(let texts, let peer): manifests[peer] = texts
        case .linked(let offer): linked(offer)
        case .lost(let robot, let reason): take(.hostLost(Self.host(of: robot), reason: reason))
        case .accepted(let attempt, _): forward(attempt) { .accepted(attempt, $0) }
        case .progressed(let attempt, _, let progress):
            forward(attempt) { .progressed(attempt, $0, progress) }
        case .ended(let attempt, let token, let outcome): ended(attempt, token, outcome)
        case .status(let status): take(status)
        case .memory(let operations, _): tell(.memoryDelta(operations))
        case .refused(let refused, let peer):
            logger.warning(
                "a skill host couldn't take a frame",
                metadata: ["host": "\(peer)", "code": "\(refused.code)", "reason": "\(refused.message)"])
        }
    }

    private static let hostPrefix = "zmq."
    private static func host(of robot: RobotID) -> HostID { HostID(hostPrefix + robot.rawValue) }
    private static func robot(of host: HostID) -> RobotID {
        RobotID(String(host.rawValue.dropFirst(hostPrefix.count)))
    }

    private func linked(_ offer: RobotOffer) {
        guard var description = offer.description ?? registry.robot(offer.robot) else {
            logger.warning(
                "nobody has described this robot: let its host do so, or put a file in robots.d",
                metadata: ["robot": "\(offer.robot)"])
            return
        }
        for skill in offer.skills where !description.skills.contains(skill) {
            description.skills.append(skill)
        }
        var hosted = HostedRobot(
            description: description, highestToken: offer.highestToken,
            keepsLedger: offer.highestToken != nil)
        for report in offer.attempts {
            hosted.attempts.updateValue(report.outcome, forKey: report.attempt)
            hosted.tokens[report.attempt] = report.token
        }
        take(.hostJoined(Self.host(of: offer.robot), [hosted]))
    }

    private func ended(_ attempt: AttemptID, _ token: FencingToken, _ outcome: AttemptOutcome) {
        forward(attempt) { .ended(attempt, $0, outcome) }
    }

    private func forward(_ attempt: AttemptID, _ input: (RobotID) -> ExecutionInput) {
        if let robot = machine.robot(of: attempt) { take(input(robot)) }
    }

    /// Takes an input from any thread; those of one thread stay in order.
    nonisolated func post(_ input: ExecutionInput) {
        reactor.perform { self.assumeIsolated { $0.take(input) } }
    }

    /// How a simulated body is.
    nonisolated func post(_ state: BodyState) {
        reactor.perform {
            self.assumeIsolated {
                $0.take(RobotStatus(robot: state.robot, pose: state.pose, batteryRatio: state.batteryRatio))
            }
        }
    }

    /// Goes with the next heartbeat.
    private func take(_ status: RobotStatus) {
        live[status.robot] = status
        reportStatus()
    }

    /// Once for all that came together: a host tells of all its robots at once.
    private func reportStatus() {
        guard !isStatusDue else { return }
        isStatusDue = true
        reactor.perform { self.assumeIsolated { $0.tellStatus() } }
    }

    private func tellStatus() {
        isStatusDue = false
        let isLatched = emergency.isLatched
        let all = live.sorted { $0.key < $1.key }.map { _, status in
            var status = status
            status.isReady = status.isReady && !isLatched
            return status
        }
        uplink?.report(all)
    }

    // MARK: Deciding and acting

    private func take(_ input: ExecutionInput) {
        if case .emergencyChanged = input { reportStatus() }
        batch.add(machine.handle(input, at: now()))
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
        unstored.formUnion(batch.later)
        guard !batch.stores.isEmpty else { return perform(batch.actions) }
        isStoring = true
        store(batch.stores, andLater: []) { node in
            node.isStoring = false
            node.perform(batch.actions)
            // What came meanwhile.
            node.carryOut()
        }
    }

    /// Does what follows, once the ledgers are on disk.
    private func perform(_ actions: [ExecutionAction]) {
        for action in acceptances.sift(actions) { perform(action) }
        guard !acceptances.isEmpty, !isPausing else { return }
        isPausing = true
        reactor.schedule(at: .now + Self.acceptancePause) { [weak self] in
            self?.assumeIsolated { node in
                node.isPausing = false
                for action in node.acceptances.take() { node.perform(action) }
            }
        }
    }

    private func perform(_ action: ExecutionAction) {
        switch action {
        // The batch has done them.
        case .store, .storeLater: break
        case .invoke(BuiltInHost.id, let order): builtIn?.invoke(order)
        case .invoke(_, let order): hosts?.invoke(order)
        case .cancel(BuiltInHost.id, let attempt, _, _): builtIn?.cancel(attempt)
        case .cancel(let host, let attempt, let token, let reason):
            hosts?.cancel(attempt, token, of: Self.robot(of: host), reason: reason)
        case .confirm(BuiltInHost.id, _, _): break
        case .confirm(let host, let attempt, let token):
            hosts?.confirm(attempt, token, of: Self.robot(of: host))
        case .reportAccepted(let attempt, let token): tell(.accept(attempt, token))
        case .reportProgress(let attempt, let token, let progress): tell(.progress(attempt, token, progress))
        case .reportEnded(let attempt, let token, let outcome):
            CrashPoint.reach(.edgeReport)
            tell(.result(attempt, token, outcome))
        case .rosterChanged: tell(.roster(roster()))
        case .startTimer(let timer, let moment):
            if let wake = timers.start(timer, at: moment) { sleep(until: wake) }
        case .stopTimer(let timer): timers.stop(timer)
        }
    }

    /// Has ledgers put on disk, after those before, and then goes on with `next`.
    private func store(
        _ stores: OrderedDictionary<RobotID, RobotLedger>, andLater later: Set<RobotID>,
        _ next: (@Sendable (isolated EdgeNode) -> Void)? = nil
    ) {
        guard !stores.isEmpty || !later.isEmpty else { return }
        unstored.subtract(later)
        var entries = stores.map { (key: $0.key.rawValue, payload: $0.value.encoded()) }
        for robot in later.sorted() where stores[robot] == nil {
            entries.append((robot.rawValue, machine.ledger(of: robot).encoded()))
        }
        disk.perform { [entries, ledger, logger, reactor] in
            CrashPoint.reach(.edgeStoreBefore)
            do {
                try ledger.record(entries)
            } catch {
                // The robots act all the same: refusing here would strand work that
                // runs. What is lost is the memory of it over a crash of this node.
                let robots = entries.map(\.key).joined(separator: " ")
                logger.critical(
                    "can't store what robots must not forget",
                    metadata: ["robots": "\(robots)", "error": "\(error)"])
            }
            CrashPoint.reach(.edgeStoreAfter)
            if let next { reactor.perform { self.assumeIsolated(next) } }
        }
    }

    private func sleep(until moment: Instant) {
        let due = SuspendingClock.now + max(.zero, moment - now())
        reactor.schedule(at: due) { [weak self] in
            self?.assumeIsolated { node in
                let (fired, next) = node.timers.takeDue(at: node.now())
                for timer in fired { node.take(.timerFired(timer)) }
                if let next { node.sleep(until: next) }
            }
        }
    }
}
