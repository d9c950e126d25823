import MessageBus
import RobotModel
import Testing
import WireFormat

/// Milliseconds after the start of a test's time.
func at(_ milliseconds: Int64) -> Instant { Instant(nanosecondsSinceEpoch: milliseconds * 1_000_000) }

let someStamp = HybridStamp(wallMilliseconds: 0, counter: 0, origin: "test")

/// A client as bytes would show it: frames made by hand.
private struct Hand {
    var session = ""
    var id: UInt64 = 0
    var sequence: UInt64 = 0

    mutating func hello(_ name: String, role: PeerRole = .skillHost, versions: ClosedRange<UInt32> = 1...1)
        -> Envelope
    {
        id += 1
        let hello = Hello(
            lowestVersion: versions.lowerBound, highestVersion: versions.upperBound, role: role, name: name)
        return Envelope(id: id, session: "", sequence: 0, stamp: someStamp, body: .hello(hello))
    }

    mutating func frame(_ body: Envelope.Body) -> Envelope {
        id += 1
        sequence += 1
        return Envelope(id: id, session: session, sequence: sequence, stamp: someStamp, body: body)
    }
}

@Suite struct SessionServerTests {
    private let route: SessionServer.Route = [1]
    private let accept = Envelope.Body.accept(
        AttemptID(task: "t", step: "s", number: 1), FencingToken(epoch: 1, counter: 1))

    private func server(roles: Set<PeerRole> = [.skillHost], most: Int = 4096) -> SessionServer {
        SessionServer(node: "brain", instance: "i", epoch: 9, roles: roles, mostSessions: most)
    }

    private func refusals(_ actions: [SessionServer.Action]) -> [Refused] {
        actions.compactMap {
            if case .transmit(let envelope, _) = $0, case .refused(let refused) = envelope.body {
                refused
            } else {
                nil
            }
        }
    }

    private func losses(_ actions: [SessionServer.Action]) -> [LossReason] {
        actions.compactMap { if case .lost(_, let reason) = $0 { reason } else { nil } }
    }

    private func frames(_ actions: [SessionServer.Action]) -> [Envelope.Body] {
        actions.compactMap { if case .frame(_, let body) = $0 { body } else { nil } }
    }

    /// A server with one client, welcome at the time 0.
    private func joined(_ name: String = "arm") -> (SessionServer, Hand) {
        var server = server()
        var hand = Hand()
        let actions = server.handle(.received(.success(hand.hello(name)), from: route), at: at(0))
        hand.session = welcome(actions)?.session ?? ""
        return (server, hand)
    }

    private func welcome(_ actions: [SessionServer.Action]) -> Welcome? {
        actions.lazy.compactMap {
            if case .transmit(let envelope, _) = $0, case .welcome(let welcome) = envelope.body {
                welcome
            } else {
                nil
            }
        }.first
    }

