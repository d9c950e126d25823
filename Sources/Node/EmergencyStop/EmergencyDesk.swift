import Coordination
import Execution
import HTTPAPI
import Journal
import Logging
import Manifests
import MessageBus
import RobotModel
import Synchronization
import ZeroMQ

/// A node's e-stop: its station with thread, socket and file, and what it stops
/// here. It depends on nothing else in the node, so that nothing else holds it
/// up; the rest is told afterwards.
final class EmergencyDesk: Sendable {
    /// What obeys the e-stop in this process. All is called on its thread, and
    /// holds nothing up.
    struct Followers: Sendable {
        /// Stops what moves here, at once.
        var stop: @Sendable (EmergencyLatch) -> Void = { _ in }
        var release: @Sendable () -> Void = {}
        var channelChanged: @Sendable (Bool) -> Void = { _ in }
        /// Is told of presses once they have been sent.
        var learned: @Sendable ([EmergencyPress]) -> Void = { _ in }
    }

    private let configuration: Configuration
    private let memory: EmergencyStopMemory
    private let link: EmergencyStopLink
    private let door: EmergencyDoor
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private let followers: FollowerBox
    private let bound = Mutex<Int>(0)

    private final class FollowerBox: Sendable {
        let edge = Mutex(Followers())
        let brain = Mutex(Followers())
        let release = Mutex(EmergencyStopRelease())
    }

    /// How long a press waits for the disk, and a release for the robots' word.
    private static let patience = Duration.seconds(1)

    /// Reads the latch. Blocks for the disk.
    ///
    /// - Throws: where another process holds the state folder, or the disk
    ///   can't be written.
    init(
        configuration: Configuration, state: StateFolder, logger: Logger,
        now: @escaping @Sendable () -> Instant
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.now = now
        let file = try SlotFile(path: state.emergencyLatch)
        let name = NodeID(configuration.name)
        var stored: [UInt8]?
        if case .bytes(let bytes) = file.contents { stored = bytes }
        let memory = EmergencyStopMemory(
            stored: stored, isDamaged: file.contents == .damaged, station: name, now: now(), logger: logger
        ) { try file.write($0) }
        let followers = FollowerBox()
        self.memory = memory
        self.followers = followers
        link = try EmergencyStopLink(name: name, latch: memory.latch, logger: logger) { event in
            let (edge, brain) = (followers.edge.withLock { $0 }, followers.brain.withLock { $0 })
            switch event {
            case .stop(let latch): edge.stop(latch)
            case .release: edge.release()
            case .channelChanged(let isHeard): edge.channelChanged(isHeard)
            case .store(let latch): memory.keep(latch)
            case .learned(let presses):
                // What was asked before isn't about these.
                followers.release.withLock { $0.withdraw() }
                brain.learned(presses)
            }
        }
        door = EmergencyDoor(path: state.emergencySocket, logger: logger)
        if let press = memory.latch.first {
            logger.warning(
                "the e-stop is latched", metadata: ["by": "\(press.by)", "reason": "\(press.reason)"])
        }
    }

    /// The latch as it was on disk at the start.
    var stored: EmergencyLatch { memory.latch }
    /// Where stations below find this one; 0 before it is open.
    var port: Int { bound.withLock { $0 } }

    /// Opens for stations below, and for buttons.
    ///
    /// - Throws: where the address is taken.
    func open() async throws {
        let address = configuration.emergency
        var bound = try await link.bind(["tcp://\(address.host):\(address.port)"])
        let port = bound.first?.split(separator: ":").last.flatMap { Int($0) } ?? address.port
        self.bound.withLock { $0 = port }
        // Whoever has come in by another address finds it there.
        var hosts: Set<String> = [address.host]
        if configuration.roles.contains(.brain) { hosts.insert(configuration.edges.host) }
        if configuration.roles.contains(.edge) { hosts.insert(configuration.hosts.host) }
        for host in hosts.sorted() where host != address.host {
            bound += try await link.bind(["tcp://\(host):\(port)"])
        }
        try door.open { [link] person, reason, done in
            link.press(by: person, reason: reason, done: done)
        }
        logger.info("takes e-stops", metadata: ["address": "\(bound.joined(separator: " "))"])
    }

    /// Brings the coordinator's word and the latch together before it begins: a
    /// press that its journal missed is told to it; one that only the journal
    /// has, holds.
    func settle(with coordinator: Coordinator) async {
        let brain = Followers(learned: { presses in
            coordinator.report(presses.map { .emergencyStopped(by: $0.by, reason: $0.reason) })
        })
        followers.brain.withLock { $0 = brain }
        let journalled = await coordinator.emergency()
        if let press = await link.reach().latch.first {
            // Reported, not committed: its disk may be full, and the inputs
            // behind it stay behind it.
            if journalled == nil {
                coordinator.report([.emergencyStopped(by: press.by, reason: press.reason)])
            }
        } else if let journalled {
            await press(by: journalled.by, reason: journalled.reason)
        }
    }

    /// The edge in this process obeys from here on, also what came before.
    func follow(edge: Followers) {
        followers.edge.withLock { $0 = edge }
        link.withLatch { if $0.isLatched { edge.stop($0) } }
    }

    /// The robots that the edge's follower stops.
    func serve(_ robots: [RobotID]) { link.serve(robots) }

    /// Obeys the brain whose e-stop is at `address`.
    func obey(_ address: String) { link.connect(to: address) }

    func press(by person: String, reason: String) async {
        await link.press(by: person, reason: reason)
        if await !memory.settled(within: Self.patience) {
            logger.error("the e-stop is latched, and its file isn’t written yet")
        }
    }

    func askRelease(by person: String, reason: String) -> EmergencyReleaseAsk {
        let code = String((0..<4).map { _ in "0123456789".randomElement() ?? "0" })
        return followers.release.withLock { $0.ask(by: person, reason: reason, code: code, at: now()) }
    }

    /// Releases, and waits a moment for the robots to say so.
    /// - Returns: who had asked, and why.
    func confirmRelease(code: String) async throws -> EmergencyReleaseAsk {
        let ask = try followers.release.withLock { release throws(EmergencyStopRelease.Refusal) in
            try release.confirm(code: code, at: now())
        }
        await link.release()
        _ = await memory.settled(within: Self.patience)
        let deadline = SuspendingClock.now + Self.patience
        while SuspendingClock.now < deadline, await isHeldSomewhere() {
            try? await Task.sleep(for: .milliseconds(5))
        }
        return ask
    }

    private func isHeldSomewhere() async -> Bool {
        await link.reach().robots.contains { $0.isListening && $0.isReached }
    }

    /// - Parameter known: robots that are to be listed even where they don't listen.
    func view(known: [RobotID]) async -> EmergencyView {
        let (latch, robots) = await link.reach()
        let listed = Set(robots.map(\.robot))
        let others = known.filter { !listed.contains($0) }
            .map { EmergencyReach(robot: $0, isListening: false, isReached: false) }
        return EmergencyView(
            isLatched: latch.isLatched, pressed: latch.first, presses: latch.presses,
            isOnDisk: memory.isOnDisk, robots: (robots + others).sorted { $0.robot < $1.robot },
            release: followers.release.withLock { $0.view(at: now()) })
    }

    /// Whether anything is latched now.
    func isLatched() async -> Bool { await link.reach().latch.isLatched }

    func close() async {
        door.close()
        await link.stop()
        _ = await memory.settled(within: Self.patience)
    }
}
