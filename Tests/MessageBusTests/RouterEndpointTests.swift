import MessageBus
import RobotModel
import Testing
import WireFormat
import ZeroMQ

/// A ROUTER among bad company, over real sockets.
@Suite struct RouterEndpointTests {
    private let token = FencingToken(epoch: 1, counter: 1)
    private func accept(_ number: Int) -> Envelope.Body {
        .accept(AttemptID(task: "t", step: "s", number: UInt32(number)), token)
    }

    private func router(on reactor: Reactor, _ addresses: [String] = ["tcp://127.0.0.1:*"]) throws
        -> RouterEndpoint
    {
        RouterEndpoint(
            reactor: reactor, context: try Context(), addresses: addresses,
            session: SessionServer(node: "brain", instance: "i", roles: [.edge]), logger: quiet)
    }

    private func dealer(to address: String, on reactor: Reactor) throws -> DealerEndpoint {
        DealerEndpoint(
            reactor: reactor, context: try Context(), address: address, session: SessionClient(node: "edge"),
            logger: quiet)
    }

    /// A socket that sends whatever it is told.
    private func vandal(_ address: String) throws -> Socket {
        var options = SocketOptions()
        options.immediate = false
        options.sendQueue = 0
        options.linger = .seconds(2)
        options.maxMessageBytes = -1
        let socket = try Socket(.dealer, in: try Context(), options: options)
        try socket.connect(to: address)
        return socket
    }

    @Test func `one endpoint serves tcp and ipc at once`() async throws {
        let folder = try SocketFolder()
        let reactor = try Reactor()
        let router = try router(on: reactor, ["tcp://127.0.0.1:*", "ipc://\(folder.path)/s"])
        let up = Mailbox<PeerEvent>()
        try await router.start { up.put($0) }
        #expect(router.addresses.count == 2)
        for (index, address) in router.addresses.enumerated() {
            let dealer = try dealer(to: address, on: reactor)
            let hello = Hello(role: .edge, name: "edge\(index)")
            try await dealer.start(hello: { hello }, { _ in })
            let joined = PeerEvent.joined(PeerName("edge\(index)"), hello)
            #expect(await up.next { $0 == joined } == joined)
            await dealer.stop()
        }
        await router.stop()
    }

    @Test func `ten thousand bad messages harm nothing and nobody`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the garbage: \(seed)")
        var random = SplitMix(state: seed)
        let reactor = try Reactor()
        let router = try router(on: reactor)
        let up = Mailbox<PeerEvent>()
        try await router.start { up.put($0) }
        let address = router.addresses[0]
        let goodReactor = try Reactor(name: "peer")
        let peer = try dealer(to: address, on: goodReactor)
        let down = Mailbox<ServerEvent>()
        try await peer.start(hello: { Hello(role: .edge, name: "edge") }, { down.put($0) })
        guard case .connected = await down.next() else { return #expect(Bool(false)) }

        let whole = try EnvelopeCodec.encode(
            Envelope(
                id: 1, session: "", sequence: 0, stamp: someStamp,
                body: .hello(Hello(role: .edge, name: "imp", robots: [RobotOffer(robot: "dog")]))))
        let flood = try vandal(address)
        var sent = 0
        for number in 0..<10_000 {
            let parts: [[UInt8]] =
                switch number % 5 {
                case 0:
                    [
                        (0..<Int.random(in: 0..<300, using: &random)).map { _ in
                            UInt8.random(in: 0...255, using: &random)
                        }
                    ]
                case 1: [Array(whole.prefix(Int.random(in: 0..<whole.count, using: &random)))]
                case 2: (0..<Int.random(in: 2..<20, using: &random)).map { _ in whole }
                case 3: [[]]
                default: [[UInt8](repeating: 0xff, count: Int.random(in: 1...5000, using: &random))]
                }
            if try flood.send(parts) { sent += 1 }
            // The good peer goes on meanwhile.
            if number % 100 == 0 {
                goodReactor.perform { _ = peer.send(accept(number / 100 + 1)) }
            }
        }
        #expect(sent == 10_000)
        for _ in 0..<5 {
            // Above the limit: libzmq ends that connection, and no other.
            let giant = try vandal(address)
            #expect(try giant.send([[UInt8](repeating: 0x0a, count: EnvelopeCodec.largestFrame + 1)]))
        }
        var told: [Envelope.Body] = []
        while told.count < 100 {
            switch await up.next() {
            case .frame("edge", .accept(let attempt, let token)): told.append(.accept(attempt, token))
            case .lost(let peer, let reason): Issue.record("\(peer) was lost: \(reason)")
            case .joined(let peer, _): #expect(peer == "edge")
            case .frame: break
            }
        }
        #expect(told == (1...100).map(accept))

        // And others may still come.
        let late = try dealer(to: address, on: reactor)
        try await late.start(hello: { Hello(role: .edge, name: "late") }, { _ in })
        let joined = PeerEvent.joined("late", Hello(role: .edge, name: "late"))
        #expect(await up.next { $0 == joined } == joined)
        await late.stop()
        await peer.stop()
        await router.stop()
    }

