import MessageBus
import RobotModel
import Testing
import WireFormat
import ZeroMQ

/// What every transport must do, whatever carries it.
@Suite struct TransportConformanceTests {
    private let token = FencingToken(epoch: 1, counter: 1)
    private func attempt(_ number: Int) -> AttemptID {
        AttemptID(task: "t", step: "s", number: UInt32(number))
    }
    private let hello = Hello(role: .edge, name: "edge", robots: [RobotOffer(robot: "dog")])

    /// A pair whose ends have found each other.
    private func joined(
        _ kind: String, timing: SessionTiming = SessionTiming()
    ) async throws -> (TransportPair, up: Mailbox<PeerEvent>, down: Mailbox<ServerEvent>) {
        let pair = try TransportPair.make(kind, timing: timing)
        let up = Mailbox<PeerEvent>()
        let down = Mailbox<ServerEvent>()
        try await pair.peers.start { up.put($0) }
        try await pair.server.start(hello: { [hello] in hello }, { down.put($0) })
        #expect(await up.next() == .joined("edge", hello))
        guard case .connected(let welcome) = await down.next() else {
            Issue.record("not connected")
            return (pair, up, down)
        }
        #expect(welcome.epoch == 4)
        return (pair, up, down)
    }

    @Test(arguments: TransportPair.kinds) func `frames go both ways, whole and in order`(kind: String)
        async throws
    {
        let (pair, up, down) = try await joined(kind)
        await pair.run { pair in
            for number in 1...300 {
                #expect(pair.peers.send(.resultStored(attempt(number), token), to: "edge"))
                #expect(pair.server.send(.accept(attempt(number), token)))
            }
        }
        for number in 1...300 {
            #expect(await down.next() == .frame(.resultStored(attempt(number), token)))
            #expect(await up.next { !$0.isHeartbeat } == .frame("edge", .accept(attempt(number), token)))
        }
        await pair.reactor.stop()
    }

    @Test(arguments: TransportPair.kinds) func `an answer from within the handler is sent after it`(
        kind: String
    ) async throws {
        let pair = try TransportPair.make(kind)
        let down = Mailbox<ServerEvent>()
        try await pair.peers.start { event in
            guard case .joined(let peer, _) = event else { return }
            #expect(pair.peers.send(.resultStored(attempt(1), token), to: peer))
            #expect(pair.peers.send(.resultStored(attempt(2), token), to: peer))
        }
        try await pair.server.start(hello: { [hello] in hello }, { down.put($0) })
        guard case .connected = await down.next() else { return #expect(Bool(false)) }
        #expect(await down.next() == .frame(.resultStored(attempt(1), token)))
        #expect(await down.next() == .frame(.resultStored(attempt(2), token)))
        await pair.reactor.stop()
    }

    @Test(arguments: TransportPair.kinds) func `handlers are called on the reactor’s thread`(kind: String)
        async throws
    {
        let pair = try TransportPair.make(kind)
        let seen = Mailbox<Bool>()
        let reactor = pair.reactor
        try await pair.peers.start { _ in seen.put(reactor.isCurrent) }
        try await pair.server.start(
            hello: { [hello] in
                seen.put(reactor.isCurrent)
                return hello
            }, { _ in seen.put(reactor.isCurrent) })
        for _ in 0..<3 { #expect(await seen.next()) }
        await pair.reactor.stop()
    }

    @Test(arguments: TransportPair.kinds) func `robots’ states come with the heartbeats`(kind: String)
        async throws
    {
        let (pair, up, _) = try await joined(kind, timing: SessionTiming(heartbeat: .milliseconds(20)))
        let status = [RobotStatus(robot: "dog", batteryRatio: 0.25)]
        await pair.run { $0.server.report(status) }
        #expect(
            await up.next { $0 == .frame("edge", .heartbeat(status)) } == .frame("edge", .heartbeat(status)))
        await pair.reactor.stop()
    }

    @Test(arguments: TransportPair.kinds)
    func `a disconnected peer is told, and comes again with a fresh hello`(kind: String) async throws {
        let (pair, up, down) = try await joined(kind)
        await pair.run { $0.peers.disconnect("edge", reason: "drill") }
        #expect(await up.next { !$0.isHeartbeat } == .lost("edge", .ended("drill")))
        #expect(await down.next() == .lost(.goodbye("drill")))
        #expect(await up.next { !$0.isHeartbeat } == .joined("edge", hello))
        guard case .connected = await down.next() else { return #expect(Bool(false)) }
        await pair.reactor.stop()
    }

    @Test(arguments: TransportPair.kinds) func `a client that stops is lost at once`(kind: String)
        async throws
    {
        let (pair, up, _) = try await joined(kind)
        await pair.server.stop()
        // Mostly by its goodbye; a connection that is reset can swallow that.
        guard case .lost("edge", let reason) = await up.next(where: { !$0.isHeartbeat }) else {
            return #expect(Bool(false))
        }
        #expect([.goodbye("the client stops"), .disconnected].contains(reason))
        #expect(await pair.run { $0.server.send(.accept(attempt(1), token)) } == false)
        await pair.reactor.stop()
    }

    @Test(arguments: TransportPair.kinds)
    func `a server that stops is lost at once, and found when it comes back`(kind: String) async throws {
        let (pair, _, down) = try await joined(kind)
        await pair.peers.stop()
        guard case .lost(let reason) = await down.next() else { return #expect(Bool(false)) }
        #expect([.goodbye("the server stops"), .disconnected].contains(reason))
        let up = Mailbox<PeerEvent>()
        try await startAgain(pair.peers) { up.put($0) }
        #expect(await up.next() == .joined("edge", hello))
        guard case .connected = await down.next() else { return #expect(Bool(false)) }
        await pair.reactor.stop()
    }

    @Test(arguments: TransportPair.kinds) func `nothing is sent to who isn’t there`(kind: String) async throws
    {
        let pair = try TransportPair.make(kind)
        try await pair.peers.start { _ in }
        #expect(await pair.run { $0.peers.send(.heartbeat([]), to: "edge") } == false)
        #expect(await pair.run { $0.server.send(.heartbeat([])) } == false)
        await pair.reactor.stop()
    }

    @Test(arguments: TransportPair.kinds) func `a client that starts first waits for its server`(kind: String)
        async throws
    {
        let pair = try TransportPair.make(kind)
        let down = Mailbox<ServerEvent>()
        let up = Mailbox<PeerEvent>()
        let asked = Mailbox<Void>()
        try await pair.server.start(
            hello: { [hello] in
                asked.put(())
                return hello
            }, { down.put($0) })
        for _ in 0..<3 { await asked.next() }
        try await pair.peers.start { up.put($0) }
        #expect(await up.next() == .joined("edge", hello))
        guard case .connected = await down.next() else { return #expect(Bool(false)) }
        await pair.reactor.stop()
    }

    /// libzmq gives an address back a moment after the socket was closed.
    private func startAgain(
        _ peers: any PeerTransport, _ handler: @escaping @Sendable (PeerEvent) -> Void
    ) async throws {
        let giveUpAt = SuspendingClock.now + .seconds(10)
        while true {
            do {
                return try await peers.start(handler)
            } catch let error as ZeroMQError where error.isAddressInUse && SuspendingClock.now < giveUpAt {
                await Task.yield()
            }
        }
    }
}
