import Dispatch
import Execution
import Foundation
import Journal
import Logging
import MessageBus
import RobotModel
import SkillKit
import Synchronization
import WireFormat
import ZeroMQ

/// An edge: the robots' side of orders, between a brain and skill hosts.
actor EdgeNode {
    private let reactor: Reactor
    /// The thread of the link to the brain.
    private let uplinkReactor: Reactor
    private let registry: Registry
    private let ledger: DurableMap
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private var machine = ExecutionMachine()
    private var builtIn: BuiltInHost?
    private var hosts: RobotLink?
    private var uplink: (any ServerTransport)?
    private var manifests: [PeerName: [String]] = [:]
    private var live: [RobotID: RobotStatus] = [:]
    private var isStopping = false
    /// For hellos, which the link's own thread makes.
    private nonisolated let latestRoster = Mutex(Roster(robots: []))
    private var timers: [ExecutionTimer: DispatchWorkItem] = [:]
    private let timerQueue = DispatchQueue(label: "pons.edge.timers")

    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - reactor: the thread that everything here runs on; the ledger's
    ///     commits block it, and so nothing acts before they are done.
    ///   - ledger: what the robots must not forget.
    init(
        reactor: Reactor, uplinkReactor: Reactor, registry: Registry, ledger: DurableMap,
        logger: Logger, now: @escaping @Sendable () -> Instant
    ) throws {
        self.reactor = reactor
        self.uplinkReactor = uplinkReactor
        self.registry = registry
        self.ledger = ledger
        self.logger = logger
        self.now = now
        var ledgers: [RobotID: RobotLedger] = [:]
        for (key, payload) in try ledger.all() {
            ledgers[RobotID(key)] = try RobotLedger(encoded: payload)
        }
        _ = machine.handle(.restored(ledgers), at: now())
    }

    // MARK: The brain

    /// Says hello to the brain by a transport of its own, and stays in touch.
    func link(_ server: any ServerTransport, hello: @escaping @Sendable (Roster) -> Hello) async throws {
        uplink = server
        let greeting: @Sendable () -> Hello = { hello(self.latestRoster.withLock { $0 }) }
        try await server.start(hello: greeting) { event in
            self.reactor.perform { self.assumeIsolated { $0.received(event) } }
        }
    }

    private func received(_ event: ServerEvent) {
        switch event {
        case .connected: tell(.roster(roster))
        case .frame(let body): received(body)
        case .lost(let reason): take(.brainLost(reason: "\(reason)"))
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

    private func tell(_ body: Envelope.Body) {
        guard let uplink else { return }
        uplinkReactor.perform { _ = uplink.send(body) }
    }

    /// What the brain must know of the robots with a live host.
    var roster: Roster {
        Roster(
            robots: machine.roster.map { robot in
                RobotOffer(
                    robot: robot.description.id, description: robot.description,
                    skills: robot.description.skills,
                    attempts: robot.attempts.sorted { $0.key < $1.key }.compactMap { attempt, outcome in
                        machine.order(attempt, of: robot.description.id).map {
                            AttemptReport(attempt: attempt, token: $0.token, outcome: outcome)
                        }
                    },
                    highestToken: robot.highestToken)
            },
            manifests: manifests.sorted { $0.key < $1.key }.flatMap(\.value))
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
        await uplink?.stop()
    }

    /// Opens the door for skill hosts.
    func open(_ link: RobotLink) async throws {
        hosts = link
        try await link.start { event in
            self.reactor.perform { self.assumeIsolated { $0.received(event) } }
        }
    }

    /// Each robot behind the door is a host of its own to the machine: one
    /// process that serves several loses them one by one.
    private func received(_ event: RobotEvent) {
        switch event {
        case .declared(let texts, let peer): declare(texts, by: peer)
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

    private static func host(of robot: RobotID) -> HostID { HostID("zmq.\(robot)") }

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
        let attempts = Dictionary(
            offer.attempts.map { ($0.attempt, $0.outcome) }, uniquingKeysWith: { _, last in last })
        take(
            .hostJoined(
                Self.host(of: offer.robot),
                [HostedRobot(description: description, attempts: attempts, highestToken: offer.highestToken)])
        )
    }

    private func declare(_ texts: [String], by peer: PeerName) {
        manifests[peer] = texts
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
        let all = live.sorted { $0.key < $1.key }.map(\.value)
        uplinkReactor.perform { [uplink] in uplink?.report(all) }
    }

    // MARK: Deciding and acting

    func take(_ input: ExecutionInput) {
        for action in machine.handle(input, at: now()) { perform(action) }
    }

    private func perform(_ action: ExecutionAction) {
        switch action {
        case .store(let robot, let ledger):
            store(ledger, of: robot)
            latestRoster.withLock { $0 = roster }
        case .invoke(BuiltInHost.id, let order): builtIn?.invoke(order)
        case .invoke(_, let order): hosts?.invoke(order)
        case .cancel(BuiltInHost.id, let attempt, _, _): builtIn?.cancel(attempt)
        case .cancel(_, let attempt, let token, let reason):
            if let robot = machine.robot(of: attempt) {
                hosts?.cancel(attempt, token, of: robot, reason: reason)
            }
        case .confirm(BuiltInHost.id, _, _): break
        case .confirm(_, let attempt, let token):
            if let robot = machine.robot(of: attempt) { hosts?.confirm(attempt, token, of: robot) }
        case .reportAccepted(let attempt, let token): tell(.accept(attempt, token))
        case .reportProgress(let attempt, let token, let progress): tell(.progress(attempt, token, progress))
        case .reportEnded(let attempt, let token, let outcome):
            CrashPoint.reach(.edgeReport)
            tell(.result(attempt, token, outcome))
        case .rosterChanged:
            latestRoster.withLock { $0 = roster }
            tell(.roster(roster))
        case .startTimer(let timer, let moment): start(timer, at: moment)
        case .stopTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
        }
    }

    private func store(_ ledger: RobotLedger, of robot: RobotID) {
        CrashPoint.reach(.edgeStoreBefore)
        defer { CrashPoint.reach(.edgeStoreAfter) }
        do {
            try self.ledger.record(key: robot.rawValue, payload: try ledger.encoded())
        } catch {
            // The robot acts all the same: refusing here would strand work that
            // runs. What is lost is the memory of it over a crash of this node.
            logger.critical(
                "can't store what a robot must not forget",
                metadata: ["robot": "\(robot)", "error": "\(error)"])
        }
    }

    private func start(_ timer: ExecutionTimer, at moment: Instant) {
        let item = DispatchWorkItem { [weak self] in self?.post(.timerFired(timer)) }
        timers.updateValue(item, forKey: timer)?.cancel()
        let delay = max(0, (moment - now()).wholeNanoseconds)
        timerQueue.asyncAfter(deadline: .now() + .nanoseconds(Int(delay)), execute: item)
    }
}
