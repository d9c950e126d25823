import MessageBus
import RobotModel
import Testing
import WireFormat

@Suite struct SessionClientTests {
    private let hello = Hello(role: .skillHost, name: "arm")

    /// The client answers `makeHello` at once.
    private func feed(_ client: inout SessionClient, _ input: SessionClient.Input, at now: Instant)
        -> [SessionClient.Action]
    {
        client.handle(input, at: now).flatMap { action in
            action == .makeHello ? client.handle(.helloMade(hello), at: now) : [action]
        }
    }

    private func sent(_ actions: [SessionClient.Action]) -> [Envelope] {
        actions.compactMap { if case .transmit(let envelope) = $0 { envelope } else { nil } }
    }

    private func welcome(about: UInt64, session: String = "s", sequence: UInt64 = 1) -> Envelope {
        Envelope(
            id: 1, session: session, sequence: sequence, stamp: someStamp,
            body: .welcome(
                Welcome(
                    session: session, lease: .milliseconds(1500), heartbeat: .milliseconds(500), about: about)
            ))
    }

    private func frame(_ sequence: UInt64, acknowledged: UInt64 = 0, _ body: Envelope.Body = .heartbeat([]))
        -> Envelope
    {
        Envelope(
            id: sequence, session: "s", sequence: sequence, acknowledged: acknowledged, stamp: someStamp,
            body: body)
    }

    private func connected(about: UInt64 = 1) -> SessionClient {
        var client = SessionClient(node: "arm")
        _ = feed(&client, .started, at: at(0))
        _ = feed(&client, .received(.success(welcome(about: about))), at: at(10))
        return client
    }

    @Test func `hello is said again at growing distances, each time anew`() {
        var client = SessionClient(node: "arm")
        var said = sent(feed(&client, .started, at: at(0))).map { ($0.id, at(0)) }
        while said.count < 8, let due = client.nextDeadline {
            said += sent(feed(&client, .timeAdvanced, at: due)).map { ($0.id, due) }
        }
        #expect(said.map(\.0) == Array(1...8))
        #expect(said.map(\.1) == [0, 100, 300, 700, 1500, 3100, 5100, 7100].map(at))
    }

    @Test func `only the welcome to the newest hello counts`() {
        var client = SessionClient(node: "arm")
        _ = feed(&client, .started, at: at(0))
        _ = feed(&client, .timeAdvanced, at: at(100))
        #expect(feed(&client, .received(.success(welcome(about: 1))), at: at(110)).isEmpty)
        #expect(!client.isConnected)
        let actions = feed(&client, .received(.success(welcome(about: 2, session: "t"))), at: at(120))
        guard case .connected(let told) = actions.first else { return #expect(Bool(false)) }
        #expect(told.session == "t")
    }

    @Test func `a hello that couldn’t leave is said again soon, however often`() {
        var client = SessionClient(node: "arm")
        _ = feed(&client, .started, at: at(0))
        for step in 1...30 {
            _ = client.handle(.undeliverable(.disconnected), at: at(Int64(step) * 100))
            #expect(client.nextDeadline == at(Int64(step + 1) * 100))
            _ = feed(&client, .timeAdvanced, at: at(Int64(step + 1) * 100))
        }
    }

    @Test func `heartbeats carry the robots’ newest states`() {
        var client = connected()
        #expect(sent(feed(&client, .timeAdvanced, at: at(10))).map(\.body) == [.heartbeat([])])
        _ = client.handle(.statusChanged([RobotStatus(robot: "arm", batteryRatio: 0.5)]), at: at(20))
        #expect(sent(feed(&client, .timeAdvanced, at: at(509))).isEmpty)
        let beat = sent(feed(&client, .timeAdvanced, at: at(510)))
        #expect(beat.map(\.body) == [.heartbeat([RobotStatus(robot: "arm", batteryRatio: 0.5)])])
        #expect(beat.map(\.sequence) == [2])
    }

    @Test func `the lease counts from when the heard frame was sent, not from when something was heard`() {
        var client = connected()
        _ = feed(&client, .timeAdvanced, at: at(10))  // sequence 1, sent at 10
        // The server speaks on and on, but has heard nothing since sequence 1.
        var actions: [SessionClient.Action] = []
        for step in 1...3 {
            let now = Int64(step) * 500
            actions += feed(
                &client, .received(.success(frame(UInt64(step + 1), acknowledged: 1))), at: at(now))
            actions += feed(&client, .timeAdvanced, at: at(now + 9))
        }
        #expect(!actions.contains(.lost(.silent)))
        actions = feed(&client, .timeAdvanced, at: at(1510))
        #expect(actions.first == .lost(.silent))
        #expect(sent(actions).count == 1)
    }

    @Test func `a server that doesn’t tell how far it hears is believed while it speaks`() {
        var client = connected(about: 0)
        for step in 1...20 {
            let now = Int64(step) * 1000
            #expect(
                !feed(&client, .received(.success(frame(UInt64(step + 1)))), at: at(now)).contains(
                    .lost(.silent)))
            #expect(!feed(&client, .timeAdvanced, at: at(now + 1)).contains(.lost(.silent)))
        }
    }

