import Foundation
import Testing
import ZeroMQ

@Suite struct SocketTests {
    /// A ROUTER on a reactor that collects what comes.
    private func collect(
        at address: String, options: SocketOptions = SocketOptions(), into mailbox: Mailbox<[[UInt8]]>,
        on reactor: Reactor, answering: Bool = false
    ) throws -> (address: String, router: Handed) {
        let router = Handed(socket: try Socket(.router, in: try Context(), options: options))
        let bound = try router.socket.bind(address)
        reactor.perform {
            reactor.register(router.socket) {
                while let parts = try? router.socket.receive() {
                    mailbox.put(parts)
                    if answering { _ = try? router.socket.send(parts) }
                }
            }
        }
        return (bound, router)
    }

    @Test(arguments: ["tcp", "ipc"]) func `messages arrive whole and in order`(over kind: String) async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "pons-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let address = kind == "tcp" ? "tcp://127.0.0.1:*" : "ipc://\(folder.path)/a.sock"
        let reactor = try Reactor()
        let mailbox = Mailbox<[[UInt8]]>()
        let (bound, router) = try collect(at: address, into: mailbox, on: reactor)
        #expect(!bound.contains("*"))

        var options = SocketOptions()
        options.immediate = false
        options.linger = .seconds(1)
        let dealer = try Socket(.dealer, in: try Context(), options: options)
        try dealer.connect(to: bound)
        for number in 0..<500 { #expect(try dealer.send([[UInt8(number % 251)], [], [1, 2, 3]])) }
        let messages = await mailbox.wait(for: 500)
        #expect(
            messages.map { Array($0.dropFirst()) } == (0..<500).map { [[UInt8($0 % 251)], [], [1, 2, 3]] })
        await reactor.stop()
        _ = router
    }

    @Test func `a part above the largest size is not delivered`() async throws {
        let reactor = try Reactor()
        let mailbox = Mailbox<[[UInt8]]>()
        var options = SocketOptions()
        options.maxMessageBytes = 1000
        let (bound, router) = try collect(
            at: "tcp://127.0.0.1:*", options: options, into: mailbox, on: reactor)
        options.immediate = false
        let big = try Socket(.dealer, in: try Context(), options: options)
        try big.connect(to: bound)
        #expect(try big.send([[UInt8](repeating: 1, count: 1001)]))
        let small = try Socket(.dealer, in: try Context(), options: options)
        try small.connect(to: bound)
        #expect(try small.send([[UInt8](repeating: 2, count: 1000)]))
        let messages = await mailbox.wait(for: 1)
        #expect(messages.map { $0[1].first } == [2])
        await reactor.stop()
        _ = router
    }

    @Test func `too many parts are cut off, and the count tells`() async throws {
        let reactor = try Reactor()
        let mailbox = Mailbox<[[UInt8]]>()
        let (bound, router) = try collect(at: "tcp://127.0.0.1:*", into: mailbox, on: reactor)
        var options = SocketOptions()
        options.immediate = false
        let dealer = try Socket(.dealer, in: try Context(), options: options)
        try dealer.connect(to: bound)
        #expect(try dealer.send((0..<200).map { [UInt8($0)] }))
        let messages = await mailbox.wait(for: 1)
        #expect(messages[0].count == Socket.mostParts + 1)
        await reactor.stop()
        _ = router
    }

    @Test func `a dealer without a connection sends nothing`() throws {
        let dealer = try Socket(.dealer, in: try Context())
        try dealer.connect(to: "ipc:///tmp/pons-nobody-is-there.sock")
        #expect(try dealer.send([[1]]) == false)
    }

    @Test func `a router doesn’t send to a stranger`() throws {
        let router = try Socket(.router, in: try Context())
        #expect(throws: ZeroMQError.self) { _ = try router.send([[1, 2, 3, 4, 5], [1]]) }
        do {
            _ = try router.send([[1, 2, 3, 4, 5], [1]])
        } catch {
            #expect(error.isUnroutable)
            #expect(error.description.contains("send"))
        }
    }

    @Test func `an address that is none, or taken, is a clear error`() throws {
        let context = try Context()
        let first = try Socket(.router, in: context)
        let bound = try first.bind("tcp://127.0.0.1:*")
        let second = try Socket(.router, in: context)
        do {
            _ = try second.bind(bound)
            Issue.record("bound twice")
        } catch {
            #expect(error.isAddressInUse)
            #expect(error.description.contains(bound))
        }
        #expect(throws: ZeroMQError.self) { try second.connect(to: "carrier-pigeon://loft") }
    }

    @Test func `the bare round trip is measured`() async throws {
        let samples = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try RoundTripBaseline.measure(rounds: 200) })
            }
        }
        #expect(samples.count == 200)
        #expect(samples == samples.sorted())
        #expect(samples[0] > 1000)
        print("bare round trip: p50 \(samples[100] / 1000) µs, p99 \(samples[198] / 1000) µs")
    }
}
