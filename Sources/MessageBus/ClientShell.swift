import Logging
import RobotModel
import WireFormat
import ZeroMQ

/// Runs a ``SessionClient`` on a reactor's thread: gives it the time, carries
/// out its actions in order, and hands its events on.
final class ClientShell {
    private let reactor: Reactor
    private let clock: BusClock
    private let logger: Logger
    private var machine: SessionClient
    /// Sends a frame, or says why it couldn't.
    private let transmit: (Envelope) -> LossReason?
    private let hello: () -> Hello
    /// Told whenever the end of this side's right to act moves.
    private let renewed: (SuspendingClock.Instant) -> Void
    private let handler: (ServerEvent) -> Void
    private var queue: [SessionClient.Action] = []
    private var isPerforming = false
    private var rightEnds: Instant?
    private var timer: (id: Reactor.TimerID, at: Instant)?

    init(
        reactor: Reactor, clock: BusClock, machine: SessionClient, logger: Logger,
        transmit: @escaping (Envelope) -> LossReason?, hello: @escaping () -> Hello,
        renewed: @escaping (SuspendingClock.Instant) -> Void = { _ in },
        handler: @escaping (ServerEvent) -> Void
    ) {
        self.reactor = reactor
        self.clock = clock
        self.machine = machine
        self.logger = logger
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
            // Before the frame that brought it: an order in it needs it.
            renewed(clock.monotonic(ends))
        }
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
        case .refused(let refused):
            logger.warning("the server refuses: \(refused.message)", metadata: ["code": "\(refused.code)"])
            handler(.refused(refused))
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