    @Test func `a gap ends the session and hello is said at once`() {
        var client = connected()
        let actions = feed(&client, .received(.success(frame(3))), at: at(20))
        #expect(actions.first == .lost(.outOfSequence))
        #expect(sent(actions).map(\.body) == [.hello(hello)])
    }

    @Test func `a server that doesn’t know the session is greeted at once`() {
        for sequence in [0, 2] as [UInt64] {
            var client = connected()
            let actions = feed(
                &client, .received(.success(frame(sequence, .refused(Refused(.unknownSession, ""))))),
                at: at(20))
            #expect(actions.first == .lost(.forgotten))
            #expect(sent(actions).count == 1)
        }
    }

    @Test func `a refusal of an older session says nothing of this one`() {
        var client = connected()
        var old = frame(0, .refused(Refused(.unknownSession, "")))
        old.session = "older"
        #expect(feed(&client, .received(.success(old)), at: at(20)).isEmpty)
        #expect(client.isConnected)
    }

    @Test func `a refused hello is told, and said again seldom`() {
        for code in [RefusalCode.version, .role, .malformed, .tooMany] {
            var client = SessionClient(node: "arm")
            _ = feed(&client, .started, at: at(0))
            let refused = Refused(code, "no", about: 1)
            #expect(
                feed(
                    &client,
                    .received(
                        .success(
                            Envelope(
                                id: 1, session: "", sequence: 0, stamp: someStamp, body: .refused(refused)))),
                    at: at(5)) == [.refused(refused)])
            #expect(client.nextDeadline == at(10_005))
        }
    }

    @Test func `who lost its name waits long`() {
        var client = connected()
        let refused = Refused(.nameTaken, "")
        #expect(
            feed(&client, .received(.success(frame(2, .refused(refused)))), at: at(20)) == [
                .refused(refused), .lost(.replaced),
            ])
        #expect(client.nextDeadline == at(10_020))
    }

    @Test func `frames come through while connected, and others don’t`() {
        var client = connected()
        let order = Envelope.Body.cancel(
            AttemptID(task: "t", step: "s", number: 1), FencingToken(epoch: 1, counter: 1), reason: "")
        #expect(feed(&client, .received(.success(frame(2, order))), at: at(20)) == [.frame(order)])
        var stray = frame(3, order)
        stray.session = "other"
        #expect(feed(&client, .received(.success(stray)), at: at(20)).isEmpty)
    }

    @Test func `nothing is sent without a session`() {
        var client = SessionClient(node: "arm")
        _ = feed(&client, .started, at: at(0))
        #expect(client.handle(.sendRequested(.roster(Roster(robots: []))), at: at(1)).isEmpty)
    }

    @Test func `after the end nothing happens`() {
        var client = connected()
        let actions = client.handle(.endRequested(reason: "done"), at: at(20))
        #expect(sent(actions).map(\.body) == [.goodbye(reason: "done")])
        #expect(client.nextDeadline == nil)
        #expect(client.handle(.timeAdvanced, at: at(99_999)).isEmpty)
        #expect(client.handle(.received(.success(welcome(about: 1))), at: at(99_999)).isEmpty)
    }
}
