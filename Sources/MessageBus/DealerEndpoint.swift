public import Logging
public import WireFormat
public import ZeroMQ

/// The client's end of a session over ZeroMQ: a DEALER. It works for as long
/// as someone holds it.
public final class DealerEndpoint: ServerTransport, @unchecked Sendable {
    // Proof of @unchecked: `shell` and `socket` are touched on the reactor's
    // thread alone, which every entry checks; all else is constant.
    private let reactor: Reactor
    private let context: Context
    private let address: String
    private let machine: SessionClient
    private let renewed: @Sendable (SuspendingClock.Instant) -> Void
    private let logger: Logger
    private var socket: Socket?
    private var shell: ClientShell?

    /// Messages taken in a row before others on the thread have their turn.
    private static let batch = 256

    /// - Parameters:
    ///   - address: the server's, e.g. `tcp://brain.local:7600`.
    ///   - renewed: told, on the reactor's thread, whenever the end of this
    ///     side's right to act moves, before what the frame says is handed on.
    public init(
        reactor: Reactor, context: Context, address: String, session: SessionClient, logger: Logger,
        renewed: @escaping @Sendable (SuspendingClock.Instant) -> Void = { _ in }
    ) {
        self.reactor = reactor
        self.context = context
        self.address = address
        machine = session
        self.renewed = renewed
        self.logger = logger
    }

    /// - Throws: a `ZeroMQError` where the address is none. A server that isn't
    ///   there is no error: it is waited for.
    public func start(
        hello: @escaping @Sendable () -> Hello, _ handler: @escaping @Sendable (ServerEvent) -> Void
    ) async throws {
        try await reactor.run { [self] in try open(hello, handler) }
    }

    @discardableResult
    public func send(_ body: Envelope.Body) -> Bool {
        reactor.checkIsolated()
        guard let shell, shell.isConnected else { return false }
        shell.take(.sendRequested(body))
        return true
    }

    public func report(_ status: [RobotStatus]) {
        reactor.checkIsolated()
        shell?.take(.statusChanged(status))
    }

    public func stop() async {
        // Never throws: nothing in it does.
        try? await reactor.run { [self] in close() }
    }

    private func open(
        _ hello: @escaping @Sendable () -> Hello, _ handler: @escaping @Sendable (ServerEvent) -> Void
    ) throws {
        var options = SocketOptions()
        // The goodbye gets a moment to leave.
        options.linger = .milliseconds(200)
        options.maxMessageBytes = Int64(EnvelopeCodec.largestFrame)
        let socket = try Socket(.dealer, in: context, options: options)
        try socket.connect(to: address)
        self.socket = socket
        let shell = ClientShell(
            reactor: reactor, clock: BusClock(), machine: machine, logger: logger,
            transmit: { [weak self] envelope in self?.transmit(envelope) }, hello: hello, renewed: renewed,
            handler: { [weak self] event in
                // No event after the end.
                if self?.shell != nil { handler(event) }
            })
        self.shell = shell
        reactor.register(socket) { [weak self] in self?.receive() }
        shell.take(.started)
    }

    private func close() {
        guard let shell, let socket else { return }
        reactor.unregister(socket)
        self.shell = nil
        shell.take(.endRequested(reason: "the client stops"))
        shell.close()
        self.socket = nil
    }

    private func receive() {
        guard let socket, let shell else { return }
        do {
            for _ in 0..<Self.batch {
                guard let parts = try socket.receive() else { return }
                shell.take(
                    .received(
                        Result { () throws(WireFormatError) in try EnvelopeCodec.decode(parts.last ?? []) }))
                guard self.shell === shell else { return }
            }
        } catch {
            logger.error("can’t receive: \(error)")
        }
    }

    private func transmit(_ envelope: Envelope) -> LossReason? {
        guard let socket else { return .disconnected }
        do {
            // A DEALER without a connection takes nothing.
            return try socket.send([envelope.bytes(logger)]) ? nil : .disconnected
        } catch {
            logger.error("can’t send: \(error)")
            return .disconnected
        }
    }
}
