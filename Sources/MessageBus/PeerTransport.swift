public import WireFormat
public import ZeroMQ

/// The server's end of its clients' sessions: a brain's towards its edges, or
/// an edge's towards its skill hosts. Over sockets or within the process, all
/// the same to who uses it.
///
/// Everything but `start` and `stop` is for the reactor's thread alone, where
/// the handler is called too.
public protocol PeerTransport: AnyObject, Sendable {
    /// The thread that it lives on.
    var reactor: Reactor { get }

    /// Opens for clients. From then on, `handler` is called on the reactor's
    /// thread, never from within a call of `send` or `disconnect`.
    func start(_ handler: @escaping @Sendable (PeerEvent) -> Void) async throws

    /// Sends in order, after what was sent before.
    /// - Returns: false where the peer has no session; nothing is sent then.
    ///   True says only that it is on its way: the peer may be lost before.
    @discardableResult
    func send(_ body: Envelope.Body, to peer: PeerName) -> Bool

    /// Ends the peer's session. A peer that lives says hello again.
    func disconnect(_ peer: PeerName, reason: String)

    /// Says goodbye to everyone and closes; a goodbye may be lost with its
    /// connection, which the peer then notices. No event comes after it. Its
    /// addresses are free a moment later.
    func stop() async
}

/// What a ``PeerTransport`` tells.
public enum PeerEvent: Hashable, Sendable {
    /// A session began, with what the peer says of itself. It replaces the
    /// peer's older one, without a `lost` in between.
    case joined(PeerName, Hello)
    case frame(PeerName, Envelope.Body)
    case lost(PeerName, LossReason)
}

/// The client's end of its session.
///
/// Everything but `start` and `stop` is for the reactor's thread alone, where
/// the handler and `hello` are called too.
public protocol ServerTransport: AnyObject, Sendable {
    /// Says hello until it is welcome, and anew whenever the session is lost.
    ///
    /// - Parameters:
    ///   - hello: what is true at the moment: every hello is made afresh, so
    ///     that it reports the attempts as they stand.
    ///   - handler: never called from within a call of `send`.
    func start(
        hello: @escaping @Sendable () -> Hello, _ handler: @escaping @Sendable (ServerEvent) -> Void
    ) async throws

    /// Sends in order, after what was sent before.
    /// - Returns: false where there is no session; nothing is sent then, and
    ///   the next hello must make up for it.
    @discardableResult
    func send(_ body: Envelope.Body) -> Bool

    /// How the robots are, for the heartbeats to come.
    func report(_ status: [RobotStatus])

    /// Says goodbye and closes; the goodbye may be lost with the connection,
    /// which the server then notices. No event comes after it.
    func stop() async
}

/// What a ``ServerTransport`` tells.
public enum ServerEvent: Hashable, Sendable {
    case connected(Welcome)
    case frame(Envelope.Body)
    /// The session is gone, and with it the right to act: every skill does now
    /// what its `on_link_loss` says.
    case lost(LossReason)
    /// The server won't have this client; a person must look.
    case refused(Refused)
}
