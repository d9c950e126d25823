public import RobotModel
public import WireFormat

/// The server's half of every session, as `Protos/README.md` lays it down: who
/// is welcome, who is still alive, and whether frames come whole and in order.
///
/// Pure: the shell feeds it what came in and carries out what it answers.
public struct SessionServer: Sendable {
    /// How the shell reaches a client: a ROUTER's routing id. Chosen by the
    /// client, so that it proves nothing.
    public typealias Route = [UInt8]

    public enum Input: Sendable {
        /// A message came; bytes that are no envelope are a failure.
        case received(Result<Envelope, WireFormatError>, from: Route)
        case sendRequested(Envelope.Body, to: PeerName)
        /// A frame couldn't be sent: nobody is there, or the queue is full.
        case undeliverable(Route, LossReason)
        case endRequested(PeerName, reason: String)
        /// The moment of ``nextDeadline`` has come.
        case timeAdvanced
    }

    public enum Action: Hashable, Sendable {
        case transmit(Envelope, to: Route)
        /// A session began; where the peer had one, it replaces it.
        case joined(PeerName, Hello)
        case frame(PeerName, Envelope.Body)
        case lost(PeerName, LossReason)
        /// A line for the log, at most one in ten seconds.
        case report(String)
    }

    struct Session: Sendable {
        let peer: PeerName
        let number: UInt64
        let id: String
        let route: Route
        let helloID: UInt64
        let welcome: Envelope
        var heardAt: Instant
        var sentAt: Instant
        /// The highest sequence heard from the client, and sent to it.
        var heard: UInt64 = 0
        var sent: UInt64 = 1
        /// Unreadable frames since the last readable one: each may have been
        /// the bearer of a sequence number.
        var unreadable: UInt64 = 0
        var refusals = RateLimit(perSecond: 10, burst: 20)
        /// Why nothing goes through any more; nil while it does.
        var broken: LossReason?
    }

    private let instance: String
    private let epoch: UInt64
    private let roles: Set<PeerRole>
    private let timing: SessionTiming
    private let mostSessions: Int
    private let emergencyPort: UInt32
    /// Until when the clients' robots may move, as far as this server has the
    /// right to say so; each frame passes on what is left of it, at most the
    /// motion lease. Nil at a server that has no say in it.
    public var motionRight: Instant?
    private var clock: HybridClock
    private var sessions: [PeerName: Session] = [:]
    private var peers: [Route: PeerName] = [:]
    private var deadlines = DeadlineQueue<(peer: PeerName, number: UInt64)>()
    private var lastNumber: UInt64 = 0
    private var lastEnvelope: UInt64 = 0
    /// Refusals to routes without a session.
    private var strangers = RateLimit(perSecond: 50, burst: 100)
    private var reports = RateLimit(perSecond: 0.1, burst: 1)
    private var unreported: UInt64 = 0
    /// Frames that were not taken, since the start.
    public private(set) var refusedFrames: UInt64 = 0

    /// - Parameters:
    ///   - node: the server's own name, in its stamps.
    ///   - instance: differs at each start of the server, so that sessions of
    ///     an earlier one are not taken for its own.
    ///   - epoch: the brain's; 0 at an edge.
    ///   - roles: who may come.
    ///   - emergencyPort: where the e-stop is heard; 0 where there is none.
    public init(
        node: NodeID, instance: String, epoch: UInt64 = 0, roles: Set<PeerRole>,
        timing: SessionTiming = SessionTiming(), mostSessions: Int = 4096, emergencyPort: Int = 0
    ) {
        self.instance = instance
        self.epoch = epoch
        self.roles = roles
        self.timing = timing
        self.mostSessions = mostSessions
        self.emergencyPort = UInt32(clamping: emergencyPort)
        clock = HybridClock(origin: node)
    }

    /// When to feed `timeAdvanced`; nil while nobody is here.
    public var nextDeadline: Instant? { deadlines.next }

    /// Whether the peer has a session.
    public func isJoined(_ peer: PeerName) -> Bool { sessions[peer].map { $0.broken == nil } ?? false }

    /// Every peer with a session, sorted.
    public var joinedPeers: [PeerName] { sessions.keys.sorted() }

    public mutating func handle(_ input: Input, at now: Instant) -> [Action] {
        switch input {
        case .received(.success(let envelope), let route): received(envelope, from: route, at: now)
        case .received(.failure(let error), let route): unreadable(error, from: route, at: now)
        case .sendRequested(let body, let peer): send(body, to: peer, at: now)
        case .undeliverable(let route, let reason): peers[route].map { breakOff($0, reason) } ?? []
        case .endRequested(let peer, let reason):
            send(.goodbye(reason: reason), to: peer, at: now) + end(peer, .ended(reason))
        case .timeAdvanced: advance(to: now)
        }
    }

