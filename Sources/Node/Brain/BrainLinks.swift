import Coordination
import Logging
import Manifests
import RobotModel
import Synchronization
import WireFormat
import WorldMemory

/// The brain's ends of its edges' links: which robot is behind which edge,
/// what edges report, and the way down to them.
final class BrainLinks: Sendable {
    /// Sends to one edge. Never blocks.
    typealias Downlink = @Sendable (Envelope.Body) -> Void

    private struct State {
        var downlinks: [String: Downlink] = [:]
        /// The edge that speaks for a robot; the newest one counts.
        var edges: [RobotID: String] = [:]
        var status: [RobotID: LiveStatus] = [:]
        var progress: [AttemptID: AttemptProgress] = [:]
    }

    struct LiveStatus: Sendable {
        var batteryRatio: Double?
        var heardAt: Instant
    }

    private let state = Mutex(State())
    private let registry: Registry
    private let memory: MemoryDesk
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private let report: @Sendable ([CoordinationInput]) -> Void

    /// - Parameter report: takes inputs for the coordinator, in order.
    init(
        registry: Registry, memory: MemoryDesk, logger: Logger, now: @escaping @Sendable () -> Instant,
        report: @escaping @Sendable ([CoordinationInput]) -> Void
    ) {
        self.registry = registry
        self.memory = memory
        self.logger = logger
        self.now = now
        self.report = report
    }

    // MARK: Upwards

    /// An edge has a session, and says what its robots are at.
    func joined(_ edge: String, roster: Roster, downlink: @escaping Downlink) {
        state.withLock { $0.downlinks[edge] = downlink }
        take(roster, from: edge)
    }

    func received(_ body: Envelope.Body, from edge: String) {
        switch body {
        case .roster(let roster): take(roster, from: edge)
        case .accept(let attempt, let token): report([.attemptAccepted(attempt, token)])
        case .progress(let attempt, _, let progress): state.withLock { $0.progress[attempt] = progress }
        case .result(let attempt, let token, let outcome):
            state.withLock { _ = $0.progress.removeValue(forKey: attempt) }
            report([.attemptEnded(attempt, token, outcome)])
        case .heartbeat(let robots): for status in robots { take(status) }
        case .memoryDelta(let operations): memory.merge(operations)
        case .hello, .welcome, .refused, .goodbye, .invoke, .resultStored, .cancel: break
        }
    }

    /// An edge's lease has ended: every robot behind it is lost.
    func lost(_ edge: String, reason: String) {
        let robots = state.withLock { state in
            state.downlinks.removeValue(forKey: edge)
            let robots = state.edges.filter { $0.value == edge }.map(\.key).sorted()
            for robot in robots { state.edges.removeValue(forKey: robot) }
            return robots
        }
        report(robots.map { .robotLost($0, reason: reason) })
    }

    private func take(_ roster: Roster, from edge: String) {
        for text in roster.manifests { declare(text, from: edge) }
        var inputs: [CoordinationInput] = []
        var listed: Set<RobotID> = []
        for offer in roster.robots {
            guard var description = offer.description ?? registry.robot(offer.robot) else {
                logger.warning("an edge offers a robot that nobody has described", metadata: ["robot": "\(offer.robot)"])
                continue
            }
            for skill in offer.skills where !description.skills.contains(skill) { description.skills.append(skill) }
            listed.insert(offer.robot)
            let isNew = state.withLock { state in
                state.edges.updateValue(edge, forKey: offer.robot) != edge
            }
            registry.declare(description)
            memory.introduce(description)
            for attempt in offer.attempts {
                if let outcome = attempt.outcome { inputs.append(.attemptEnded(attempt.attempt, attempt.token, outcome)) }
            }
            if isNew {
                let running = offer.attempts.filter { $0.outcome == nil }.map(\.attempt)
                inputs.append(.robotLinked(description, running: running))
            }
        }
        let gone = state.withLock { state in
            let gone = state.edges.filter { $0.value == edge && !listed.contains($0.key) }.map(\.key).sorted()
            for robot in gone { state.edges.removeValue(forKey: robot) }
            return gone
        }
        inputs += gone.map { .robotLost($0, reason: "its skill host is gone") }
        report(inputs)
    }

    private func declare(_ manifest: String, from edge: String) {
        do {
            registry.declare(try ManifestReader().skill(json: manifest, from: edge))
        } catch {
            registry.note(error.errors)
            logger.warning("a skill host's manifest is refused", metadata: ["reason": "\(error)"])
        }
    }

    private func take(_ status: RobotStatus) {
        state.withLock {
            $0.status[status.robot] = LiveStatus(batteryRatio: status.batteryRatio, heardAt: now())
        }
        if let pose = status.pose { memory.move(EntityID(status.robot), to: pose, source: .robot(status.robot)) }
    }

    // MARK: Downwards

    /// - Returns: whether there is a way to the robot now. Where there is none,
    ///   the loss of its link is an input that comes by itself.
    @discardableResult
    func send(_ body: Envelope.Body, to robot: RobotID) -> Bool {
        let downlink = state.withLock { state in state.edges[robot].flatMap { state.downlinks[$0] } }
        downlink?(body)
        return downlink != nil
    }

    func status(of robot: RobotID) -> LiveStatus? { state.withLock { $0.status[robot] } }
    func progress(of attempt: AttemptID) -> AttemptProgress? { state.withLock { $0.progress[attempt] } }
}
