public import RobotModel
public import WireFormat

/// The client's half of a session, as `Protos/README.md` lays it down: says
/// hello until it is welcome, shows that it lives, and knows when its own
/// right to act has ended.
///
/// Pure: the shell feeds it what came in and carries out what it answers.
public struct SessionClient: Sendable {
    public enum Input: Sendable {
        case started
        /// The answer to `makeHello`.
        case helloMade(Hello)
        case received(Result<Envelope, WireFormatError>)
        case sendRequested(Envelope.Body)
        /// The robots' states, for the heartbeats to come.
        case statusChanged([RobotStatus])
        /// The newest frame couldn't be sent.
        case undeliverable(LossReason)
        /// Says goodbye and nothing after.
        case endRequested(reason: String)
        /// The moment of ``nextDeadline`` has come.
        case timeAdvanced
    }

    public enum Action: Hashable, Sendable {
        /// Answer with `helloMade`: what is true now goes into every hello.
        case makeHello
        case transmit(Envelope)
        case connected(Welcome)
        case frame(Envelope.Body)
        case lost(LossReason)
        /// The server won't have this client; it is asked again, seldom.
        case refused(Refused)
        /// A line for the log, at most one in ten seconds.
        case report(String)
    }

    private enum State: Sendable {
        case idle
        case greeting(Greeting)
        case connected(Session)
        case ended
    }

    private struct Greeting: Sendable {
        var nextAt: Instant
        var wait: Duration
        /// The newest hello's envelope, and when it was sent; 0 before the first.
        var helloID: UInt64 = 0
        var helloAt: Instant
    }

    private struct Session: Sendable {
        /// Counts from when the newest frame that the server has heard was
        /// sent: however late its answer is read, the lease isn't longer.
        mutating func renewMotion(_ lease: Duration) {
            if lease > .zero { motionUntil = leaseFrom + lease }
        }

        let id: String
        let lease: Duration
        let heartbeat: Duration
        /// Whether the server says how far it has heard.
        let isAcknowledged: Bool
        var heard: UInt64 = 1
        var sent: UInt64 = 0
        /// When the newest acknowledged frame was sent: the lease counts from here.
        var leaseFrom: Instant
        var heartbeatAt: Instant
        /// Until when the server lets robots move; nil until it has said so.
        var motionUntil: Instant?
        /// Sequences not yet acknowledged and when they were sent, thinned out.
        var pending: [(sequence: UInt64, at: Instant)] = []
    }

    private let timing: SessionTiming
    private let isMotionBound: Bool
    private var clock: HybridClock
    private var state = State.idle
    private var status: [RobotStatus] = []
    private var lastEnvelope: UInt64 = 0
    private var reports = RateLimit(perSecond: 0.1, burst: 1)

    /// - Parameters:
    ///   - node: the client's own name, in its stamps.
    ///   - timing: the waits between hellos; lease and heartbeat are the server's.
    ///   - isMotionBound: at a skill host, whose robots may move only while the
    ///     server's motion lease lasts.
    public init(node: NodeID, timing: SessionTiming = SessionTiming(), isMotionBound: Bool = false) {
        clock = HybridClock(origin: node)
        self.isMotionBound = isMotionBound
        self.timing = timing
    }

    /// When to feed `timeAdvanced`; nil before the start and after the end.
    public var nextDeadline: Instant? {
        switch state {
        case .idle, .ended: nil
        case .greeting(let greeting): greeting.nextAt
        case .connected(let session): min(session.heartbeatAt, session.leaseFrom + session.lease)
        }
    }

    /// Until when this side may act, from what the server has heard and said;
    /// nil without a session.
    public var rightEnds: Instant? {
        guard case .connected(let session) = state else { return nil }
        let leaseEnds = session.leaseFrom + session.lease
        guard isMotionBound else { return leaseEnds }
        return session.motionUntil.map { min($0, leaseEnds) }
    }

    /// Whether it has a session.
    public var isConnected: Bool {
        if case .connected = state { true } else { false }
    }

    public mutating func handle(_ input: Input, at now: Instant) -> [Action] {
        switch input {
        case .started:
            guard case .idle = state else { return [] }
            return greet(at: now)
        case .helloMade(let hello): return say(hello, at: now)
        case .received(.success(let envelope)): return received(envelope, at: now)
        case .received(.failure(let error)):
            return report(
                "a frame of the server can’t be read (\(error.code.rawValue): \(error.message))", at: now)
        case .sendRequested(let body): return send(body, at: now)
        case .statusChanged(let robots):
            status = robots
            return []
        case .undeliverable(let reason):
            guard case .greeting(var greeting) = state else { return lose(reason, at: now) }
            // The hello never left: nobody is there yet, and nobody is burdened.
            greeting.wait = timing.firstHello
            greeting.nextAt = now + timing.firstHello
            state = .greeting(greeting)
            return []
        case .endRequested(let reason):
            defer { state = .ended }
            return isConnected ? send(.goodbye(reason: reason), at: now) + [.lost(.ended(reason))] : []
        case .timeAdvanced: return advance(to: now)
        }
    }

    // MARK: Saying hello

    private mutating func greet(after wait: Duration = .zero, at now: Instant) -> [Action] {
        state = .greeting(Greeting(nextAt: now + wait, wait: timing.firstHello, helloAt: now))
        return wait == .zero ? [.makeHello] : []
    }

    private mutating func say(_ hello: Hello, at now: Instant) -> [Action] {
        guard case .greeting(var greeting) = state else { return [] }
        lastEnvelope += 1
        greeting.helloID = lastEnvelope
        greeting.helloAt = now
        greeting.nextAt = now + greeting.wait
        greeting.wait = min(greeting.wait + greeting.wait, timing.slowestHello)
        state = .greeting(greeting)
        return [
            .transmit(
                Envelope(
                    id: lastEnvelope, session: "", sequence: 0, stamp: clock.stamp(at: now),
                    body: .hello(hello)))
        ]
    }

