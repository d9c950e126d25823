import Logging
import Manifests
import MessageBus
import RobotModel
import Synchronization
import WireFormat

/// Turns what robots tell over their links into inputs for the coordinator,
/// and keeps what is too quick for a journal: progress, battery, poses.
final class RobotDesk: Sendable {
    struct Status: Sendable {
        var batteryRatio: Double?
        var isReady: Bool
        var heardAt: Instant
    }

    private struct State {
        var status: [RobotID: Status] = [:]
        var progress: [AttemptID: AttemptProgress] = [:]
    }

    private let state = Mutex(State())
    private let registry: Registry
    private let memory: MemoryDesk
    private let logger: Logger
    private let now: @Sendable () -> Instant

    init(
        registry: Registry, memory: MemoryDesk, logger: Logger, now: @escaping @Sendable () -> Instant
    ) {
        self.registry = registry
        self.memory = memory
        self.logger = logger
        self.now = now
    }

    func status(of robot: RobotID) -> Status? { state.withLock { $0.status[robot] } }
    func progress(of attempt: AttemptID) -> AttemptProgress? { state.withLock { $0.progress[attempt] } }

    /// What the coordinator must know of an event; nil for what it needn't.
    func input(for event: RobotEvent) -> CoordinationInput? {
        switch event {
        case .declared(let manifests, let peer): for text in manifests { declare(text, from: peer) }
        case .linked(let offer): return linked(offer)
        case .lost(let robot, let reason): return .robotLost(robot, reason: reason)
        case .accepted(let attempt, let token): return .attemptAccepted(attempt, token)
        case .progressed(let attempt, _, let progress): state.withLock { $0.progress[attempt] = progress }
        case .ended(let attempt, let token, let outcome):
            state.withLock { _ = $0.progress.removeValue(forKey: attempt) }
            return .attemptEnded(attempt, token, outcome)
        case .status(let status): take(status)
        case .memory(let operations, _): memory.merge(operations)
        case .refused(let refused, let peer):
            logger.warning(
                "an edge couldn't take a frame",
                metadata: ["edge": "\(peer)", "code": "\(refused.code)", "reason": "\(refused.message)"])
        }
        return nil
    }

    private func linked(_ offer: RobotOffer) -> CoordinationInput? {
        guard var description = offer.description ?? registry.robot(offer.robot) else {
            logger.warning(
                "nobody has described this robot: let its host do so, or put a file in robots.d",
                metadata: ["robot": "\(offer.robot)"])
            return nil
        }
        for skill in offer.skills where !description.skills.contains(skill) {
            description.skills.append(skill)
        }
        registry.declare(description)
        memory.introduce(description)
        let running = offer.attempts.filter { $0.outcome == nil }.map(\.attempt)
        return .robotLinked(description, running: running)
    }

    private func declare(_ manifest: String, from peer: PeerName) {
        do {
            registry.declare(try ManifestReader().skill(json: manifest, from: peer.rawValue))
        } catch {
            registry.note(error.errors)
            logger.warning("a skill host's manifest is refused", metadata: ["reason": "\(error)"])
        }
    }

    private func take(_ status: RobotStatus) {
        let heard = Status(
            batteryRatio: status.batteryRatio, isReady: status.isReady, heardAt: now())
        state.withLock { $0.status[status.robot] = heard }
        if let pose = status.pose {
            memory.move(EntityID(status.robot), to: pose, source: .robot(status.robot))
        }
    }
}
