import BuiltInSkills
import Coordination
import Execution
import Foundation
import HTTPAPI
import Journal
public import Logging
public import Manifests
import MessageBus
import PlanRules
import RobotModel
public import ServiceLifecycle
import Simulation
import Synchronization
import WireFormat
import WorldMemory
import ZeroMQ

/// One node: a brain, an edge, or both, put together from the engines. What
/// comes from outside (clock, disk, threads, sockets) comes in here.
public final class PonsNode: Service {
    private let configuration: Configuration
    private let logger: Logger
    private let state: StateFolder
    private let registry = Registry()
    private let emergency: EmergencyDesk
    private let brain: BrainNode?
    private let edge: EdgePart?
    private let onReady: @Sendable () -> Void
    private let startedAt: Instant
    private let context: Context
    private let draining = Mutex(false)

    /// Opens the state folder and rebuilds what was going on.
    ///
    /// - Parameters:
    ///   - linkedIn: robots and skills that the program brings along; they take
    ///     the place of the simulated ones.
    ///   - onReady: called once tasks are taken.
    /// - Throws: what keeps the node from starting, for people to read.
    public init(
        configuration: Configuration, logger: Logger, linkedIn: LinkedInRobots? = nil,
        onReady: @escaping @Sendable () -> Void
    ) async throws {
        self.configuration = configuration
        self.logger = logger
        self.onReady = onReady
        let clock = BusClock()
        let now: @Sendable () -> Instant = { clock.now }
        startedAt = now()
        context = try Context()
        state = try StateFolder(path: configuration.statePath)
        // Before anything that could move a robot.
        emergency = try EmergencyDesk(configuration: configuration, state: state, logger: logger, now: now)
        let dropIns = NodeFiles.dropIns(of: configuration)
        for skill in dropIns.skills { registry.declare(skill) }
        for robot in dropIns.robots { registry.declare(robot) }
        registry.note(dropIns.problems)
        for problem in dropIns.problems { logger.warning("refused: \(problem)") }

        let node = NodeID(configuration.name)
        if configuration.roles.contains(.brain) {
            let world = try WorldMemory(path: state.memory, origin: node, clock: now)
            brain = try BrainNode(
                journal: Journal(path: state.journal), world: world, registry: registry,
                thread: Reactor(name: "pons-brain"), logger: logger, now: now)
        } else {
            brain = nil
        }
        if configuration.roles.contains(.edge) {
            edge = try EdgePart(
                configuration: configuration, state: state, registry: registry, emergency: emergency,
                logger: logger, linkedIn: linkedIn, now: now)
        } else {
            edge = nil
        }
        if let brain, try state.scene() == nil, let scene = dropIns.scenes.first {
            try await brain.memory.load(scene)
            try state.save(scene)
        }
    }

