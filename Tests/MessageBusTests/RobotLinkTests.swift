import MessageBus
import RobotModel
import Testing
import WireFormat
import ZeroMQ

/// A transport whose peers are played by a test.
private final class ScriptedPeers: PeerTransport, @unchecked Sendable {
    // Proof of @unchecked: used on the reactor's thread alone.
    let reactor: Reactor
    let sent = Mailbox<(PeerName, Envelope.Body)>()
    private var handler: (@Sendable (PeerEvent) -> Void)?

    init(reactor: Reactor) { self.reactor = reactor }

    func start(_ handler: @escaping @Sendable (PeerEvent) -> Void) async throws {
        await withCheckedContinuation { continuation in
            reactor.perform {
                self.handler = handler
                continuation.resume()
            }
        }
    }

    func play(_ event: PeerEvent) { reactor.perform { self.handler?(event) } }

    func send(_ body: Envelope.Body, to peer: PeerName) -> Bool {
        sent.put((peer, body))
        return true
    }

    func disconnect(_: PeerName, reason _: String) {}
    func stop() async {}
}

@Suite struct RobotLinkTests {
    private let token = FencingToken(epoch: 1, counter: 1)
    private let attempt = AttemptID(task: "t", step: "s", number: 1)

    private func order(_ robot: RobotID) -> Invocation {
        Invocation(
            attempt: attempt, token: token, robot: robot, skill: "pick", arguments: [:], timeout: .seconds(1))
    }

    private func start() async throws -> (RobotLink, ScriptedPeers, ScriptedPeers, Mailbox<RobotEvent>) {
        let reactor = try Reactor()
        let near = ScriptedPeers(reactor: reactor)
        let far = ScriptedPeers(reactor: reactor)
        let link = RobotLink(transports: [near, far], logger: quiet)
        let events = Mailbox<RobotEvent>()
        try await link.start { events.put($0) }
        return (link, near, far, events)
    }

    @Test func `an invocation goes to the peer that speaks for the robot, and its answers come back`()
        async throws
    {
        let (link, near, far, events) = try await start()
        near.play(.joined("edge", Hello(role: .edge, name: "edge", robots: [RobotOffer(robot: "dog")])))
        far.play(.joined("site", Hello(role: .edge, name: "site", robots: [RobotOffer(robot: "arm")])))
        #expect(await events.next() == .linked(RobotOffer(robot: "dog")))
        #expect(await events.next() == .linked(RobotOffer(robot: "arm")))
        link.invoke(order("arm"))
        let (peer, body) = await far.sent.next()
        #expect(peer == "site")
        #expect(body == .invoke(order("arm")))
        far.play(.frame("site", .accept(attempt, token)))
        far.play(.frame("site", .progress(attempt, token, AttemptProgress(ratio: 0.5))))
        far.play(.frame("site", .result(attempt, token, .succeeded)))
        #expect(await events.next() == .accepted(attempt, token))
        #expect(await events.next() == .progressed(attempt, token, AttemptProgress(ratio: 0.5)))
        #expect(await events.next() == .ended(attempt, token, .succeeded))
        link.cancel(attempt, token, of: "dog", reason: "why not")
        link.confirm(attempt, token, of: "dog")
        #expect(await near.sent.next().1 == .cancel(attempt, token, reason: "why not"))
        #expect(await near.sent.next().1 == .resultStored(attempt, token))
        withExtendedLifetime(link) {}
    }

    @Test func `a lost peer’s robots are lost, and no others`() async throws {
        let (link, near, _, events) = try await start()
        near.play(
            .joined(
                "a",
                Hello(role: .edge, name: "a", robots: [RobotOffer(robot: "dog"), RobotOffer(robot: "arm")])))
        near.play(.joined("b", Hello(role: .edge, name: "b", robots: [RobotOffer(robot: "drone")])))
        near.play(.lost("a", .silent))
        for robot in ["dog", "arm", "drone"] {
            #expect(await events.next() == .linked(RobotOffer(robot: RobotID(robot))))
        }
        #expect(await events.next() == .lost("arm", reason: "\(LossReason.silent)"))
        #expect(await events.next() == .lost("dog", reason: "\(LossReason.silent)"))
        near.play(.frame("b", .heartbeat([RobotStatus(robot: "drone")])))
        #expect(await events.next() == .status(RobotStatus(robot: "drone")))
        withExtendedLifetime(link) {}
    }

    @Test func `a roster links what is new, and loses what is gone`() async throws {
        let (link, near, _, events) = try await start()
        near.play(
            .joined(
                "a",
                Hello(role: .edge, name: "a", robots: [RobotOffer(robot: "dog"), RobotOffer(robot: "arm")])))
        _ = await (events.next(), events.next())
        let running = AttemptReport(attempt: attempt, token: token)
        near.play(
            .frame(
                "a",
                .roster(
                    Roster(
                        robots: [RobotOffer(robot: "dog", attempts: [running]), RobotOffer(robot: "cat")],
                        manifests: ["{}"]))))
        #expect(await events.next() == .declared(["{}"], by: "a"))
        #expect(await events.next() == .lost("arm", reason: "a offers it no longer"))
        #expect(await events.next() == .linked(RobotOffer(robot: "cat")))
        // The dog is as it was: its attempts may be older than an invocation.
        near.play(.frame("a", .memoryDelta([])))
        #expect(await events.next() == .memory([], from: "a"))
        withExtendedLifetime(link) {}
    }

    @Test func `a new session tells the results that nobody stored`() async throws {
        let (link, near, _, events) = try await start()
        let offer = RobotOffer(
            robot: "dog", attempts: [AttemptReport(attempt: attempt, token: token, outcome: .succeeded)])
        for _ in 0..<2 {
            near.play(.joined("a", Hello(role: .edge, name: "a", robots: [offer])))
            #expect(await events.next() == .ended(attempt, token, .succeeded))
            #expect(await events.next() == .linked(offer))
        }
        withExtendedLifetime(link) {}
    }

    @Test func `the newest peer has the robot, and only it speaks for it`() async throws {
        let (link, near, far, events) = try await start()
        near.play(.joined("old", Hello(role: .edge, name: "old", robots: [RobotOffer(robot: "dog")])))
        far.play(.joined("new", Hello(role: .edge, name: "new", robots: [RobotOffer(robot: "dog")])))
        _ = await (events.next(), events.next())
        near.play(.frame("old", .heartbeat([RobotStatus(robot: "dog")])))
        near.play(.lost("old", .silent))
        link.invoke(order("dog"))
        #expect(await far.sent.next().0 == "new")
        far.play(.frame("new", .heartbeat([RobotStatus(robot: "dog", isReady: false)])))
        #expect(await events.next() == .status(RobotStatus(robot: "dog", isReady: false)))
        withExtendedLifetime(link) {}
    }
}