    @Test func `a hello is welcome, with the terms of the session`() {
        var server = server()
        var hand = Hand()
        let hello = hand.hello("arm")
        let actions = server.handle(.received(.success(hello), from: route), at: at(0))
        #expect(
            welcome(actions)
                == Welcome(
                    version: 1, session: "i.1", epoch: 9, lease: .milliseconds(1500),
                    heartbeat: .milliseconds(500),
                    about: hello.id))
        guard case .hello(let told) = hello.body else { return }
        #expect(actions.last == .joined("arm", told))
        #expect(server.joinedPeers == ["arm"])
    }

    @Test func `a client of another version is refused`() {
        var server = server()
        var hand = Hand()
        for versions in [0...0, 2...7] as [ClosedRange<UInt32>] {
            let actions = server.handle(
                .received(.success(hand.hello("arm", versions: versions)), from: route), at: at(0))
            #expect(refusals(actions).map(\.code) == ["version"])
        }
        #expect(
            server.handle(.received(.success(hand.hello("arm", versions: 0...7)), from: route), at: at(0))
                .count == 2)
    }

    @Test func `a client of another kind is refused`() {
        var server = server()
        var hand = Hand()
        let actions = server.handle(.received(.success(hand.hello("e", role: .edge)), from: route), at: at(0))
        #expect(refusals(actions).map(\.code) == ["role"])
    }

    @Test func `a full server refuses, but not one who comes again`() {
        var server = server(most: 1)
        var hand = Hand()
        _ = server.handle(.received(.success(hand.hello("a")), from: [1]), at: at(0))
        #expect(
            refusals(server.handle(.received(.success(hand.hello("b")), from: [2]), at: at(0))).map(\.code)
                == ["too_many"])
        #expect(welcome(server.handle(.received(.success(hand.hello("a")), from: [3]), at: at(0))) != nil)
    }

    @Test func `the same hello again gets the same welcome`() {
        var server = server()
        var hand = Hand()
        let hello = hand.hello("arm")
        let first = server.handle(.received(.success(hello), from: route), at: at(0))
        let second = server.handle(.received(.success(hello), from: route), at: at(100))
        #expect(second == [first[0]])
    }

    @Test func `the newest of one name wins, and the older one is told`() {
        var (server, hand) = joined()
        var newer = Hand()
        let actions = server.handle(.received(.success(newer.hello("arm")), from: [2]), at: at(10))
        #expect(refusals(actions).map(\.code) == ["name_taken"])
        #expect(losses(actions).isEmpty)
        #expect(welcome(actions)?.session == "i.2")
        let late = server.handle(.received(.success(hand.frame(accept)), from: route), at: at(20))
        #expect(refusals(late).map(\.code) == ["unknown_session"])
        #expect(frames(late).isEmpty)
        let loss = server.handle(.undeliverable(route, .disconnected), at: at(20))
        #expect(loss.isEmpty)
    }

    @Test func `a route that takes another name leaves the first`() {
        var (server, _) = joined()
        var other = Hand(id: 10)
        let actions = server.handle(.received(.success(other.hello("leg")), from: route), at: at(10))
        #expect(losses(actions) == [.replaced])
        #expect(server.joinedPeers == ["leg"])
    }

    @Test func `frames of a session come through, in order`() {
        var (server, hand) = joined()
        for _ in 0..<3 {
            let actions = server.handle(.received(.success(hand.frame(accept)), from: route), at: at(10))
            #expect(actions == [.frame("arm", accept)])
        }
    }

    @Test func `a frame that was heard before changes nothing`() {
        var (server, hand) = joined()
        let frame = hand.frame(accept)
        _ = server.handle(.received(.success(frame), from: route), at: at(10))
        let again = server.handle(.received(.success(frame), from: route), at: at(11))
        #expect(frames(again).isEmpty)
        #expect(refusals(again).map(\.code) == ["malformed"])
        #expect(server.isJoined("arm"))
    }

    @Test func `a gap breaks the session, which is lost when the lease ends`() {
        var (server, hand) = joined()
        _ = hand.frame(accept)
        let actions = server.handle(.received(.success(hand.frame(accept)), from: route), at: at(10))
        #expect(frames(actions).isEmpty)
        #expect(refusals(actions).map(\.code) == ["unknown_session"])
        #expect(losses(actions).isEmpty)
        #expect(!server.isJoined("arm"))
        #expect(losses(server.handle(.timeAdvanced, at: at(1799))).isEmpty)
        #expect(losses(server.handle(.timeAdvanced, at: at(1800))) == [.outOfSequence])
    }

    @Test func `an unreadable frame may have been the one that is missing`() {
        var (server, hand) = joined()
        _ = hand.frame(accept)
        let bad = server.handle(
            .received(.failure(WireFormatError(.malformed, "no", envelope: 2)), from: route), at: at(5))
        #expect(refusals(bad) == [Refused(.malformed, "no", about: 2)])
        let actions = server.handle(.received(.success(hand.frame(accept)), from: route), at: at(10))
        #expect(frames(actions) == [accept])
        _ = hand.frame(accept)
        _ = server.handle(.received(.success(hand.frame(accept)), from: route), at: at(11))
        #expect(!server.isJoined("arm"))
    }

    @Test func `a stranger is asked to say hello, and hears which session is meant`() {
        var server = server()
        var hand = Hand(session: "of another server")
        let actions = server.handle(.received(.success(hand.frame(accept)), from: route), at: at(0))
        guard case .transmit(let envelope, _) = actions.first else { return #expect(Bool(false)) }
        #expect(envelope.session == "of another server")
        #expect(envelope.sequence == 0)
        #expect(refusals(actions).map(\.code) == ["unknown_session"])
    }

    @Test func `what only a server says is refused`() {
        var (server, hand) = joined()
        let actions = server.handle(
            .received(
                .success(
                    hand.frame(.goodbye(reason: "")).with(
                        .resultStored(
                            AttemptID(task: "t", step: "s", number: 1), FencingToken(epoch: 1, counter: 1)))),
                from: route), at: at(0))
        #expect(frames(actions).isEmpty)
        #expect(refusals(actions).map(\.code) == ["malformed"])
    }

    @Test func `silence for lease and guard loses the peer, and not before`() {
        var (server, hand) = joined()
        _ = server.handle(.received(.success(hand.frame(.heartbeat([]))), from: route), at: at(400))
        var lostAt: Instant?
        while let deadline = server.nextDeadline, lostAt == nil {
            if losses(server.handle(.timeAdvanced, at: deadline)) == [.silent] { lostAt = deadline }
        }
        #expect(lostAt == at(400 + 1500 + 300))
        #expect(server.nextDeadline == nil)
    }

    @Test func `who sends anything is alive`() {
        var (server, hand) = joined()
        for step in 1...40 {
            let now = at(Int64(step) * 1000)
            var actions = server.handle(.timeAdvanced, at: now)
            actions += server.handle(.received(.success(hand.frame(accept)), from: route), at: now)
            #expect(losses(actions).isEmpty)
        }
    }

    @Test func `the server shows that it lives, and how far it has heard`() {
        var (server, hand) = joined()
        let echo = server.handle(.received(.success(hand.frame(.heartbeat([]))), from: route), at: at(100))
        guard case .transmit(let answer, _) = echo.last else { return #expect(Bool(false)) }
        #expect(answer.acknowledged == 1)
        #expect(answer.sequence == 2)
        var beats: [Instant] = []
        for now in [at(500), at(599), at(600), at(1100)] {
            for case .transmit(let envelope, _) in server.handle(.timeAdvanced, at: now) {
                #expect(envelope.body == .heartbeat([]))
                beats.append(now)
            }
        }
        #expect(beats == [at(600), at(1100)])
    }

    @Test func `a peer that can’t be reached is lost when its lease has ended`() {
        var (server, _) = joined()
        #expect(server.handle(.undeliverable(route, .disconnected), at: at(5)).isEmpty)
        #expect(server.handle(.sendRequested(.heartbeat([]), to: "arm"), at: at(6)).isEmpty)
        #expect(server.handle(.timeAdvanced, at: at(1799)).isEmpty)
        #expect(server.handle(.timeAdvanced, at: at(1800)) == [.lost("arm", .disconnected)])
        #expect(server.nextDeadline == nil)
    }

    @Test func `a peer that says hello again before its lease has ended isn’t lost`() {
        var (server, _) = joined()
        _ = server.handle(.undeliverable(route, .disconnected), at: at(5))
        var newer = Hand(session: "i.2")
        let actions = server.handle(.received(.success(newer.hello("arm")), from: [2]), at: at(400))
        #expect(losses(actions).isEmpty)
        #expect(refusals(actions).isEmpty)
        #expect(welcome(actions)?.session == "i.2")
        _ = server.handle(.received(.success(newer.frame(accept)), from: [2]), at: at(1700))
        #expect(losses(server.handle(.timeAdvanced, at: at(1900))).isEmpty)
    }

    @Test func `a goodbye ends the session, in both directions`() {
        var (server, hand) = joined()
        #expect(
            losses(
                server.handle(
                    .received(.success(hand.frame(.goodbye(reason: "tired"))), from: route), at: at(5))) == [
                    .goodbye("tired")
                ])
        var (other, _) = joined()
        let actions = other.handle(.endRequested("arm", reason: "enough"), at: at(5))
        guard case .transmit(let envelope, _) = actions.first else { return #expect(Bool(false)) }
        #expect(envelope.body == .goodbye(reason: "enough"))
        #expect(actions.last == .lost("arm", .ended("enough")))
    }

    @Test func `a flood of garbage is answered and logged within limits, and counted`() {
        var (server, hand) = joined()
        var answers = 0
        var lines = 0
        for index in 0..<10_000 {
            let from: SessionServer.Route = index % 2 == 0 ? route : [UInt8(index % 200), 7]
            for action in server.handle(
                .received(.failure(WireFormatError(.malformed, "no")), from: from), at: at(Int64(index / 100))
            ) {
                if case .transmit = action { answers += 1 }
                if case .report = action { lines += 1 }
            }
        }
        #expect(server.refusedFrames == 10_000)
        #expect(answers <= 150)
        #expect(lines == 1)
        #expect(
            server.handle(.received(.success(hand.frame(accept)), from: route), at: at(101)) == [
                .frame("arm", accept)
            ])
    }

    @Test func `the same inputs give the same actions`() {
        func run() -> [SessionServer.Action] {
            var server = server()
            var actions: [SessionServer.Action] = []
            for peer in 0..<50 {
                var hand = Hand()
                actions += server.handle(
                    .received(.success(hand.hello("p\(peer)")), from: [UInt8(peer)]), at: at(Int64(peer)))
            }
            for step in 0..<30 { actions += server.handle(.timeAdvanced, at: at(Int64(step) * 100)) }
            return actions
        }
        #expect(run() == run())
    }
}

extension Envelope {
    fileprivate func with(_ body: Body) -> Envelope {
        var changed = self
        changed.body = body
        return changed
    }
}
