public import Logging
private import Synchronization
public import WireFormat
public import ZeroMQ

/// The server's end of sessions over ZeroMQ: a ROUTER bound to one or more
/// addresses. It works for as long as someone holds it.
public final class RouterEndpoint: PeerTransport, @unchecked Sendable {
    // Proof of @unchecked: `shell` and `socket` are touched on the reactor's
    // thread alone, which every entry checks; all else is constant.
    public let reactor: Reactor
    private let context: Context
    private let wanted: [String]
    private let machine: SessionServer
    private let motionRight: @Sendable () -> SuspendingClock.Instant?
    private let logger: Logger
    private var socket: Socket?
    private var shell: ServerShell?
    private let bound = Mutex<[String]>([])

    /// Messages taken in a row before others on the thread have their turn.
    private static let batch = 256

    /// - Parameters:
    ///   - addresses: e.g. `tcp://127.0.0.1:7600`, `tcp://127.0.0.1:*`,
    ///     `ipc:///run/pons/edge.sock`.
    ///   - session: who may come, and in what rhythm.
    ///   - motionRight: at an edge, until when the robots of its skill hosts may
    ///     move; nil elsewhere. Called on the reactor's thread.
    public init(
        reactor: Reactor, context: Context, addresses: [String], session: SessionServer, logger: Logger,
        motionRight: @escaping @Sendable () -> SuspendingClock.Instant? = { nil }
    ) {
        self.reactor = reactor
        self.context = context
        wanted = addresses
        machine = session
        self.motionRight = motionRight
        self.logger = logger
    }

    /// The addresses as they came to be, wildcards filled in; empty before the
    /// start. Readable from anywhere.
    public var addresses: [String] { bound.withLock { $0 } }

    /// - Throws: a `ZeroMQError` where an address can't be bound.
    public func start(_ handler: @escaping @Sendable (PeerEvent) -> Void) async throws {
        try await reactor.run { [self] in try open(handler) }
    }

    @discardableResult
    public func send(_ body: Envelope.Body, to peer: PeerName) -> Bool {
        reactor.checkIsolated()
        guard let shell, shell.isJoined(peer) else { return false }
        shell.take(.sendRequested(body, to: peer))
        return true
    }

    public func disconnect(_ peer: PeerName, reason: String) {
        reactor.checkIsolated()
        shell?.take(.endRequested(peer, reason: reason))
    }

    public func stop() async {
        // Never throws: nothing in it does.
        try? await reactor.run { [self] in close() }
    }

    private func open(_ handler: @escaping @Sendable (PeerEvent) -> Void) throws {
        var options = SocketOptions()
        options.handover = true
        // Goodbyes get a moment to leave.
        options.linger = .milliseconds(200)
        options.maxMessageBytes = Int64(EnvelopeCodec.largestFrame)
        let socket = try Socket(.router, in: context, options: options)
        let addresses = try wanted.map { try socket.bind($0) }
        bound.withLock { $0 = addresses }
        self.socket = socket
        shell = ServerShell(
            reactor: reactor, clock: BusClock(), machine: machine, logger: logger,
            transmit: { [weak self] envelope, route in self?.transmit(envelope, to: route) },
            motionRight: motionRight,
            handler: { [weak self] event in
                // No event after the end.
                if self?.shell != nil { handler(event) }
            })
        reactor.register(socket) { [weak self] in self?.receive() }
    }

    private func close() {
        guard let shell, let socket else { return }
        reactor.unregister(socket)
        self.shell = nil
        for peer in shell.joinedPeers {
            shell.take(.endRequested(peer, reason: "the server stops"))
        }
        shell.close()
        self.socket = nil
    }

    private func receive() {
        guard let socket, let shell else { return }
        do {
            for _ in 0..<Self.batch {
                guard let parts = try socket.receive() else { return }
                guard let route = parts.first else { continue }
                shell.take(.received(Self.envelope(in: parts.dropFirst()), from: route))
                guard self.shell === shell else { return }
            }
        } catch {
            logger.error("can’t receive: \(error)")
        }
    }

    private func transmit(_ envelope: Envelope, to route: SessionServer.Route) -> LossReason? {
        guard let socket else { return .disconnected }
        do {
            return try socket.send([route, envelope.bytes(logger)]) ? nil : .congested
        } catch {
            if !error.isUnroutable { logger.error("can’t send: \(error)") }
            return .disconnected
        }
    }

    private static func envelope(in parts: ArraySlice<[UInt8]>) -> Result<Envelope, WireFormatError> {
        guard let only = parts.first, parts.count == 1 else {
            return .failure(
                WireFormatError(.malformed, "a message of \(parts.count) parts; send one, the envelope"))
        }
        return Result { () throws(WireFormatError) in try EnvelopeCodec.decode(only) }
    }
}
