public import Logging
public import RobotModel
private import WireFormat
public import ZeroMQ

/// What a station's e-stop does to its surroundings.
public enum EmergencyStopEvent: Hashable, Sendable {
    /// Everything that moves here stops now, whatever was agreed; on return it
    /// counts as stopped. Those below have been told already.
    case stop(EmergencyLatch)
    /// Orders are taken again. Nothing goes on by itself.
    case release
    /// Presses that were not known here before: for logs and journals.
    case learned([EmergencyPress])
    /// To be kept over a restart.
    case store(EmergencyLatch)
    /// Whether the station above is heard; true until it was silent for long.
    case channelChanged(isHeard: Bool)
}

/// An ``EmergencyStopStation`` on sockets of its own, with libzmq's threads and
/// a thread of its own: nothing that is queued elsewhere holds it up.
///
/// Its calls come from any thread. It works for as long as someone holds it.
public final class EmergencyStopLink: @unchecked Sendable {
    // Proof of @unchecked: what changes is touched on the reactor's thread
    // alone; all else is constant.
    private let reactor: Reactor
    private let context: Context
    private let clock = BusClock()
    private let logger: Logger
    private let handler: @Sendable (EmergencyStopEvent) -> Void
    private var station: EmergencyStopStation
    private var router: Socket?
    private var dealer: Socket?
    private var above: String?
    private var timer: Reactor.TimerID?
    private var unreadable = 0
    private var warnings = RateLimit(perSecond: 0.1, burst: 1)

    /// Messages taken in a row before others on the thread have their turn.
    private static let batch = 256
    /// Beats that wait for a station below that doesn't read.
    private static let sendQueue: Int32 = 100

    /// - Parameters:
    ///   - name: the station's own, as it is known above and below.
    ///   - latch: as it was stored.
    ///   - handler: called on the e-stop's thread, which it must not hold up.
    /// - Throws: when threads or file descriptors have run out.
    public init(
        name: NodeID, latch: EmergencyLatch = EmergencyLatch(),
        timing: EmergencyStopStation.Timing = .init(), logger: Logger,
        handler: @escaping @Sendable (EmergencyStopEvent) -> Void
    ) throws(ZeroMQError) {
        reactor = try Reactor(name: "pons-estop", isUrgent: true)
        context = try Context()
        self.logger = logger
        self.handler = handler
        let now = clock.now
        station = EmergencyStopStation(
            name: name, epoch: UInt64(max(0, now.nanosecondsSinceEpoch / 1_000_000)), latch: latch,
            timing: timing, at: now)
        reactor.perform { [weak self] in self?.setTimer() }
    }

    /// Opens for stations below, at more addresses with each call.
    ///
    /// - Returns: the addresses as they came to be.
    /// - Throws: a `ZeroMQError` where an address can't be bound.
    public func bind(_ addresses: [String]) async throws -> [String] {
        try await withCheckedThrowingContinuation { continuation in
            reactor.perform { [self] in continuation.resume(with: Result { try open(addresses) }) }
        }
    }

    /// Obeys the station at `address` from here on, in place of an earlier one.
    /// One that isn't there is waited for.
    public func connect(to address: String) {
        reactor.perform { [weak self] in self?.open(address) }
    }

    /// Somebody pressed here. Returns as soon as everyone below was told.
    public func press(by person: String, reason: String) async {
        await withCheckedContinuation { continuation in
            press(by: person, reason: reason) { continuation.resume() }
        }
    }

    /// The same for who can't wait; `done` is called on the e-stop's thread.
    public func press(by person: String, reason: String, done: @escaping @Sendable () -> Void) {
        reactor.perform { [self] in
            take(.pressed(by: person, reason: reason))
            done()
        }
    }

    /// The second step of a release; for the topmost station.
    public func release() async {
        await withCheckedContinuation { continuation in
            reactor.perform { [self] in
                take(.released)
                continuation.resume()
            }
        }
    }

    /// The robots that `stop` stops, without a station of their own.
    public func serve(_ robots: [RobotID]) {
        reactor.perform { [weak self] in self?.take(.robotsChanged(robots)) }
    }

    /// Hands over what is latched, on the e-stop's thread, between two events.
    public func withLatch(_ body: @escaping @Sendable (EmergencyLatch) -> Void) {
        reactor.perform { [self] in body(station.latch) }
    }

    /// What is latched, and who is reached.
    public func reach() async -> (latch: EmergencyLatch, robots: [EmergencyReach]) {
        await withCheckedContinuation { continuation in
            reactor.perform { [self] in
                continuation.resume(returning: (station.latch, station.reach(at: clock.now)))
            }
        }
    }

