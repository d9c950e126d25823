import Logging
import RobotModel
import WireFormat
import ZeroMQ

/// Runs a ``SessionServer`` on a reactor's thread: gives it the time, carries
/// out its actions in order, and hands its events on.
final class ServerShell {
    private let reactor: Reactor
    private let clock: BusClock
    private let logger: Logger
    private var machine: SessionServer
    /// Sends a frame, or says why it couldn't.
    private let transmit: (Envelope, SessionServer.Route) -> LossReason?
    /// Until when robots behind the clients may move; nil where it isn't ours to say.
    private let motionRight: () -> SuspendingClock.Instant?
    private let handler: (PeerEvent) -> Void
    private var queue: [SessionServer.Action] = []
    private var isPerforming = false
    private var timer: (id: Reactor.TimerID, at: Instant)?

    init(
        reactor: Reactor, clock: BusClock, machine: SessionServer, logger: Logger,
        transmit: @escaping (Envelope, SessionServer.Route) -> LossReason?,
        motionRight: @escaping () -> SuspendingClock.Instant? = { nil },
        handler: @escaping (PeerEvent) -> Void
    ) {
        self.reactor = reactor
        self.clock = clock
        self.machine = machine
        self.logger = logger
        self.transmit = transmit
        self.motionRight = motionRight
        self.handler = handler
    }

    var joinedPeers: [PeerName] { machine.joinedPeers }

    func isJoined(_ peer: PeerName) -> Bool { machine.isJoined(peer) }

    func take(_ input: SessionServer.Input) {
        machine.motionRight = motionRight().map(clock.instant)
        queue += machine.handle(input, at: clock.now)
        // A handler that sends comes back here: its frame waits for its turn.
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

    func close() {
        if let timer { reactor.cancel(timer.id) }
        timer = nil
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
        case .report(let line): logger.warning("\(line)")
        }
    }

    /// Moves the timer only when it is too late: one that is early looks again.
    private func setTimer() {
        guard let deadline = machine.nextDeadline else { return close() }
        if let timer {
            guard deadline < timer.at else { return }
            reactor.cancel(timer.id)
        }
        let id = reactor.schedule(at: clock.monotonic(deadline)) { [weak self] in
            self?.timer = nil
            self?.take(.timeAdvanced)
        }
        timer = (id, deadline)
    }
}