    /// Runs until the surrounding `ServiceGroup` shuts down; then takes no more
    /// tasks, lets the journal be, and ends.
    public func run() async throws {
        let simulated = try simulatedScene()
        let isSimulating = edge != nil && configuration.isSimulating
        let linked = brain?.whenLinked(
            isSimulating ? Set(simulated.robots.map(\.id)) : [], within: .seconds(10))
        try await emergency.open()
        try await edge?.start(scene: simulated, context: context)
        try await openLinks()
        await linked?.value
        guard let brain else {
            onReady()
            try await gracefulShutdown()
            await edge?.stop()
            return await emergency.close()
        }
        let face = BrainFace(
            brain: brain, node: NodeID(configuration.name), statePath: state.path, startedAt: startedAt,
            replaceScene: { [self] scene in try await replace(scene) },
            hindrances: { [self] in draining.withLock { $0 } ? ["the daemon is shutting down"] : [] })
        let http = HTTPAPI(
            service: face, emergency: EmergencyFace(desk: emergency, brain: brain), token: try state.token(),
            host: configuration.http.host,
            port: configuration.http.port, logger: logger
        ) { [self] port in
            logger.info("takes tasks", metadata: ["http": "\(configuration.http.host):\(port)"])
            onReady()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [edge] in await edge?.follow() }
            try await withGracefulShutdownHandler {
                try await http.run()
            } onGracefulShutdown: {
                self.draining.withLock { $0 = true }
            }
            group.cancelAll()
        }
        await edge?.stop()
        await brain.close()
        await emergency.close()
        try brain.world.flush()
    }

    /// A brain opens its door for edges elsewhere; the edge in its process has a
    /// link without a socket. An edge without a brain here looks for it elsewhere.
    private func openLinks() async throws {
        let name = NodeID(configuration.name)
        guard let brain else {
            guard let edge else { return }
            let address = "tcp://\(configuration.brain.host):\(configuration.brain.port)"
            let dealer = DealerEndpoint(
                reactor: edge.reactor, context: context, address: address,
                session: SessionClient(node: name), logger: logger, renewed: { edge.mayMove(until: $0) })
            return try await edge.link(dealer)
        }
        await emergency.settle(with: brain.coordinator)
        try await brain.beginEpoch(settings: configuration.coordination)
        let epoch = await brain.coordinator.epoch
        func session(_ timing: SessionTiming) -> SessionServer {
            SessionServer(
                node: name, instance: UUID().uuidString, epoch: epoch, roles: [.edge], timing: timing,
                emergencyPort: emergency.port)
        }
        let door = RouterEndpoint(
            reactor: try Reactor(name: "pons-links"), context: context,
            addresses: ["tcp://\(configuration.edges.host):\(configuration.edges.port)"],
            session: session(SessionTiming()), logger: logger)
        let inner = edge.map { edge in
            InMemoryLink(
                reactor: edge.reactor, server: session(.inProcess), client: SessionClient(node: name),
                logger: logger, renewed: { [edge] in edge.mayMove(until: $0) })
        }
        let transports: [any PeerTransport] = [door] + (inner.map { [$0.peers] } ?? [])
        try await brain.open(RobotLink(transports: transports, logger: logger))
        logger.info("takes edges", metadata: ["address": "\(door.addresses.joined(separator: " "))"])
        if let edge, let inner { try await edge.link(inner.server) }
    }

    /// Whether the brain's own thread answers.
    public func isLive() async -> Bool {
        guard let brain else { return true }
        _ = await brain.coordinator.epoch
        return true
    }

    /// Reads the drop-in folders again: what is new or changed is declared, what
    /// is bad is refused, and the rest stays as it is.
    public func reload() async {
        let dropIns = NodeFiles.dropIns(of: configuration)
        registry.forgetProblems()
        registry.note(dropIns.problems)
        for problem in dropIns.problems { logger.warning("refused: \(problem)") }
        for skill in dropIns.skills { registry.declare(skill) }
        for robot in dropIns.robots { registry.declare(robot) }
    }

    /// The simulation's world: the scene, and the robots that files declare.
    private func simulatedScene() throws -> SceneDescription {
        var scene = try state.scene() ?? SceneDescription(name: "empty")
        let known = Set(scene.robots.map(\.id))
        scene.robots += NodeFiles.dropIns(of: configuration).robots.filter { !known.contains($0.id) }
        return scene
    }

    private func replace(_ scene: SceneDescription) async throws {
        guard let brain else { return }
        try await brain.memory.load(scene)
        try state.save(scene)
        for robot in scene.robots { registry.declare(robot) }
        guard let edge, configuration.isSimulating else { return }
        let simulated = try simulatedScene()
        let linked = brain.whenLinked(Set(simulated.robots.map(\.id)), within: .seconds(10))
        let gone = try await edge.replaceWorld(simulated)
        for robot in gone {
            try await brain.coordinator.commit(.robotAdministered(robot, .retire, by: "scene \(scene.name)"))
        }
        for robot in scene.robots where await brain.coordinator.robot(robot.id)?.state == .retired {
            try await brain.coordinator.commit(
                .robotAdministered(robot.id, .resume, by: "scene \(scene.name)"))
        }
        // A task that comes right after this must find the robots there.
        await linked.value
    }
}
