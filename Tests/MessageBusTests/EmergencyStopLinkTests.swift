import Logging
import MessageBus
import RobotModel
import Synchronization
import Testing
import ZeroMQ

/// Real sockets: a brain, an edge below it, a host below that.
struct EmergencyStopLinkTests {
    private static let quick = EmergencyStopStation.Timing(
        beat: .milliseconds(20), silence: .seconds(2), mute: .seconds(10))

    /// A station and what it was told, in order.
    private final class Post: Sendable {
        let link: EmergencyStopLink
        private let events: AsyncStream<EmergencyStopEvent>

        init(_ name: NodeID, latch: EmergencyLatch = .init(), timing: EmergencyStopStation.Timing = quick)
            throws
        {
            let (events, told) = AsyncStream.makeStream(of: EmergencyStopEvent.self)
            self.events = events
            link = try EmergencyStopLink(
                name: name, latch: latch, timing: timing, logger: Logger(label: "test")
            ) { told.yield($0) }
        }

        /// The next event that fits.
        func first(where fits: @escaping @Sendable (EmergencyStopEvent) -> Bool) async {
            for await event in events where fits(event) { return }
        }

        func stops() async { await first { if case .stop = $0 { true } else { false } } }
        func released() async { await first { $0 == .release } }

        /// Waits until the robots are as wanted, by the station's own view.
        func reached(_ robots: [RobotID]) async throws {
            while true {
                let reach = await link.reach().robots
                if reach.filter(\.isReached).map(\.robot) == robots { return }
                await Task.yield()
            }
        }

        func listening(_ robots: [RobotID]) async throws {
            while await link.reach().robots.filter(\.isListening).map(\.robot) != robots {
                await Task.yield()
            }
        }
    }

    private func chain() async throws -> (brain: Post, edge: Post, host: Post, address: String) {
        let (brain, edge, host) = (try Post("brain"), try Post("edge"), try Post("host"))
        let address = try await brain.link.bind(["tcp://127.0.0.1:*"])[0]
        edge.link.connect(to: address)
        host.link.connect(to: try await edge.link.bind(["tcp://127.0.0.1:*"])[0])
        host.link.serve(["arm", "base"])
        try await brain.listening(["arm", "base"])
        return (brain, edge, host, address)
    }

    @Test(.timeLimit(.minutes(1))) func `a press reaches the robots, whose word comes back`() async throws {
        let (brain, edge, host, _) = try await chain()
        await brain.link.press(by: "anna", reason: "smoke")
        await host.stops()
        await edge.stops()
        try await brain.reached(["arm", "base"])
        let (latch, robots) = await brain.link.reach()
        #expect(latch.first?.text == "anna: smoke")
        #expect(robots.allSatisfy { ($0.afterMilliseconds ?? -1) >= 0 })
        await brain.link.release()
        await host.released()
        try await brain.reached([])
        #expect(await host.link.reach().latch.isLatched == false)
    }

    @Test(.timeLimit(.minutes(1))) func `a robot's own button stops it at once and everyone else after it`()
        async throws
    {
        let (brain, edge, host, _) = try await chain()
        await host.link.press(by: "button", reason: "")
        await host.stops()
        await edge.stops()
        await brain.stops()
        try await brain.reached(["arm", "base"])
    }

    @Test(.timeLimit(.minutes(1))) func `a station that joins later learns the latch`() async throws {
        let brain = try Post("brain")
        let address = try await brain.link.bind(["tcp://127.0.0.1:*"])[0]
        await brain.link.press(by: "anna", reason: "")
        let late = try Post("late")
        late.link.serve(["arm"])
        late.link.connect(to: address)
        await late.stops()
        try await brain.reached(["arm"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a brain that is started again finds everyone, and they find it latched`()
        async throws
    {
        let edge = try Post("edge")
        edge.link.serve(["arm"])
        var first: Post? = try Post("brain")
        let address = try #require(try await first?.link.bind(["tcp://127.0.0.1:*"])[0])
        edge.link.connect(to: address)
        try await first?.listening(["arm"])
        await first?.link.press(by: "anna", reason: "")
        try await first?.reached(["arm"])
        let latch = try #require(await first?.link.reach().latch)
        await first?.link.stop()
        first = nil
        await edge.first { $0 == .channelChanged(isHeard: false) }
        let second = try Post("brain", latch: latch)
        // The port is free a moment after its last owner has let go of it.
        while (try? await second.link.bind([address])) == nil { await Task.yield() }
        try await second.reached(["arm"])
        await edge.first { $0 == .channelChanged(isHeard: true) }
        await second.link.release()
        await edge.released()
    }

    @Test(.timeLimit(.minutes(1))) func `rubbish on the socket harms nobody`() async throws {
        let (brain, edge, host, address) = try await chain()
        let context = try Context()
        let stranger = try Socket(.dealer, in: context)
        try stranger.connect(to: address)
        var random = SplitMix(state: 5)
        var sent = 0
        while sent < 300 {
            let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if try stranger.send([bytes]) { sent += 1 } else { await Task.yield() }
        }
        await brain.link.press(by: "anna", reason: "")
        await edge.stops()
        await host.stops()
        try await brain.reached(["arm", "base"])
    }

    @Test func `a latch that the disk refuses is tried again, and says so`() async throws {
        let written = Mutex<(tries: Int, bytes: [UInt8])>((0, []))
        struct Full: Error {}
        let memory = EmergencyStopMemory(
            stored: nil, station: "s", now: .zero,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { bytes in
            try written.withLock { written in
                written.tries += 1
                if written.tries < 3 { throw Full() }
                written.bytes = bytes
            }
        }
        var latch = EmergencyLatch()
        latch.press(at: "s", by: "anna", reason: "smoke", now: .zero)
        memory.keep(latch)
        #expect(!memory.isOnDisk)
        #expect(await memory.settled(within: .seconds(30)))
        let again = EmergencyStopMemory(
            stored: written.withLock { $0.bytes }, station: "s", now: .zero, logger: Logger(label: "test")
        ) { _ in }
        #expect(again.latch == latch)
    }

    @Test func `a file that can't be read counts as a press`() {
        for stored in [nil, Array("{\"pres".utf8)] as [[UInt8]?] {
            let memory = EmergencyStopMemory(
                stored: stored, isDamaged: stored == nil, station: "s", now: .zero,
                logger: Logger(label: "test")
            ) { _ in }
            #expect(memory.latch.isLatched)
        }
    }
}
