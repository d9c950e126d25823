/// The server's yes to a ``Hello``.
public struct Welcome: Hashable, Sendable {
    /// The protocol version of the session: the highest in common.
    public var version: UInt32
    public var session: String
    /// Of the brain; 0 from an edge.
    public var epoch: UInt64
    /// Silence after which the other side counts as lost.
    public var lease: Duration
    /// How often to send a heartbeat.
    public var heartbeat: Duration
    /// The id of the hello that it answers; 0 where the server doesn't tell.
    public var about: UInt64
    /// The port at which the sender's e-stop is heard, at its own address; 0
    /// where it has none.
    public var emergencyPort: UInt32

    public init(
        version: UInt32 = Envelope.currentVersion, session: String, epoch: UInt64 = 0,
        lease: Duration, heartbeat: Duration, about: UInt64 = 0, emergencyPort: UInt32 = 0
    ) {
        self.version = version
        self.session = session
        self.epoch = epoch
        self.lease = lease
        self.heartbeat = heartbeat
        self.about = about
        self.emergencyPort = emergencyPort
    }
}

/// Why a ``Hello`` or another frame was not taken.
public struct Refused: Hashable, Sendable {
    /// Stable; one of ``RefusalCode``, or a newer one.
    public var code: String
    /// What to change.
    public var message: String
    /// The id of the refused envelope; 0 where it couldn't be read.
    public var about: UInt64

    public init(code: String, message: String, about: UInt64 = 0) {
        self.code = code
        self.message = message
        self.about = about
    }

    public init(_ code: RefusalCode, _ message: String, about: UInt64 = 0) {
        self.init(code: code.rawValue, message: message, about: about)
    }
}

/// The codes of ``Refused``; `Protos/README.md` says what a client does about
/// each.
public enum RefusalCode: String, Hashable, Sendable, CaseIterable {
    case version
    case role
    case malformed
    case tooLarge = "too_large"
    case unknownSession = "unknown_session"
    case unknownRobot = "unknown_robot"
    case nameTaken = "name_taken"
    case tooMany = "too_many"
}
