import MessageBus
import RobotModel
import Testing
import WireFormat

/// How an edge's right to let robots move reaches a skill host: both machines,
/// with a clock each and frames that wait on the way as long as the test says.
@Suite struct MotionRightTests {
    private let order = Envelope.Body.invoke(
        Invocation(
            attempt: AttemptID(task: "t", step: "s", number: 1),
            token: FencingToken(epoch: 1, counter: 1), robot: "arm", skill: "wave", arguments: [:],
            timeout: .seconds(10)))

    /// An edge and its host; what each sends waits here for the other.
    private struct Pair {
        var edge = SessionServer(node: "edge", instance: "i", roles: [.skillHost])
        var host = SessionClient(node: "arm", isMotionBound: true)
        var toHost: [Envelope] = []
        var toEdge: [Envelope] = []

        mutating func host(_ input: SessionClient.Input, at now: Instant) -> [Envelope.Body] {
            let actions = host.handle(input, at: now)
            return actions.flatMap { action -> [Envelope.Body] in
                switch action {
                case .makeHello: return host(.helloMade(Hello(role: .skillHost, name: "arm")), at: now)
                case .transmit(let envelope): toEdge.append(envelope)
                case .frame(let body): return [body]
                default: break
                }
                return []
            }
        }

        mutating func edge(_ input: SessionServer.Input, at now: Instant) {
            for case .transmit(let envelope, _) in edge.handle(input, at: now) { toHost.append(envelope) }
        }

        mutating func edgeReads(at now: Instant) {
            for envelope in toEdge { edge(.received(.success(envelope), from: [1]), at: now) }
            toEdge = []
        }

        /// - Returns: the frames that the host hands on.
        mutating func hostReads(at now: Instant) -> [Envelope.Body] {
            defer { toHost = [] }
            return toHost.flatMap { host(.received(.success($0)), at: now) }
        }

        /// Greets at 0, and has the host's first heartbeat answered at 10.
        mutating func begin() {
            _ = host(.started, at: at(0))
            edgeReads(at: at(0))
            _ = hostReads(at: at(0))
            _ = host(.timeAdvanced, at: at(0))
            edgeReads(at: at(10))
            _ = hostReads(at: at(10))
        }
    }

    private func pair(right: Int64?) -> Pair {
        var pair = Pair()
        pair.edge.motionRight = right.map(at)
        pair.begin()
        return pair
    }

    @Test func `it counts from when that was sent which the edge has heard`() {
        var pair = pair(right: 99_000)
        #expect(pair.host.rightEnds == at(1000))
        _ = pair.host(.timeAdvanced, at: at(250))
        pair.edgeReads(at: at(300))
        _ = pair.hostReads(at: at(700))
        #expect(pair.host.rightEnds == at(1250))
    }

    @Test func `a host shows that it lives four times a lease`() {
        let pair = pair(right: 99_000)
        #expect(pair.host.nextDeadline == at(250))
    }

    @Test func `it ends with the edge’s own right`() {
        var pair = pair(right: 600)
        #expect(pair.host.rightEnds == at(590))
        _ = pair.host(.timeAdvanced, at: at(250))
        pair.edgeReads(at: at(300))
        _ = pair.hostReads(at: at(300))
        #expect(pair.host.rightEnds == at(550))
        _ = pair.host(.timeAdvanced, at: at(500))
        // The edge's right is over: its answer renews nothing.
        pair.edgeReads(at: at(650))
        _ = pair.hostReads(at: at(650))
        #expect(pair.host.rightEnds == at(550))
    }

    @Test func `without a word on it nothing may move, and no order gets through`() {
        var pair = pair(right: nil)
        #expect(pair.host.rightEnds == nil)
        pair.edge(.sendRequested(order, to: "arm"), at: at(20))
        #expect(pair.hostReads(at: at(20)).isEmpty)
        #expect(!pair.host.isConnected)
    }

    @Test func `an order that waited while the host stood still isn’t obeyed`() {
        var pair = pair(right: 99_000)
        _ = pair.host(.timeAdvanced, at: at(250))
        pair.edgeReads(at: at(260))
        pair.edge(.sendRequested(order, to: "arm"), at: at(270))
        var awake = pair
        #expect(awake.hostReads(at: at(280)) == [order])
        // Heartbeat's answer and order are read only now.
        #expect(pair.hostReads(at: at(1300)).isEmpty)
        #expect(!pair.host.isConnected)
        #expect(pair.host.nextDeadline == at(1400))
    }

    @Test func `an edge’s right is its session’s lease`() {
        var client = SessionClient(node: "edge")
        _ = client.handle(.started, at: at(0))
        _ = client.handle(.helloMade(Hello(role: .edge, name: "edge")), at: at(0))
        #expect(client.rightEnds == nil)
        let welcome = Welcome(
            session: "s", lease: .milliseconds(1500), heartbeat: .milliseconds(500), about: 1)
        let envelope = Envelope(
            id: 1, session: "s", sequence: 1, stamp: someStamp, body: .welcome(welcome))
        _ = client.handle(.received(.success(envelope)), at: at(400))
        #expect(client.rightEnds == at(1500))
    }
}