    @Test func `bad messages are answered`() async throws {
        let reactor = try Reactor()
        let router = try router(on: reactor)
        try await router.start { _ in }
        let address = router.addresses[0]
        let answers = Mailbox<Refused>()
        let socket = Handed(socket: try vandal(address))
        reactor.perform {
            reactor.register(socket.socket) {
                while let parts = try? socket.socket.receive() {
                    guard let envelope = try? EnvelopeCodec.decode(parts.last ?? []),
                        case .refused(let refused) = envelope.body
                    else { continue }
                    answers.put(refused)
                }
            }
            _ = try? socket.socket.send([[0xff]])
            _ = try? socket.socket.send([[], [1]])
        }
        #expect(await answers.next().code == "malformed")
        let second = await answers.next()
        #expect(second.code == "malformed")
        #expect(second.message.contains("2 parts"))
        await reactor.stop()
        await router.stop()
    }

    @Test func `a peer that falls silent is lost in time`() async throws {
        let reactor = try Reactor()
        let router = try router(on: reactor)
        let up = Mailbox<PeerEvent>()
        try await router.start { up.put($0) }
        // Says hello by hand and nothing more, while its connection stands.
        let mute = try vandal(router.addresses[0])
        let hello = Hello(role: .edge, name: "mute")
        let frame = try EnvelopeCodec.encode(
            Envelope(id: 1, session: "", sequence: 0, stamp: someStamp, body: .hello(hello)))
        #expect(try mute.send([frame]))
        #expect(await up.next() == .joined("mute", hello))
        let joinedAt = SuspendingClock.now
        #expect(await up.next() == .lost("mute", .silent))
        let silence = SuspendingClock.now - joinedAt
        #expect(silence > .milliseconds(300))
        #expect(silence < .milliseconds(9000))
        await router.stop()
    }

    @Test func `a peer whose process is gone is lost before its lease ends`() async throws {
        let reactor = try Reactor()
        let router = RouterEndpoint(
            reactor: reactor, context: try Context(), addresses: ["tcp://127.0.0.1:*"],
            session: SessionServer(
                node: "brain", instance: "i", roles: [.edge],
                timing: SessionTiming(heartbeat: .milliseconds(100), lease: .seconds(1))),
            logger: quiet)
        let up = Mailbox<PeerEvent>()
        try await router.start { up.put($0) }
        var doomed: Socket? = try vandal(router.addresses[0])
        let hello = Hello(role: .edge, name: "doomed")
        let frame = try EnvelopeCodec.encode(
            Envelope(id: 1, session: "", sequence: 0, stamp: someStamp, body: .hello(hello)))
        #expect(try doomed?.send([frame]) == true)
        #expect(await up.next() == .joined("doomed", hello))
        doomed = nil
        #expect(await up.next() == .lost("doomed", .disconnected))
        await router.stop()
    }

    @Test func `an address that is taken is told`() async throws {
        let reactor = try Reactor()
        let first = try router(on: reactor)
        try await first.start { _ in }
        let second = try router(on: reactor, first.addresses)
        await #expect(throws: ZeroMQError.self) { try await second.start { _ in } }
        await first.stop()
    }
}

/// A socket that is handed to a reactor's thread and used there alone.
private struct Handed: @unchecked Sendable {
    // Proof of @unchecked: used on the reactor's thread alone after the hand-over.
    let socket: Socket
}
