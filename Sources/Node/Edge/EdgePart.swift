import BuiltInSkills
import Execution
import Journal
import Logging
import Manifests
import RobotModel
import Simulation
import SkillKit
import WireFormat
import ZeroMQ

/// An edge with what belongs to it: the simulation and its built-in host, the
/// door for skill hosts, and the link to a brain.
final class EdgePart: Sendable {
    private let configuration: Configuration
    private let state: StateFolder
    private let registry: Registry
    private let logger: Logger
    private let node: EdgeNode
    private let world = OnceBox<SimulatedWorld>()

    init(
        configuration: Configuration, state: StateFolder, registry: Registry, logger: Logger,
        now: @escaping @Sendable () -> Instant
    ) async throws {
        self.configuration = configuration
        self.state = state
        self.registry = registry
        self.logger = logger
        node = try EdgeNode(
            reactor: Reactor(name: "pons-edge"), ledger: DurableMap(path: state.edgeLedger),
            logger: logger, now: now)
    }

    /// Takes the simulated robots into service.
    func start(scene: SceneDescription) async throws {
        guard configuration.isSimulating else { return }
        world.set(
            try SimulatedWorld(
                scene: scene, ledgerPath: state.simulationLedger, speed: configuration.simulationSpeed))
        await startBuiltInHost()
    }

    private func startBuiltInHost() async {
        let host = BuiltInHost(bodies: world.value, skills: BuiltInSkills.all) { [node] in node.post($0) }
        await node.start(host)
    }

    /// Links with a brain in the same process.
    func join(_ brain: BrainNode, name: String) async {
        let links = brain.links
        await links.joined(name, roster: node.roster) { [node] body in node.post(body) }
        await node.linked { body in links.received(body, from: name) }
    }

    /// Puts another world in place of the simulated one.
    /// - Returns: the robots that aren't in it.
    func replaceWorld(_ scene: SceneDescription) async throws -> [RobotID] {
        guard configuration.isSimulating else { return [] }
        let before = Set(await world.value.robots().map(\.id))
        try await world.value.replace(scene: scene)
        await startBuiltInHost()
        return before.subtracting(scene.robots.map(\.id)).sorted()
    }

    func stop() async { await node.stop() }
}