    // MARK: What comes in

    private mutating func received(_ envelope: Envelope, from route: Route, at now: Instant) -> [Action] {
        if case .hello(let hello) = envelope.body {
            return greet(hello, envelope, from: route, at: now)
        }
        guard let peer = peers[route], var session = sessions[peer], envelope.session == session.id else {
            return refuse(
                envelope, from: route, .unknownSession, "say hello first: this server has no such session",
                at: now)
        }
        guard envelope.version == session.welcome.version else {
            return refuse(
                envelope, from: route, .version, "the session speaks version \(session.welcome.version)",
                at: now)
        }
        guard envelope.sequence > session.heard else {
            return refuse(
                envelope, from: route, .malformed,
                "the sequence \(envelope.sequence) was heard before; the next is \(session.heard + 1)",
                at: now)
        }
        let gap = envelope.sequence - session.heard - 1
        guard gap <= session.unreadable else {
            let refusal = refuse(
                envelope, from: route, .unknownSession,
                "\(gap) frames are missing before \(envelope.sequence); say hello again", at: now)
            return refusal + breakOff(peer, .outOfSequence)
        }
        session.heard = envelope.sequence
        session.heardAt = now
        clock.note(envelope.stamp, at: now)
        session.unreadable = 0
        sessions[peer] = session
        switch envelope.body {
        case .heartbeat:
            // Answered at once, so that the client knows how far it was heard.
            return [.frame(peer, envelope.body)] + send(.heartbeat([]), to: peer, at: now)
        case .goodbye(let reason):
            return end(peer, .goodbye(reason))
        case .accept, .progress, .result, .roster, .memoryDelta, .refused:
            return [.frame(peer, envelope.body)]
        case .hello, .welcome, .invoke, .resultStored, .cancel:
            return refuse(
                envelope, from: route, .malformed, "\(envelope.body.name) is for a client to receive", at: now
            )
        }
    }

    private mutating func greet(
        _ hello: Hello, _ envelope: Envelope, from route: Route, at now: Instant
    ) -> [Action] {
        let peer = PeerName(hello.name)
        guard hello.lowestVersion...max(hello.lowestVersion, hello.highestVersion) ~= Envelope.currentVersion
        else {
            return refuse(
                envelope, from: route, .version,
                "this server speaks version \(Envelope.currentVersion), and you \(hello.lowestVersion) to \(hello.highestVersion)",
                at: now)
        }
        guard roles.contains(hello.role) else {
            return refuse(
                envelope, from: route, .role, "this server takes no \(hello.role.rawValue)", at: now)
        }
        let older = sessions[peer]
        if let older, older.broken == nil, older.route == route, older.helloID == envelope.id,
            older.heard == 0
        {
            // The same hello again, before its welcome arrived.
            var welcome = older.welcome
            welcome.motionLease = motionLease(at: now)
            return [.transmit(welcome, to: route)]
        }
        guard older != nil || sessions.count < mostSessions else {
            return refuse(
                envelope, from: route, .tooMany, "this server has \(mostSessions) clients already", at: now)
        }
        var actions: [Action] = []
        // A route carries one session; who came by it under another name is gone.
        if let previous = peers[route], previous != peer { actions += end(previous, .replaced) }
        if let older {
            if older.route != route {
                actions += send(
                    .refused(Refused(.nameTaken, "another client said hello as \(peer)")), to: peer, at: now)
            }
            if peers[older.route] == peer { peers[older.route] = nil }
        }
        lastNumber += 1
        let id = "\(instance).\(lastNumber)"
        let welcome = Welcome(
            version: Envelope.currentVersion, session: id, epoch: epoch, lease: timing.lease,
            heartbeat: timing.heartbeat, about: envelope.id, emergencyPort: emergencyPort)
        let answer = makeEnvelope(.welcome(welcome), session: id, sequence: 1, at: now)
        sessions[peer] = Session(
            peer: peer, number: lastNumber, id: id, route: route, helloID: envelope.id,
            welcome: answer, heardAt: now, sentAt: now)
        peers[route] = peer
        deadlines.add((peer, lastNumber), at: min(now + timing.heartbeat, now + timing.patience))
        actions.append(.transmit(answer, to: route))
        actions.append(.joined(peer, hello))
        return actions
    }

