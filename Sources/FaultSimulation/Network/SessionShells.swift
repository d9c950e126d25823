import MessageBus
import RobotModel
import WireFormat

/// Runs a ``SessionClient`` in virtual time.
final class ClientShell {
    private let clock: ProcessClock
    private var machine: SessionClient
    private let transmit: (Envelope) -> LossReason?
    private let hello: () -> Hello
    private let renewed: (Instant) -> Void
    private let handler: (ServerEvent) -> Void
    private var rightEnds: Instant?
    private var queue: [SessionClient.Action] = []
    private var isPerforming = false
    private var timerAt: Instant?
    private var timers = 0

    init(
        clock: ProcessClock, machine: SessionClient, transmit: @escaping (Envelope) -> LossReason?,
        hello: @escaping () -> Hello, renewed: @escaping (Instant) -> Void,
        handler: @escaping (ServerEvent) -> Void
    ) {
        self.clock = clock
        self.machine = machine
        self.transmit = transmit
        self.hello = hello
        self.renewed = renewed
        self.handler = handler
    }

    var isConnected: Bool { machine.isConnected }

    func take(_ input: SessionClient.Input) {
        queue += machine.handle(input, at: clock.now)
        if let ends = machine.rightEnds, ends != rightEnds {
            rightEnds = ends
            renewed(ends)
        }
        guard !isPerforming else { return }
        isPerforming = true
        var next = 0
        while next < queue.count {
            perform(queue[next])
            next += 1
        }
        queue.removeAll(keepingCapacity: true)
        isPerforming = false
        setTimer()
    }

    private func perform(_ action: SessionClient.Action) {
        switch action {
        case .makeHello: queue += machine.handle(.helloMade(hello()), at: clock.now)
        case .transmit(let envelope):
            if let reason = transmit(envelope) {
                queue += machine.handle(.undeliverable(reason), at: clock.now)
            }
        case .connected(let welcome): handler(.connected(welcome))
        case .frame(let body): handler(.frame(body))
        case .lost(let reason): handler(.lost(reason))
        case .refused(let refused): handler(.refused(refused))
        case .report: break
        }
    }

    private func setTimer() {
        guard let deadline = machine.nextDeadline else {
            timerAt = nil
            return
        }
        if let timerAt, timerAt <= deadline { return }
        timerAt = deadline
        timers += 1
        let mine = timers
        clock.add("client timer", at: deadline) { [weak self] in
            guard let self, mine == timers else { return }
            timerAt = nil
            take(.timeAdvanced)
        }
    }
}

/// Runs a ``SessionServer`` in virtual time.
final class ServerShell {
    private let clock: ProcessClock
    private var machine: SessionServer
    private let transmit: (Envelope, SessionServer.Route) -> LossReason?
    private let motionRight: () -> Instant?
    private let handler: (PeerEvent) -> Void
    private var queue: [SessionServer.Action] = []
    private var isPerforming = false
    private var timerAt: Instant?
    private var timers = 0

    init(
        clock: ProcessClock, machine: SessionServer,
        transmit: @escaping (Envelope, SessionServer.Route) -> LossReason?,
        motionRight: @escaping () -> Instant? = { nil }, handler: @escaping (PeerEvent) -> Void
    ) {
        self.clock = clock
        self.machine = machine
        self.transmit = transmit
        self.motionRight = motionRight
        self.handler = handler
    }

    func isJoined(_ peer: PeerName) -> Bool { machine.isJoined(peer) }

    func take(_ input: SessionServer.Input) {
        machine.motionRight = motionRight()
        queue += machine.handle(input, at: clock.now)
        guard !isPerforming else { return }
        isPerforming = true
        var next = 0
        while next < queue.count {
            perform(queue[next])
            next += 1
        }
        queue.removeAll(keepingCapacity: true)
        isPerforming = false
        setTimer()
    }

    private func perform(_ action: SessionServer.Action) {
        switch action {
        case .transmit(let envelope, let route):
            if let reason = transmit(envelope, route) {
                queue += machine.handle(.undeliverable(route, reason), at: clock.now)
            }
        case .joined(let peer, let hello): handler(.joined(peer, hello))
        case .frame(let peer, let body): handler(.frame(peer, body))
        case .lost(let peer, let reason): handler(.lost(peer, reason))
        case .report: break
        }
    }

    private func setTimer() {
        guard let deadline = machine.nextDeadline else {
            timerAt = nil
            return
        }
        if let timerAt, timerAt <= deadline { return }
        timerAt = deadline
        timers += 1
        let mine = timers
        clock.add("server timer", at: deadline) { [weak self] in
            guard let self, mine == timers else { return }
            timerAt = nil
            take(.timeAdvanced)
        }
    }
}

/// The time as one life of a process reads it: wall time at its start, carried
/// on by the monotonic clock. Nothing that it was to be woken for happens once
/// it is dead; while it stands still, it happens later.
final class ProcessClock {
    private let agenda: Agenda
    private let offset: Duration
    let subject: Int
    private(set) var isAlive = true
    /// While the process stands still, what it was to do.
    private var frozen: [() -> Void]?

    init(agenda: Agenda, wallAhead: Duration, subject: Int) {
        self.agenda = agenda
        offset = wallAhead
        self.subject = subject
    }

    var now: Instant { agenda.now + offset }

    func add(_ name: StaticString, after delay: Duration, _ body: @escaping () -> Void) {
        add(name, at: now + delay, body)
    }

    func add(_ name: StaticString, at moment: Instant, _ body: @escaping () -> Void) {
        agenda.add(
            name, subject, at: Instant(nanosecondsSinceEpoch: (moment - offset.asInstant).wholeNanoseconds)
        ) {
            [weak self] in self?.run(body)
        }
    }

    /// Runs now, or when the process moves again; never once it is dead.
    func run(_ body: @escaping () -> Void) {
        guard isAlive else { return }
        if frozen != nil { frozen?.append(body) } else { body() }
    }

    func die() {
        isAlive = false
        frozen = nil
    }

    func freeze() { if frozen == nil { frozen = [] } }

    func thaw() {
        guard let waiting = frozen else { return }
        frozen = nil
        for body in waiting { run(body) }
    }
}

extension Duration {
    fileprivate var asInstant: Instant { Instant(nanosecondsSinceEpoch: wholeNanoseconds) }
}
