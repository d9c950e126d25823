import Logging
import MessageBus
import RobotModel
import Synchronization
import WireFormat
import ZeroMQ

/// A robot for the e-stop's measure: a real session with its edge, which it
/// keeps busy, and an e-stop of its own, with its own thread and socket.
final class EstopRobot: Sendable {
    let id: RobotID
    private let reactor: Reactor
    private let session: DealerEndpoint
    private let station: EmergencyStopLink
    private let isLinked = Mutex(false)
    private let sent = Mutex(0)

    /// Of its messages, every so many is one that goes on to the brain.
    private static let share = 10

    /// - Parameters:
    ///   - reactor: the thread of its session, which others share.
    ///   - onEvent: called on the e-stop's own thread.
    init(
        _ index: Int, edge: String, reactor: Reactor, context: Context, logger: Logger,
        onEvent: @escaping @Sendable (EmergencyStopEvent) -> Void
    ) throws {
        id = RobotID("estop_\(index)")
        self.reactor = reactor
        session = DealerEndpoint(
            reactor: reactor, context: context, address: edge,
            session: SessionClient(node: NodeID("host-estop-\(index)"), isMotionBound: true), logger: logger)
        station = try EmergencyStopLink(
            name: NodeID("host-estop-\(index)"), logger: logger, handler: onEvent)
        station.serve([id])
    }

    /// Says hello, and listens where the edge says that its e-stop is heard.
    func start() async throws {
        let (id, station) = (id, station)
        try await session.start(
            hello: {
                Hello(
                    role: .skillHost, name: "host-\(id)",
                    robots: [
                        RobotOffer(
                            robot: id,
                            description: RobotDescription(id: id, embodiment: "ground_robot"))
                    ])
            },
            { [weak self] event in
                switch event {
                case .connected(let welcome):
                    station.connect(to: "tcp://127.0.0.1:\(welcome.emergencyPort)")
                    self?.isLinked.withLock { $0 = true }
                case .lost: self?.isLinked.withLock { $0 = false }
                case .frame, .refused: break
                }
            })
    }

    func stop() async {
        await session.stop()
        await station.stop()
    }

    /// Messages that went out so far.
    var sentCount: Int { sent.withLock { $0 } }

    /// Sends one more message over its session; on the reactor's thread.
    func chatter() {
        let number = sentCount
        let body: Envelope.Body
        if number.isMultiple(of: Self.share) {
            let pose = EntityPose(
                entity: EntityID(id), pose: Pose(xMeters: Double(number % 1000) / 100, yMeters: 0),
                stamp: HybridStamp(wallMilliseconds: 0, counter: 0, origin: "estop"), source: .robot(id))
            body = .memoryDelta([.pose(pose)])
        } else {
            body = .progress(
                AttemptID(task: "estop", step: "chatter", number: 1), FencingToken(epoch: 0, counter: 0),
                AttemptProgress(ratio: 0.5, note: "so much has been done, and so much is left to do"))
        }
        if session.send(body) { sent.withLock { $0 += 1 } }
    }
}
