import Execution
import RobotModel
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeadManTests {
    private let attempt = AttemptID(task: "t", step: "a", number: 1)

    @Test func `it stops on its own thread when nobody renews, and tells`() async throws {
        let deadMan = try DeadMan()
        let (events, continuation) = AsyncStream.makeStream(of: String.self)
        deadMan.watch { continuation.yield("lapsed") }
        let end = SuspendingClock.now + .milliseconds(200)
        deadMan.renew(until: end)
        #expect(deadMan.begin(attempt, .stop, timeout: .seconds(99)) { continuation.yield("stop") })
        #expect(deadMan.mayMove(attempt))
        var told = events.makeAsyncIterator()
        #expect(await told.next() == "stop")
        #expect(SuspendingClock.now >= end)
        #expect(SuspendingClock.now < end + .seconds(2))
        #expect(await told.next() == "lapsed")
        #expect(!deadMan.isLive)
        #expect(deadMan.end(attempt))
        #expect(!deadMan.begin(attempt, .finish, timeout: .seconds(99)) {})
    }

    @Test func `it doesn’t stop what is renewed, and wakes for a renewal that ends earlier`() async throws {
        let deadMan = try DeadMan()
        let (stops, continuation) = AsyncStream.makeStream(of: SuspendingClock.Instant.self)
        let begin = SuspendingClock.now
        deadMan.renew(until: begin + .milliseconds(100))
        #expect(deadMan.begin(attempt, .stop, timeout: .seconds(99)) { continuation.yield(.now) })
        deadMan.renew(until: begin + .seconds(3600))
        deadMan.renew(until: begin + .milliseconds(300))
        var stopped = stops.makeAsyncIterator()
        let at = try #require(await stopped.next())
        #expect(at >= begin + .milliseconds(300))
        #expect(at < begin + .seconds(10))
    }
}