    private mutating func unreadable(
        _ error: WireFormatError, from route: Route, at now: Instant
    ) -> [Action] {
        var session = ""
        if let peer = peers[route] {
            sessions[peer]?.unreadable += 1
            session = sessions[peer]?.id ?? ""
        }
        return refuse(
            id: error.envelope, session: session, from: route,
            error.code == .tooLarge ? .tooLarge : .malformed,
            error.message, at: now)
    }

    // MARK: What goes out

    private mutating func send(_ body: Envelope.Body, to peer: PeerName, at now: Instant) -> [Action] {
        guard var session = sessions[peer], session.broken == nil else { return [] }
        session.sent += 1
        session.sentAt = now
        sessions[peer] = session
        let envelope = makeEnvelope(
            body, session: session.id, sequence: session.sent, acknowledged: session.heard, at: now)
        return [.transmit(envelope, to: session.route)]
    }

    private mutating func makeEnvelope(
        _ body: Envelope.Body, session: String, sequence: UInt64, acknowledged: UInt64 = 0, at now: Instant
    ) -> Envelope {
        lastEnvelope += 1
        return Envelope(
            id: lastEnvelope, session: session, sequence: sequence, acknowledged: acknowledged,
            motionLease: motionLease(at: now), stamp: clock.stamp(at: now), body: body)
    }

    private func motionLease(at now: Instant) -> Duration {
        motionRight.map { max(.zero, min(timing.motionLease, $0 - now)) } ?? .zero
    }

    private mutating func refuse(
        _ envelope: Envelope, from route: Route, _ code: RefusalCode, _ message: String, at now: Instant
    ) -> [Action] {
        refuse(id: envelope.id, session: envelope.session, from: route, code, message, at: now)
    }

    /// Counts a frame that wasn't taken, says so to its sender and in the log,
    /// both as far as the limits allow.
    private mutating func refuse(
        id: UInt64, session: String, from route: Route, _ code: RefusalCode, _ message: String,
        at now: Instant
    ) -> [Action] {
        refusedFrames += 1
        unreported += 1
        var actions: [Action] = []
        let refused = Envelope.Body.refused(Refused(code, message, about: id))
        if let peer = peers[route], sessions[peer]?.id == session {
            if sessions[peer]?.refusals.take(at: now) == true { actions += send(refused, to: peer, at: now) }
        } else if strangers.take(at: now) {
            // Outside any session, and so without a sequence.
            actions.append(
                .transmit(makeEnvelope(refused, session: session, sequence: 0, at: now), to: route))
        }
        if reports.take(at: now) {
            let who = peers[route].map { "\($0)" } ?? "a stranger"
            let others = unreported > 1 ? ", and \(unreported - 1) others since the last report" : ""
            actions.append(.report("refused a frame of \(who) (\(code.rawValue): \(message))\(others)"))
            unreported = 0
        }
        return actions
    }

    // MARK: Time

    private mutating func advance(to now: Instant) -> [Action] {
        var actions: [Action] = []
        while let due = deadlines.takeDue(at: now) {
            guard let session = sessions[due.peer], session.number == due.number else { continue }
            guard now < session.heardAt + timing.patience else {
                actions += end(due.peer, session.broken ?? .silent)
                continue
            }
            guard session.broken == nil else {
                deadlines.add(due, at: session.heardAt + timing.patience)
                continue
            }
            if now >= session.sentAt + timing.heartbeat {
                actions += send(.heartbeat([]), to: due.peer, at: now)
            }
            let sentAt = sessions[due.peer]?.sentAt ?? now
            deadlines.add(due, at: min(sentAt + timing.heartbeat, session.heardAt + timing.patience))
        }
        return actions
    }

    /// The connection is of no use any more; the client's right to act lasts
    /// until its lease has ended, and only then is it lost. A new hello takes
    /// this session's place.
    private mutating func breakOff(_ peer: PeerName, _ reason: LossReason) -> [Action] {
        guard let session = sessions[peer], session.broken == nil else { return [] }
        sessions[peer]?.broken = reason
        peers[session.route] = nil
        return []
    }

    private mutating func end(_ peer: PeerName, _ reason: LossReason) -> [Action] {
        guard let session = sessions.removeValue(forKey: peer) else { return [] }
        if peers[session.route] == peer { peers[session.route] = nil }
        return [.lost(peer, reason)]
    }
}

extension SessionTiming {
    /// Silence after which the server counts a client as lost.
    var patience: Duration { lease + guardTime }
}
