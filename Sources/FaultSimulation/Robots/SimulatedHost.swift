import Execution
import MessageBus
import RobotModel
import WireFormat

/// A skill host's process with one robot: the shipping session, execution and
/// motion-lease machines; its ledger is on a disk of its own.
final class SimulatedHost: LinkEnd {
    private unowned let site: Site
    let robot: Int
    private let link: SimulatedLink
    private let disk = LedgerDisk()
    private(set) var isUp = false
    private(set) var isFrozen = false
    private(set) var starts = 0
    private var clock: ProcessClock
    private var shell: ExecutionShell?
    private var client: ClientShell?
    private(set) var runner: BodyRunner?
    private var offers: [RobotOffer] = []

    init(site: Site, robot: Int, link: SimulatedLink) {
        self.site = site
        self.robot = robot
        self.link = link
        clock = site.makeClock(300 + robot)
        link.client = self
        link.toClient = { [unowned self] frame in
            clock.run { [unowned self] in client?.take(.received(frame)) }
        }
    }

    func start() {
        isUp = true
        isFrozen = false
        starts += 1
        clock = site.makeClock(300 + robot)
        let gate = MotionGate(clock: clock) { [unowned self] in
            shell?.take(.brainLost(reason: "the edge has not renewed the motion lease"))
        }
        runner = BodyRunner(site: site, clock: clock, gate: gate, overrun: .milliseconds(400)) {
            [unowned self] in
            shell?.take($0)
        }
        shell = ExecutionShell(
            site: site, clock: clock, disk: disk, settings: .init(overdueGrace: .zero),
            offersChanged: { [unowned self] in offers = shell?.offers ?? [] },
            perform: { [unowned self] in perform($0) })
        if let offer = shell?.settled(robot, remembers: site.scenario.layout.remembers[robot]) {
            shell?.take(.hostJoined("here", [offer]))
        }
        client = ClientShell(
            clock: clock, machine: SessionClient(node: NodeID("host\(robot)"), isMotionBound: true),
            transmit: { [unowned self] in link.sendUp($0) },
            hello: { [unowned self] in Hello(role: .skillHost, name: "host\(robot)", robots: offers) },
            renewed: { gate.renew(until: $0) },
            handler: { [unowned self] in received($0) })
        site.button.tell(self, of: site.scenario.layout.edgeOfRobot[robot])
        link.connect()
        // The session begins once the robots are known.
        clock.add("hello", after: .milliseconds(1)) { [unowned self] in client?.take(.started) }
    }

    func kill() {
        guard isUp else { return }
        isUp = false
        runner?.die()
        clock.die()
        client = nil
        shell = nil
        link.reset()
    }

    /// It dies when an order or a result is on its disk, and nothing was done
    /// about it yet.
    func killAtStore(_ died: @escaping () -> Void) {
        shell?.atStore = { [unowned self] in
            kill()
            died()
        }
    }

    func freeze(for time: Duration) {
        guard isUp, !isFrozen else { return }
        isFrozen = true
        let mine = clock
        mine.freeze()
        runner?.freeze()
        site.agenda.add("thaw", robot, after: time) { [unowned self] in
            guard mine.isAlive else { return }
            isFrozen = false
            runner?.thaw()
            mine.thaw()
        }
    }

    /// The e-stop has changed.
    func take(_ hold: EmergencyHold?) {
        if isUp { clock.run { [unowned self] in shell?.take(.emergencyChanged(hold)) } }
    }

    /// A copy of an old order.
    func takeStale(_ order: Invocation) {
        if isUp { clock.run { [unowned self] in shell?.take(.invoked(order)) } }
    }

    private func received(_ event: ServerEvent) {
        guard let shell else { return }
        switch event {
        case .connected:
            for report in offers.flatMap(\.attempts) {
                if let outcome = report.outcome { tell(.result(report.attempt, report.token, outcome)) }
            }
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
        if client?.isConnected == true { client?.take(.sendRequested(body)) }
    }

    private func perform(_ action: ExecutionAction) {
        switch action {
        case .invoke(_, let order): runner?.start(order)
        case .cancel(_, let attempt, _, _): runner?.cancel(attempt)
        case .reportAccepted(let attempt, let token): tell(.accept(attempt, token))
        case .reportProgress(let attempt, let token, let progress): tell(.progress(attempt, token, progress))
        case .reportEnded(let attempt, let token, let outcome): tell(.result(attempt, token, outcome))
        case .store, .storeLater, .confirm, .rosterChanged, .startTimer, .stopTimer: break
        }
    }
}
