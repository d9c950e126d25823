import Execution
import MessageBus
import RobotModel
import WireFormat

/// An edge's process: the shipping session machines on both sides, the
/// execution machine between them, and skills of its own for some robots.
final class SimulatedEdge: LinkEnd {
    private static let builtIn: HostID = "builtin"
    /// How often its thread shows that it isn't stuck, and for how long that counts.
    /// How long hosts of before a restart are waited for.
    private static let rest = Duration.milliseconds(1100)
    private static let (beat, patience) = (Duration.milliseconds(250), Duration.milliseconds(1500))

    private unowned let site: Site
    let number: Int
    private let uplink: SimulatedLink
    /// By robot.
    private let downlinks: [(robot: Int, link: SimulatedLink)]
    private let disk = LedgerDisk()
    private(set) var isUp = false
    private var clock: ProcessClock
    private var shell: ExecutionShell?
    private var client: ClientShell?
    private var door: ServerShell?
    private var routes = RobotRoutes()
    private(set) var runner: BodyRunner?
    private var gate: MotionGate?
    private var rightByBrain: Instant?
    private var rightByEdge: Instant?
    private var fromBrain: Lane
    private var toBrain: Lane
    private var offers: [RobotOffer] = []
    private(set) var starts = 0

    init(site: Site, number: Int, uplink: SimulatedLink, downlinks: [(robot: Int, link: SimulatedLink)]) {
        self.site = site
        self.number = number
        self.uplink = uplink
        self.downlinks = downlinks
        clock = site.makeClock(200 + number)
        fromBrain = site.makeLane(0x200 + UInt64(number))
        toBrain = site.makeLane(0x300 + UInt64(number))
        uplink.client = self
        uplink.toClient = { [unowned self] frame in client?.take(.received(frame)) }
        for (_, link) in downlinks {
            link.server = self
            link.toServer = { [unowned self] frame, route in door?.take(.received(frame, from: route)) }
        }
    }

    /// Robots whose skills run in this process.
    private var ownRobots: [Int] {
        site.scenario.layout.edgeOfRobot.indices.filter {
            site.scenario.layout.edgeOfRobot[$0] == number && site.scenario.layout.isBuiltIn[$0]
        }
    }

    func start() {
        isUp = true
        starts += 1
        clock = site.makeClock(200 + number)
        routes = RobotRoutes()
        offers = []
        (rightByBrain, rightByEdge) = (nil, nil)
        let gate = MotionGate(clock: clock) { [unowned self] in
            post(.brainLost(reason: "nobody has renewed the right to move for the length of the lease"))
        }
        self.gate = gate
        runner = BodyRunner(site: site, clock: clock, gate: gate, overrun: .milliseconds(600)) {
            [unowned self] in
            post($0)
        }
        shell = ExecutionShell(
            site: site, clock: clock, disk: disk, settings: .init(),
            offersChanged: { [unowned self] in offers = shell?.offers ?? [] },
            perform: { [unowned self] in perform($0) })
        if let shell {
            shell.take(.hostJoined(Self.builtIn, ownRobots.map { shell.settled($0, remembers: true) }))
        }
        door = ServerShell(
            clock: clock,
            machine: SessionServer(
                node: NodeID("edge\(number)"), instance: "e\(number)-\(starts)", roles: [.skillHost]),
            transmit: { [unowned self] envelope, route in
                guard let link = downlinks.first(where: { $0.link.number == Int(route[0]) })?.link else {
                    return .disconnected
                }
                return link.sendDown(envelope, to: route)
            },
            motionRight: { [unowned self] in motionRight },
            handler: { [unowned self] event in
                for event in routes.handle(event, from: 0) { received(event) }
            })
        let clock = clock
        client = ClientShell(
            clock: clock, machine: SessionClient(node: NodeID("edge\(number)")),
            transmit: { [unowned self] in uplink.sendUp($0) },
            hello: { [unowned self] in Hello(role: .edge, name: "edge\(number)", robots: offers) },
            renewed: { [unowned self] in
                rightByBrain = $0
                passOn()
            },
            handler: { [unowned self] event in
                fromBrain.post("to edge", number) { [unowned self] in
                    clock.run { [unowned self] in received(event) }
                }
            })
        for (_, link) in downlinks { link.connect() }
        uplink.connect()
        keepBeating()
        site.button.forget(number)
        if site.button.hold != nil { site.button.spread(to: self) }
        clock.add("hello", after: .milliseconds(1)) { [unowned self] in sayHello(by: clock.now + Self.rest) }
    }

    /// Hosts that were at work when this edge ended are waited for.
    private func sayHello(by moment: Instant) {
        guard shell?.machine.isAwaitingHosts == true, clock.now < moment else {
            client?.take(.started)
            return
        }
        clock.add("hosts", after: .milliseconds(20)) { [unowned self] in sayHello(by: moment) }
    }

    func kill() {
        guard isUp else { return }
        isUp = false
        runner?.die()
        clock.die()
        client = nil
        door = nil
        shell = nil
        uplink.reset()
        for (_, link) in downlinks { link.reset() }
    }