    // MARK: What comes in

    private mutating func received(_ envelope: Envelope, at now: Instant) -> [Action] {
        clock.note(envelope.stamp, at: now)
        switch (state, envelope.body) {
        case (.greeting(let greeting), .welcome(let welcome)):
            // Only the newest hello counts: it alone said what is true now.
            guard greeting.helloID != 0, welcome.about == greeting.helloID || welcome.about == 0 else {
                return []
            }
            return begin(welcome, greeting, envelope, at: now)
        case (.greeting(let greeting), .refused(let refused)):
            guard refused.about == greeting.helloID || refused.about == 0 else { return [] }
            return take(refused, at: now)
        case (.connected(let session), .refused(let refused))
        where envelope.sequence == 0 && envelope.session == session.id:
            return take(refused, at: now)
        case (.connected(let session), _) where envelope.session == session.id && envelope.sequence > 1:
            return received(envelope, in: session, at: now)
        default: return []
        }
    }

    private mutating func begin(
        _ welcome: Welcome, _ greeting: Greeting, _ envelope: Envelope, at now: Instant
    ) -> [Action] {
        guard welcome.version == Envelope.currentVersion, welcome.lease > .zero, welcome.heartbeat > .zero,
            !welcome.session.isEmpty
        else {
            return report(
                "the server’s welcome has no session, lease or heartbeat, or another version", at: now)
        }
        // While robots move, one answer that comes late mustn't stop them.
        let heartbeat = isMotionBound ? min(welcome.heartbeat, timing.motionLease / 4) : welcome.heartbeat
        var session = Session(
            id: welcome.session, lease: welcome.lease, heartbeat: heartbeat,
            isAcknowledged: welcome.about != 0, leaseFrom: greeting.helloAt, heartbeatAt: now)
        session.renewMotion(envelope.motionLease)
        state = .connected(session)
        return [.connected(welcome)]
    }

    private mutating func received(_ envelope: Envelope, in session: Session, at now: Instant) -> [Action] {
        var session = session
        guard envelope.sequence == session.heard + 1 else { return lose(.outOfSequence, at: now) }
        session.heard = envelope.sequence
        if session.isAcknowledged {
            let covered = session.pending.prefix { $0.sequence <= envelope.acknowledged }
            if let newest = covered.last { session.leaseFrom = max(session.leaseFrom, newest.at) }
            session.pending.removeFirst(covered.count)
        } else {
            session.leaseFrom = now
        }
        session.renewMotion(envelope.motionLease)
        state = .connected(session)
        switch envelope.body {
        case .invoke where isMotionBound && now >= rightEnds ?? now:
            // It waited here while this process stood still, or nobody renews
            // the right to obey it: what is wanted now, the next welcome brings.
            return lose(.silent, after: timing.firstHello, at: now)
        case .refused(let refused): return take(refused, at: now)
        case .goodbye(let reason): return lose(.goodbye(reason), after: timing.firstHello, at: now)
        case .heartbeat: return []
        case .invoke, .cancel, .resultStored, .memoryDelta: return [.frame(envelope.body)]
        case .hello, .welcome, .accept, .progress, .result, .roster:
            return report("the server sent \(envelope.body.name), which is for a server to receive", at: now)
        }
    }

    private mutating func take(_ refused: Refused, at now: Instant) -> [Action] {
        switch RefusalCode(rawValue: refused.code) {
        case .unknownSession:
            return lose(.forgotten, at: now)
        case .nameTaken:
            return [.refused(refused)] + lose(.replaced, after: timing.refusedHello, at: now)
        case .malformed, .tooLarge, .version, .role, .unknownRobot, .tooMany, nil:
            guard case .greeting(var greeting) = state else { return [.frame(.refused(refused))] }
            greeting.nextAt = now + timing.refusedHello
            state = .greeting(greeting)
            return [.refused(refused)]
        }
    }

    // MARK: What goes out

    private mutating func send(_ body: Envelope.Body, at now: Instant) -> [Action] {
        guard case .connected(var session) = state else { return [] }
        session.sent += 1
        lastEnvelope += 1
        // One in 20 ms is enough to reckon the lease by, and errs on the safe side.
        let isDue = session.pending.last.map { now >= $0.at + .milliseconds(20) } ?? true
        if session.isAcknowledged, isDue {
            session.pending.append((session.sent, now))
        }
        state = .connected(session)
        return [
            .transmit(
                Envelope(
                    id: lastEnvelope, session: session.id, sequence: session.sent,
                    acknowledged: session.heard, stamp: clock.stamp(at: now), body: body))
        ]
    }

    // MARK: Time

    private mutating func advance(to now: Instant) -> [Action] {
        switch state {
        case .idle, .ended: return []
        case .greeting(let greeting): return now >= greeting.nextAt ? [.makeHello] : []
        case .connected(var session):
            guard now < session.leaseFrom + session.lease else { return lose(.silent, at: now) }
            guard now >= session.heartbeatAt else { return [] }
            session.heartbeatAt = now + session.heartbeat
            state = .connected(session)
            return send(.heartbeat(status), at: now)
        }
    }

    private mutating func lose(
        _ reason: LossReason, after wait: Duration = .zero, at now: Instant
    ) -> [Action] {
        // While greeting, nothing is lost: the hello is said again in its time.
        guard isConnected else { return [] }
        return [.lost(reason)] + greet(after: wait, at: now)
    }

    private mutating func report(_ line: String, at now: Instant) -> [Action] {
        reports.take(at: now) ? [.report(line)] : []
    }
}
