/// How a socket behaves; set before it binds or connects.
public struct SocketOptions: Sendable {
    /// How long a closed socket still tries to send what is queued.
    public var linger: Duration = .zero
    /// Messages that wait to be sent to one peer; beyond that, sending fails
    /// with `false`. 0: without bound.
    public var sendQueue: Int32 = 10_000
    /// Messages of one peer that wait to be received; beyond that, the peer
    /// must wait. Lower, since here others decide how large each is.
    public var receiveQueue: Int32 = 1000
    /// A larger part ends the connection that it came by. Must be at least as
    /// large as our own frames.
    public var maxMessageBytes: Int64 = 1 << 20
    /// The name by which a ROUTER knows this socket; empty lets the ROUTER
    /// invent one. Anyone can claim any name: it proves nothing.
    public var identity: [UInt8] = []
    /// Whether a new connection takes over the identity of an older one (ROUTER).
    public var handover = false
    /// Whether sending to a peer that isn't there fails, rather than dropping
    /// the message in silence (ROUTER).
    public var mandatory = true
    /// Whether messages are queued only for connections that stand (DEALER).
    public var immediate = true
    /// How often to ask a silent connection for a sign of life; zero: never.
    public var heartbeatInterval: Duration = .seconds(1)
    /// Silence after which a connection counts as broken.
    public var heartbeatTimeout: Duration = .seconds(3)
    /// The wait before connecting again, doubled each time up to the maximum.
    public var reconnectInterval: Duration = .milliseconds(50)
    public var reconnectIntervalMax: Duration = .seconds(1)

    public init() {}
}

/// What kind of socket.
public enum SocketKind: Sendable {
    /// Talks to every peer that connects, each under its routing id.
    case router
    /// Talks to one peer, or to several in turn.
    case dealer
}
