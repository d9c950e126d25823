import Dispatch
import Execution
import Foundation
import Journal
import Logging
import RobotModel
import WireFormat
import ZeroMQ

/// An edge: the robots' side of orders, between a brain and skill hosts.
actor EdgeNode {
    /// Sends to the brain. Never blocks.
    typealias Uplink = @Sendable (Envelope.Body) -> Void
    /// Sends to one skill host over its session.
    typealias HostLink = @Sendable (Envelope.Body) -> Void

    private let reactor: Reactor
    private let ledger: DurableMap
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private var machine = ExecutionMachine()
    private var builtIn: BuiltInHost?
    private var hosts: [HostID: HostLink] = [:]
    private var uplink: Uplink?
    private var manifests: [HostID: [String]] = [:]
    private var timers: [ExecutionTimer: DispatchWorkItem] = [:]
    private let timerQueue = DispatchQueue(label: "pons.edge.timers")

    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - reactor: the thread that everything here runs on; the ledger's
    ///     commits block it, and so nothing acts before they are done.
    ///   - ledger: what the robots must not forget.
    init(
        reactor: Reactor, ledger: DurableMap, logger: Logger,
        now: @escaping @Sendable () -> Instant
    ) throws {
        self.reactor = reactor
        self.ledger = ledger
        self.logger = logger
        self.now = now
        var ledgers: [RobotID: RobotLedger] = [:]
        for (key, payload) in try ledger.all() {
            ledgers[RobotID(key)] = try JSONDecoder().decode(RobotLedger.self, from: Data(payload))
        }
        _ = machine.handle(.restored(ledgers), at: now())
    }

    // MARK: The brain

    /// The link to the brain is up: it learns who is here.
    func linked(_ uplink: @escaping Uplink) {
        self.uplink = uplink
        uplink(.roster(roster))
    }

    func unlinked(reason: String) {
        uplink = nil
        take(.brainLost(reason: reason))
    }

    func received(_ body: Envelope.Body) {
        switch body {
        case .invoke(let order): take(.invoked(order))
        case .cancel(let attempt, let token, let reason):
            guard let robot = machine.robot(of: attempt) else { return }
            take(.cancelRequested(attempt, token, robot, reason: reason))
        case .resultStored(let attempt, _):
            guard let robot = machine.robot(of: attempt) else { return }
            take(.resultConfirmed(attempt, robot))
        default: break
        }
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
        let pending = machine.pendingRecords
        take(.hostJoined(BuiltInHost.id, await host.robots(pending: pending)))
    }

    /// Stops what built-in skills are at; the robots' ledgers say what was.
    func stop() {
        builtIn?.cancelAll()
    }

    func hostJoined(
        _ host: HostID, robots: [HostedRobot], manifests: [String], link: @escaping HostLink
    ) {
        hosts[host] = link
        self.manifests[host] = manifests
        take(.hostJoined(host, robots))
    }

    func hostLost(_ host: HostID, reason: String) {
        hosts.removeValue(forKey: host)
        take(.hostLost(host, reason: reason))
    }

    func received(_ body: Envelope.Body, from host: HostID) {
        switch body {
        case .accept(let attempt, _): if let robot = machine.robot(of: attempt) { take(.accepted(attempt, robot)) }
        case .progress(let attempt, _, let progress):
            if let robot = machine.robot(of: attempt) { take(.progressed(attempt, robot, progress)) }
        case .result(let attempt, let token, let outcome):
            guard let robot = machine.robot(of: attempt) else {
                // Long settled: the host may forget it.
                hosts[host]?(.resultStored(attempt, token))
                return
            }
            take(.ended(attempt, robot, outcome))
        case .heartbeat, .memoryDelta: uplink?(body)
        default: break
        }
    }

    /// Takes an input from any thread; those of one thread stay in order.
    nonisolated func post(_ input: ExecutionInput) {
        reactor.perform { self.assumeIsolated { $0.take(input) } }
    }

    /// As ``post(_:)``, for what the brain sends.
    nonisolated func post(_ body: Envelope.Body) {
        reactor.perform { self.assumeIsolated { $0.received(body) } }
    }

    // MARK: Deciding and acting

    func take(_ input: ExecutionInput) {
        for action in machine.handle(input, at: now()) { perform(action) }
    }

    private func perform(_ action: ExecutionAction) {
        switch action {
        case .store(let robot, let ledger): store(ledger, of: robot)
        case .invoke(let host, let order):
            if host == BuiltInHost.id { builtIn?.invoke(order) } else { hosts[host]?(.invoke(order)) }
        case .cancel(let host, let attempt, let token, let reason):
            if host == BuiltInHost.id {
                builtIn?.cancel(attempt)
            } else {
                hosts[host]?(.cancel(attempt, token, reason: reason))
            }
        case .confirm(let host, let attempt, let token): hosts[host]?(.resultStored(attempt, token))
        case .reportAccepted(let attempt, let token): uplink?(.accept(attempt, token))
        case .reportProgress(let attempt, let token, let progress): uplink?(.progress(attempt, token, progress))
        case .reportEnded(let attempt, let token, let outcome): uplink?(.result(attempt, token, outcome))
        case .rosterChanged: uplink?(.roster(roster))
        case .startTimer(let timer, let moment): start(timer, at: moment)
        case .stopTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
        }
    }

    private func store(_ ledger: RobotLedger, of robot: RobotID) {
        do {
            try self.ledger.record(key: robot.rawValue, payload: Array(try JSONEncoder().encode(ledger)))
        } catch {
            // The robot acts all the same: refusing here would strand work that
            // runs. What is lost is the memory of it over a crash of this node.
            logger.critical("can't store what a robot must not forget", metadata: ["robot": "\(robot)", "error": "\(error)"])
        }
    }

    private func start(_ timer: ExecutionTimer, at moment: Instant) {
        let item = DispatchWorkItem { [weak self] in self?.post(.timerFired(timer)) }
        timers.updateValue(item, forKey: timer)?.cancel()
        let delay = max(0, (moment - now()).wholeNanoseconds)
        timerQueue.asyncAfter(deadline: .now() + .nanoseconds(Int(delay)), execute: item)
    }
}