    /// It dies when an order or a result is on its disk, and nothing was done
    /// about it yet.
    func killAtStore(_ died: @escaping () -> Void) {
        shell?.atStore = { [unowned self] in
            kill()
            died()
        }
    }

    /// A copy of an old order.
    func takeStale(_ order: Invocation) { if isUp { shell?.take(.invoked(order)) } }

    /// The e-stop has changed.
    func take(_ hold: EmergencyHold?) { shell?.take(.emergencyChanged(hold)) }

    // MARK: The right to move

    /// As `Node/Edge/MotionRight.swift` has it.
    private var motionRight: Instant? {
        guard let rightByBrain, let rightByEdge else { return nil }
        return min(rightByBrain, rightByEdge)
    }

    private func passOn() { if let motionRight { gate?.renew(until: motionRight) } }

    private func keepBeating() {
        rightByEdge = clock.now + Self.patience
        passOn()
        clock.add("beat", after: Self.beat) { [unowned self] in keepBeating() }
    }

    // MARK: The brain

    private func received(_ event: ServerEvent) {
        guard let shell else { return }
        switch event {
        case .connected: tell(.roster(Roster(robots: offers)))
        case .frame(.invoke(let order)): shell.take(.invoked(order))
        case .frame(.cancel(let attempt, let token, let reason)):
            guard let robot = shell.machine.robot(of: attempt) else { return }
            shell.take(.cancelRequested(attempt, token, robot, reason: reason))
        case .frame(.resultStored(let attempt, _)):
            guard let robot = shell.machine.robot(of: attempt) else { return }
            shell.take(.resultConfirmed(attempt, robot))
        case .lost, .frame, .refused: break
        }
    }

    private func tell(_ body: Envelope.Body) {
        let clock = clock
        toBrain.post("from edge", number) { [unowned self] in
            clock.run { [unowned self] in
                if client?.isConnected == true { client?.take(.sendRequested(body)) }
            }
        }
    }

    // MARK: Skill hosts

    private static let hostPrefix = "zmq."
    private static func host(of robot: RobotID) -> HostID { HostID(hostPrefix + robot.rawValue) }
    private static func robot(of host: HostID) -> RobotID {
        RobotID(String(host.rawValue.dropFirst(hostPrefix.count)))
    }

    private func received(_ event: RobotEvent) {
        switch event {
        case .linked(let offer): linked(offer)
        case .lost(let robot, let reason): shell?.take(.hostLost(Self.host(of: robot), reason: reason))
        case .accepted(let attempt, _): forward(attempt) { .accepted(attempt, $0) }
        case .progressed(let attempt, _, let progress):
            forward(attempt) { .progressed(attempt, $0, progress) }
        case .ended(let attempt, _, let outcome): forward(attempt) { .ended(attempt, $0, outcome) }
        case .declared, .status, .memory, .refused: break
        }
    }

    private func linked(_ offer: RobotOffer) {
        guard let description = offer.description else { return }
        var hosted = HostedRobot(
            description: description, highestToken: offer.highestToken, keepsLedger: offer.highestToken != nil
        )
        for report in offer.attempts {
            hosted.attempts.updateValue(report.outcome, forKey: report.attempt)
            hosted.tokens[report.attempt] = report.token
        }
        shell?.take(.hostJoined(Self.host(of: offer.robot), [hosted]))
    }

    private func forward(_ attempt: AttemptID, _ input: (RobotID) -> ExecutionInput) {
        if let robot = shell?.machine.robot(of: attempt) { shell?.take(input(robot)) }
    }

    private func send(_ body: Envelope.Body, to robot: RobotID) {
        guard let way = routes.way(to: robot), door?.isJoined(way.peer) == true else { return }
        door?.take(.sendRequested(body, to: way.peer))
    }

    // MARK: Deciding and acting

    /// From another thread of the process.
    private func post(_ input: ExecutionInput) {
        let clock = clock
        fromBrain.post("skill's word", number) { [unowned self] in
            clock.run { [unowned self] in shell?.take(input) }
        }
    }

    private func perform(_ action: ExecutionAction) {
        switch action {
        case .invoke(Self.builtIn, let order): runner?.start(order)
        case .invoke(_, let order): send(.invoke(order), to: order.robot)
        case .cancel(Self.builtIn, let attempt, _, _): runner?.cancel(attempt)
        case .cancel(let host, let attempt, let token, let reason):
            send(.cancel(attempt, token, reason: reason), to: Self.robot(of: host))
        case .confirm(Self.builtIn, _, _): break
        case .confirm(let host, let attempt, let token):
            send(.resultStored(attempt, token), to: Self.robot(of: host))
        case .reportAccepted(let attempt, let token): tell(.accept(attempt, token))
        case .reportProgress(let attempt, let token, let progress): tell(.progress(attempt, token, progress))
        case .reportEnded(let attempt, let token, let outcome): tell(.result(attempt, token, outcome))
        case .rosterChanged: tell(.roster(Roster(robots: offers)))
        case .store, .storeLater, .startTimer, .stopTimer: break
        }
    }
}
