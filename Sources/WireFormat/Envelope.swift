public import RobotModel

/// A frame between two nodes, or between an edge and a skill host. Mirrors
/// `Protos/pons/v1/wire.proto`; `Protos/README.md` says how a session goes.
public struct Envelope: Hashable, Sendable {
    /// The protocol version that this code speaks.
    public static let currentVersion: UInt32 = 1

    public var version: UInt32
    /// Unique within the sender's session, from 1.
    public var id: UInt64
    /// As the server's ``Welcome`` gave it; empty in a ``Hello``.
    public var session: String
    /// Of this sender in this session, from 1 without gaps; 0 in a ``Hello``.
    public var sequence: UInt64
    /// Highest sequence that the sender has heard; 0 where it doesn't tell.
    public var acknowledged: UInt64
    /// From an edge to a skill host: for how long after it *sent* the newest
    /// frame acknowledged here the host may let its robots move. Zero renews
    /// nothing.
    public var motionLease: Duration
    /// When it was sent, by the sender's hybrid clock.
    public var stamp: HybridStamp
    /// W3C trace context; may be empty.
    public var traceparent: String
    public var body: Body

    public init(
        version: UInt32 = Envelope.currentVersion, id: UInt64, session: String, sequence: UInt64,
        acknowledged: UInt64 = 0, motionLease: Duration = .zero, stamp: HybridStamp,
        traceparent: String = "", body: Body
    ) {
        self.version = version
        self.id = id
        self.session = session
        self.sequence = sequence
        self.acknowledged = acknowledged
        self.motionLease = motionLease
        self.stamp = stamp
        self.traceparent = traceparent
        self.body = body
    }

    /// What a frame says.
    public enum Body: Hashable, Sendable {
        // The session itself.
        case hello(Hello)
        case welcome(Welcome)
        case refused(Refused)
        case heartbeat([RobotStatus])
        case goodbye(reason: String)

        /// From an edge whenever it changes: every robot that has a live skill
        /// host now. A robot that was listed and isn't any more is lost.
        case roster(Roster)

        // Attempts, downwards.
        case invoke(Invocation)
        /// The result is on the sender's disk; the receiver may forget it.
        case resultStored(AttemptID, FencingToken)
        case cancel(AttemptID, FencingToken, reason: String)

        // Attempts, upwards.
        case accept(AttemptID, FencingToken)
        case progress(AttemptID, FencingToken, AttemptProgress)
        case result(AttemptID, FencingToken, AttemptOutcome)

        // Both ways.
        case memoryDelta([MemoryOperation])
    }
}

extension Envelope.Body {
    /// The body's name in the proto, for logs.
    public var name: String {
        switch self {
        case .hello: "hello"
        case .welcome: "welcome"
        case .refused: "refused"
        case .heartbeat: "heartbeat"
        case .goodbye: "goodbye"
        case .roster: "roster"
        case .invoke: "invoke"
        case .resultStored: "result_stored"
        case .cancel: "cancel"
        case .accept: "accept"
        case .progress: "progress"
        case .result: "result"
        case .memoryDelta: "memory_delta"
        }
    }
}
