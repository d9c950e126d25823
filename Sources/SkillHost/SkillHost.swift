import Execution
import Foundation
import Journal
public import Logging
import MessageBus
public import RobotModel
public import SkillKit
import Synchronization
import WireFormat
import ZeroMQ

/// A process's skills, for the robots that it speaks for: takes orders from an
/// edge over ZeroMQ, runs them, and tells how they went.
///
/// It keeps on disk what its robots must not forget: which order they obeyed
/// last, and results that the edge hasn't stored yet. So an order that comes a
/// second time gets the first one's result, one that was given up is not
/// obeyed, and a crash in mid-skill is told as such and never repeated
/// silently. When the session is lost, skills whose `on_link_loss` is `stop`
/// are cancelled.
///
/// The rules are ``ExecutionMachine``'s, which the edge keeps too; here they
/// stand between the edge and the skills.
public actor SkillHost {
    private static let local: HostID = "here"

    /// Runs everything here; the ledger's commits block it, and so nothing acts
    /// before they are done.
    private let reactor: Reactor
    /// The thread of the link, which no disk holds up.
    private let linkReactor: Reactor
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
    private var machine = ExecutionMachine(settings: .init(overdueGrace: .zero))
    private var runner: SkillRunner?
    private var timers: [ExecutionTimer: Reactor.TimerID] = [:]
    private var live: [RobotID: RobotStatus] = [:]
    private var isStopping = false
    /// For hellos, which the link's own thread makes.
    private nonisolated let offers = Mutex<[RobotOffer]>([])

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
            linkReactor = try Reactor(name: "pons-link")
            link = DealerEndpoint(
                reactor: linkReactor, context: try Context(), address: edge,
                session: SessionClient(node: NodeID(name)), logger: logger)
        } catch {
            throw SkillHostError(.link, "can't set up the link: \(error)", underlying: error)
        }
        do {
            ledger = try DurableMap(path: ledgerPath)
            var ledgers: [RobotID: RobotLedger] = [:]
            for (key, payload) in try ledger.all() {
                ledgers[RobotID(key)] = try RobotLedger(encoded: payload)
            }
            _ = machine.handle(.restored(ledgers), at: clock.now)
        } catch {
            throw SkillHostError(
                .ledger, "can't read \(ledgerPath), which says what the robots obeyed: \(error)",
                underlying: error)
        }
        self.name = name
        self.robots = robots
        self.skills = byName
        self.manifests = manifests
        self.bodies = bodies
        self.logger = logger
        self.onEvent = onEvent
    }

    /// Serves until the surrounding task is cancelled; then lets skills come to
    /// their end for `patience`, says goodbye and returns. An edge that isn't
    /// there, or goes away, is waited for.
    ///
    /// - Throws: `link` where the address is none.
    public func run(patience: Duration = .seconds(10)) async throws {
        runner = SkillRunner(bodies: bodies, skills: skills) { [weak self] report in self?.post(report) }
        take(.hostJoined(Self.local, await hostedRobots()))
        let hello: @Sendable () -> Hello = { [self] in
            Hello(
                role: .skillHost, name: name, software: "pons-swift \(Release.version)",
                robots: self.offers.withLock { $0 }, manifests: manifests)
        }
        do {
            try await link.start(hello: hello) { event in self.receive(event) }
        } catch {
            throw SkillHostError(.link, "can't connect: \(error)", underlying: error)
        }
        for robot in robots { take(RobotStatus(robot: robot.id, pose: robot.pose)) }
        await follow()
        isStopping = true
        await runner?.drain(within: patience)
        await link.stop()
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
            for record in pending[description.id] ?? [] {
                let order = record.order
                switch await bodies?.wasDone(order.attempt) {
                case true?: robot.attempts[order.attempt] = .some(.succeeded)
                // The body has nothing of it: it is safe to begin again.
                case false?: robot.highestToken = FencingToken(epoch: 0, counter: 0)
                case nil: robot.highestToken = order.token
                }
            }
            hosted.append(robot)
        }
        return hosted
    }

    // MARK: The edge

    /// On the link's thread.
    private nonisolated func receive(_ event: ServerEvent) {
        if case .frame(.invoke(let order)) = event { onEvent(.invoked(order)) }
        reactor.perform { self.assumeIsolated { $0.received(event) } }
    }

    private func received(_ event: ServerEvent) {
        switch event {
        case .connected:
            onEvent(.connected)
            // What ended between the hello and the welcome.
            for offer in currentOffers {
                for report in offer.attempts {
                    if let outcome = report.outcome { tell(.result(report.attempt, report.token, outcome)) }
                }
            }
        case .frame(let body): received(body)
        case .lost(let reason):
            onEvent(.lost(reason: "\(reason)"))
            take(.brainLost(reason: "\(reason)"))
        case .refused(let refused):
            logger.error(
                "the edge refuses this host",
                metadata: ["code": "\(refused.code)", "reason": "\(refused.message)"])
            onEvent(.refused(reason: refused.message))
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
        linkReactor.perform { [link] in _ = link.send(body) }
    }

    private func take(_ status: RobotStatus) {
        live[status.robot] = status
        let all = live.sorted { $0.key < $1.key }.map(\.value)
        linkReactor.perform { [link] in link.report(all) }
    }

    private var currentOffers: [RobotOffer] {
        machine.roster.map { robot in
            RobotOffer(
                robot: robot.description.id, description: robot.description, skills: skills.keys.sorted(),
                attempts: robot.attempts.sorted { $0.key < $1.key }.compactMap { attempt, outcome in
                    machine.order(attempt, of: robot.description.id).map {
                        AttemptReport(attempt: attempt, token: $0.token, outcome: outcome)
                    }
                },
                highestToken: robot.highestToken)
        }
    }

    // MARK: The skills

    private nonisolated func post(_ report: SkillRunner.Report) {
        reactor.perform {
            self.assumeIsolated { host in
                switch report {
                case .progressed(let order, let progress):
                    host.take(.progressed(order.attempt, order.robot, progress))
                case .ended(let order, let outcome): host.take(.ended(order.attempt, order.robot, outcome))
                }
            }
        }
    }

    // MARK: Deciding and acting

    private func take(_ input: ExecutionInput) {
        let actions = machine.handle(input, at: clock.now)
        let current = currentOffers
        offers.withLock { $0 = current }
        for action in actions { perform(action) }
    }

    private func perform(_ action: ExecutionAction) {
        switch action {
        case .store(let robot, let ledger): store(ledger, of: robot)
        case .invoke(_, let order): runner?.start(order)
        case .cancel(_, let attempt, _, _): runner?.cancel(attempt)
        case .confirm, .rosterChanged: break
        case .reportAccepted(let attempt, let token): tell(.accept(attempt, token))
        case .reportProgress(let attempt, let token, let progress): tell(.progress(attempt, token, progress))
        case .reportEnded(let attempt, let token, let outcome):
            onEvent(.ended(attempt, outcome))
            tell(.result(attempt, token, outcome))
        case .startTimer(let timer, let moment): start(timer, at: moment)
        case .stopTimer(let timer): if let id = timers.removeValue(forKey: timer) { reactor.cancel(id) }
        }
    }

    private func store(_ ledger: RobotLedger, of robot: RobotID) {
        do {
            try self.ledger.record(key: robot.rawValue, payload: try ledger.encoded())
        } catch {
            // The robot acts all the same: refusing here would strand work that
            // runs. What is lost is the memory of it over a crash of this process.
            logger.critical(
                "can't store what a robot must not forget",
                metadata: ["robot": "\(robot)", "error": "\(error)"])
        }
    }

    private func start(_ timer: ExecutionTimer, at moment: Instant) {
        if let old = timers[timer] { reactor.cancel(old) }
        let due = SuspendingClock.now + max(.zero, moment - clock.now)
        timers[timer] = reactor.schedule(at: due) { [weak self] in
            self?.assumeIsolated { host in
                host.timers[timer] = nil
                host.take(.timerFired(timer))
            }
        }
    }
}