    /// Closes. Those below notice the silence.
    public func stop() async {
        await withCheckedContinuation { continuation in
            reactor.perform { [self] in
                for socket in [router, dealer] { if let socket { reactor.unregister(socket) } }
                (router, dealer) = (nil, nil)
                if let timer { reactor.cancel(timer) }
                timer = nil
                continuation.resume()
            }
        }
    }

    // MARK: On the thread

    private func open(_ addresses: [String]) throws -> [String] {
        if let router { return try addresses.map { try router.bind($0) } }
        var options = SocketOptions()
        options.sendQueue = Self.sendQueue
        options.maxMessageBytes = Int64(EmergencyFrameCodec.largestFrame)
        let socket = try Socket(.router, in: context, options: options)
        let bound = try addresses.map { try socket.bind($0) }
        router = socket
        reactor.register(socket) { [weak self] in self?.receiveReports() }
        return bound
    }

    private func open(_ address: String) {
        guard above != address else { return }
        do {
            var options = SocketOptions()
            options.sendQueue = Self.sendQueue
            options.maxMessageBytes = Int64(EmergencyFrameCodec.largestFrame)
            options.reconnectIntervalMax = .milliseconds(200)
            let socket = try Socket(.dealer, in: context, options: options)
            try socket.connect(to: address)
            if let dealer { reactor.unregister(dealer) }
            dealer = socket
            above = address
            reactor.register(socket) { [weak self] in self?.receiveStates() }
            take(.channelOpened)
        } catch {
            logger.error("the e-stop can’t be listened for at \(address): \(error)")
        }
    }

    private func receiveStates() {
        receive(from: dealer) { frame, _ in
            if case .state(let state) = frame { take(.state(state)) }
        }
    }

    private func receiveReports() {
        receive(from: router) { frame, route in
            if case .report(let report) = frame { take(.report(report, from: route)) }
        }
    }

    private func receive(from socket: Socket?, _ body: (EmergencyFrame, EmergencyStopStation.Route) -> Void) {
        guard let socket else { return }
        for _ in 0..<Self.batch {
            do {
                guard let parts = try socket.receive() else { return }
                body(try EmergencyFrameCodec.decode(parts.last ?? []), parts.first ?? [])
            } catch {
                unreadable += 1
                if warnings.take(at: clock.now) {
                    logger.warning("\(unreadable) e-stop frames couldn’t be read; the last: \(error)")
                }
            }
        }
    }

    private func take(_ input: EmergencyStopStation.Input) {
        for action in station.handle(input, at: clock.now) { perform(action) }
        setTimer()
    }

    private func perform(_ action: EmergencyStopStation.Action) {
        switch action {
        case .send(let state, let routes): send(state, to: routes)
        case .stop(let latch):
            handler(.stop(latch))
            take(.stopped)
        case .release: handler(.release)
        case .learned(let presses): handler(.learned(presses))
        case .store(let latch): handler(.store(latch))
        case .report(let report): send(report)
        case .channelChanged(let isHeard): handler(.channelChanged(isHeard: isHeard))
        }
    }

    private func send(_ state: EmergencyState, to routes: [EmergencyStopStation.Route]) {
        guard let router, !routes.isEmpty, let bytes = encode(.state(state)) else { return }
        var gone: [EmergencyStopStation.Route] = []
        for route in routes {
            do {
                // A full queue is no loss: what waits in it says the latch, or
                // the next beat does.
                _ = try router.send([route, bytes])
            } catch {
                if error.isUnroutable {
                    gone.append(route)
                } else {
                    logger.error("the e-stop can’t send: \(error)")
                }
            }
        }
        for route in gone { take(.gone(route)) }
    }

    private func send(_ report: EmergencyReport) {
        guard let dealer, let bytes = encode(.report(report)) else { return }
        do {
            // Without a connection nothing is sent; the next beat tries again.
            _ = try dealer.send([bytes])
        } catch {
            logger.error("the e-stop can’t report: \(error)")
        }
    }

    private func encode(_ frame: EmergencyFrame) -> [UInt8]? {
        do {
            return try EmergencyFrameCodec.encode(frame)
        } catch {
            logger.error("the e-stop can’t be put into a frame: \(error)")
            return nil
        }
    }

    private func setTimer() {
        if let timer { reactor.cancel(timer) }
        timer = reactor.schedule(at: clock.monotonic(station.nextDeadline)) { [weak self] in
            self?.timer = nil
            self?.take(.timeAdvanced)
        }
    }
}
