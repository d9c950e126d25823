/// The rhythm of sessions.
public struct SessionTiming: Hashable, Sendable {
    /// How often each side shows that it is alive.
    public var heartbeat: Duration
    /// How long a client may act after it sent what the server has heard.
    public var lease: Duration
    /// What the server waits on top, for clocks that run unevenly, before it
    /// counts a client as lost.
    public var guardTime: Duration
    /// How long a skill host may let its robots move after it sent what the
    /// edge has heard; shorter than the lease, since a robot that nobody can
    /// stop must stop by itself.
    public var motionLease: Duration
    /// The wait before the second hello; doubled up to ``slowestHello``.
    public var firstHello: Duration
    public var slowestHello: Duration
    /// The wait after a refusal that only a person can lift.
    public var refusedHello: Duration

    public init(
        heartbeat: Duration = .milliseconds(500), lease: Duration = .milliseconds(1500),
        guardTime: Duration = .milliseconds(300), motionLease: Duration = .seconds(1),
        firstHello: Duration = .milliseconds(100),
        slowestHello: Duration = .seconds(2), refusedHello: Duration = .seconds(10)
    ) {
        self.heartbeat = heartbeat
        self.lease = lease
        self.guardTime = guardTime
        self.motionLease = motionLease
        self.firstHello = firstHello
        self.slowestHello = slowestHello
        self.refusedHello = refusedHello
    }

    /// For two ends in one process, of which neither can lose the other.
    public static let inProcess = SessionTiming(lease: .seconds(86_400))
}
