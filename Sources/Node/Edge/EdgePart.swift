import BuiltInSkills
import Execution
import Foundation
import Journal
import Logging
import Manifests
import MessageBus
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
    private let logger: Logger
    private let node: EdgeNode
    /// The thread of orders and results, and of the links to the brain and to
    /// skill hosts: one waking fewer on the way of each.
    let reactor: Reactor
    private let right: MotionRight
    private let emergency: EdgeEmergency
    private let linkedIn: LinkedInRobots?
    private let world = OnceBox<SimulatedWorld>()

    /// - Parameter linkedIn: in place of simulated robots.
    init(
        configuration: Configuration, state: StateFolder, registry: Registry, emergency desk: EmergencyDesk,
        logger: Logger, linkedIn: LinkedInRobots?, now: @escaping @Sendable () -> Instant
    ) throws {
        self.configuration = configuration
        self.state = state
        self.logger = logger
        self.linkedIn = linkedIn
        reactor = try Reactor(name: "pons-edge")
        right = MotionRight(deadMan: try DeadMan())
        emergency = EdgeEmergency(
            desk: desk, brainAddress: configuration.roles.contains(.brain) ? nil : configuration.brain.host)
        node = try EdgeNode(
            reactor: reactor, registry: registry, ledger: DurableMap(path: state.edgeLedger), right: right,
            emergency: emergency, logger: logger,
            now: now)
    }

    /// Takes the simulated robots into service, and opens for skill hosts.
    ///
    /// - Throws: where an address is taken or the simulation's ledger is damaged.
    func start(scene: SceneDescription, context: Context) async throws {
        await node.start()
        if let linkedIn {
            let host = BuiltInHost(
                bodies: linkedIn.bodies, skills: linkedIn.skills, deadMan: right.deadMan
            ) { [node] in node.post($0) }
            emergency.adopt(host, await linkedIn.bodies.robots().map(\.id))
            await node.start(host)
        } else if configuration.isSimulating {
            world.set(
                try SimulatedWorld(
                    scene: scene, ledgerPath: state.simulationLedger, speed: configuration.simulationSpeed,
                    faults: configuration.faultsPath.map { try FaultPlan(file: $0) } ?? FaultPlan()))
            await startBuiltInHost()
        }
        let hosts = configuration.hosts
        let door = RouterEndpoint(
            reactor: reactor, context: context,
            addresses: ["tcp://\(hosts.host):\(hosts.port)", "ipc://\(state.hostSocket)"],
            session: SessionServer(
                node: NodeID(configuration.name), instance: UUID().uuidString, roles: [.skillHost],
                emergencyPort: emergency.port),
            logger: logger, motionRight: { [right] in right.ends })
        try await node.open(RobotLink(transports: [door], logger: logger))
        logger.info("takes skill hosts", metadata: ["addresses": "\(door.addresses.joined(separator: " "))"])
    }

    private func startBuiltInHost() async {
        let host = BuiltInHost(
            bodies: world.value, skills: BuiltInSkills.all, deadMan: right.deadMan
        ) { [node] in node.post($0) }
        emergency.adopt(host, await world.value.robots().map(\.id))
        await node.start(host)
    }

    /// Says hello to a brain, in this process or elsewhere.
    func link(_ brain: any ServerTransport) async throws {
        let name = configuration.name
        try await node.awaitHosts()
        try await node.link(brain) { roster in
            Hello(
                role: .edge, name: name, software: "ponsd \(NodeVersion.text)", robots: roster.robots,
                manifests: roster.manifests)
        }
    }

    /// The brain has been heard from: until then, robots may move.
    func mayMove(until moment: SuspendingClock.Instant) { right.renewByBrain(until: moment) }

    /// Passes on how the simulated bodies are, until cancelled.
    func follow() async {
        guard configuration.isSimulating else { return }
        for await state in await world.value.states() { node.post(state) }
    }

    /// Puts another world in place of the simulated one.
    /// - Returns: the robots that aren't in it any more.
    func replaceWorld(_ scene: SceneDescription) async throws -> [RobotID] {
        guard configuration.isSimulating else { return [] }
        let before = Set(await world.value.robots().map(\.id))
        try await world.value.replace(scene: scene)
        await startBuiltInHost()
        return before.subtracting(scene.robots.map(\.id)).sorted()
    }

    /// Lets what runs come to its end for a while, and closes.
    func stop() async { await node.stop() }
}
