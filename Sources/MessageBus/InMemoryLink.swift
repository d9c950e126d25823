public import Logging
import WireFormat
public import ZeroMQ

/// A server and one client in the same process, without a socket between
/// them: for an edge in its brain's process. Both ends run on one reactor, and
/// frames go from one to the other as values.
public final class InMemoryLink: Sendable {
    /// The server's end.
    public let peers: any PeerTransport
    /// The client's end.
    public let server: any ServerTransport

    /// - Parameter renewed: as of ``DealerEndpoint``.
    public init(
        reactor: Reactor, server: SessionServer, client: SessionClient, logger: Logger,
        renewed: @escaping @Sendable (SuspendingClock.Instant) -> Void = { _ in }
    ) {
        let near = InMemoryServer(reactor: reactor, machine: server, logger: logger)
        let far = InMemoryClient(
            reactor: reactor, machine: client, renewed: renewed, logger: logger)
        near.connect(to: far)
        far.connect(to: near)
        peers = near
        self.server = far
    }
}

/// The server's end of an ``InMemoryLink``.
private final class InMemoryServer: PeerTransport, @unchecked Sendable {
    // Proof of @unchecked: `shell` is touched on the reactor's thread alone;
    // `far` is set before anyone else sees the link.
    let reactor: Reactor
    private let machine: SessionServer
    private let logger: Logger
    private weak var far: InMemoryClient?
    private var shell: ServerShell?

    init(reactor: Reactor, machine: SessionServer, logger: Logger) {
        self.reactor = reactor
        self.machine = machine
        self.logger = logger
    }

    func connect(to far: InMemoryClient) { self.far = far }

    func start(_ handler: @escaping @Sendable (PeerEvent) -> Void) async throws {
        try await reactor.run { [self] in
            shell = ServerShell(
                reactor: reactor, clock: BusClock(), machine: machine, logger: logger,
                transmit: { [weak self] envelope, _ in self?.pass(envelope) },
                handler: { [weak self] event in
                    // No event after the end.
                    if self?.shell != nil { handler(event) }
                })
        }
    }

    func send(_ body: Envelope.Body, to peer: PeerName) -> Bool {
        reactor.checkIsolated()
        guard let shell, shell.isJoined(peer) else { return false }
        shell.take(.sendRequested(body, to: peer))
        return true
    }

    func disconnect(_ peer: PeerName, reason: String) {
        reactor.checkIsolated()
        shell?.take(.endRequested(peer, reason: reason))
    }

    func stop() async {
        // Never throws: nothing in it does.
        try? await reactor.run { [self] in
            guard let shell else { return }
            self.shell = nil
            for peer in shell.joinedPeers { shell.take(.endRequested(peer, reason: "the server stops")) }
            shell.close()
        }
    }

    /// Whether there is someone to take a frame.
    var isOpen: Bool { shell != nil }

    func receive(_ envelope: Envelope) { shell?.take(.received(.success(envelope), from: [])) }

    /// Hands a frame over in a turn of its own, so that neither end is called
    /// from within a call of the other.
    private func pass(_ envelope: Envelope) -> LossReason? {
        guard let far, far.isOpen else { return .disconnected }
        reactor.perform { far.receive(envelope) }
        return nil
    }
}

/// The client's end of an ``InMemoryLink``.
private final class InMemoryClient: ServerTransport, @unchecked Sendable {
    // Proof of @unchecked: `shell` is touched on the reactor's thread alone;
    // `near` is set before anyone else sees the link.
    private let reactor: Reactor
    private let machine: SessionClient
    private let renewed: @Sendable (SuspendingClock.Instant) -> Void
    private let logger: Logger
    private weak var near: InMemoryServer?
    private var shell: ClientShell?

    init(
        reactor: Reactor, machine: SessionClient,
        renewed: @escaping @Sendable (SuspendingClock.Instant) -> Void, logger: Logger
    ) {
        self.reactor = reactor
        self.machine = machine
        self.renewed = renewed
        self.logger = logger
    }

    func connect(to near: InMemoryServer) { self.near = near }

    func start(
        hello: @escaping @Sendable () -> Hello, _ handler: @escaping @Sendable (ServerEvent) -> Void
    ) async throws {
        try await reactor.run { [self] in
            let shell = ClientShell(
                reactor: reactor, clock: BusClock(), machine: machine, logger: logger,
                transmit: { [weak self] envelope in self?.pass(envelope) }, hello: hello, renewed: renewed,
                handler: { [weak self] event in
                    // No event after the end.
                    if self?.shell != nil { handler(event) }
                })
            self.shell = shell
            shell.take(.started)
        }
    }

    func send(_ body: Envelope.Body) -> Bool {
        reactor.checkIsolated()
        guard let shell, shell.isConnected else { return false }
        shell.take(.sendRequested(body))
        return true
    }

    func report(_ status: [RobotStatus]) {
        reactor.checkIsolated()
        shell?.take(.statusChanged(status))
    }

    func stop() async {
        // Never throws: nothing in it does.
        try? await reactor.run { [self] in
            guard let shell else { return }
            self.shell = nil
            shell.take(.endRequested(reason: "the client stops"))
            shell.close()
        }
    }

    /// Whether there is someone to take a frame.
    var isOpen: Bool { shell != nil }

    func receive(_ envelope: Envelope) { shell?.take(.received(.success(envelope))) }

    /// Hands a frame over in a turn of its own, so that neither end is called
    /// from within a call of the other.
    private func pass(_ envelope: Envelope) -> LossReason? {
        guard let near, near.isOpen else { return .disconnected }
        reactor.perform { near.receive(envelope) }
        return nil
    }
}
