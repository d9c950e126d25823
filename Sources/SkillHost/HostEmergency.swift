import Execution
import Journal
import Logging
import MessageBus
import RobotModel
import Synchronization

/// The e-stop in a skill host: heard on a socket of its own, by a thread of its
/// own, which stops the skills itself. The latch outlives the process.
final class HostEmergency: Sendable {
    private struct State {
        var runner: SkillRunner?
        var hold: EmergencyHold?
        var post: @Sendable (ExecutionInput) -> Void = { _ in }
    }

    private let link: EmergencyStopLink
    private let memory: EmergencyStopMemory
    private let file: SlotFile
    /// The edge's host, as in `tcp://HOST:PORT`.
    private let edgeHost: String
    private let state: Stored

    private final class Stored: Sendable {
        let state = Mutex(State())
        let onEvent: @Sendable (SkillHostEvent) -> Void

        init(_ onEvent: @escaping @Sendable (SkillHostEvent) -> Void) { self.onEvent = onEvent }

        func change(to hold: EmergencyHold?) {
            let (runner, post) = state.withLock { state in
                state.hold = hold
                return (state.runner, state.post)
            }
            switch hold {
            case .latched(let cause): runner?.halt(cause)
            case .silent: break
            case nil: runner?.halt(nil)
            }
            post(.emergencyChanged(hold))
        }

        func take(_ event: EmergencyStopEvent, _ memory: EmergencyStopMemory) {
            switch event {
            case .stop(let latch):
                change(to: .latched(latch.first?.text ?? ""))
                if let press = latch.first { onEvent(.emergencyStopped(press)) }
            case .release:
                change(to: nil)
                onEvent(.emergencyReleased)
            case .channelChanged(let isHeard): channelChanged(isHeard)
            case .store(let latch): memory.keep(latch)
            case .learned: break
            }
        }

        private func channelChanged(_ isHeard: Bool) {
            let hold = state.withLock { $0.hold }
            if isHeard, hold == .silent { change(to: nil) }
            if !isHeard, hold == nil { change(to: .silent) }
        }
    }

    /// Blocks for the disk.
    ///
    /// - Throws: where the latch's file can't be used, or threads have run out.
    init(
        host: String, edge: String, ledgerPath: String, logger: Logger,
        onEvent: @escaping @Sendable (SkillHostEvent) -> Void
    ) throws {
        file = try SlotFile(path: ledgerPath + ".estop", capacity: 64 << 10)
        var stored: [UInt8]?
        if case .bytes(let bytes) = file.contents { stored = bytes }
        let memory = EmergencyStopMemory(
            stored: stored, isDamaged: file.contents == .damaged, station: NodeID(host), now: BusClock().now,
            logger: logger
        ) { [file] in try file.write($0) }
        let state = Stored(onEvent)
        if let press = memory.latch.first { state.state.withLock { $0.hold = .latched(press.text) } }
        self.memory = memory
        self.state = state
        edgeHost = Self.host(of: edge)
        link = try EmergencyStopLink(name: NodeID(host), latch: memory.latch, logger: logger) { event in
            state.take(event, memory)
        }
    }

    /// Whether nothing may begin: it is latched, or can't be heard.
    var holdsBack: Bool { state.state.withLock { $0.hold != nil } }

    /// From here on, `runner`'s skills are stopped.
    ///
    /// - Parameter post: takes inputs for the host's machine, in order.
    func begin(
        _ robots: [RobotID], _ runner: SkillRunner, post: @escaping @Sendable (ExecutionInput) -> Void
    ) {
        let hold = state.state.withLock { state in
            state.runner = runner
            state.post = post
            if case .latched(let cause) = state.hold { runner.halt(cause) }
            return state.hold
        }
        if hold != nil { post(.emergencyChanged(hold)) }
        link.serve(robots)
    }

    /// The edge's word on where its e-stop is.
    func obey(port: UInt32) {
        if port != 0 { link.connect(to: "tcp://\(edgeHost):\(port)") }
    }

    /// A button of one of the robots.
    func press(by person: String, reason: String) async { await link.press(by: person, reason: reason) }

    func close() async {
        await link.stop()
        if await memory.settled(within: .seconds(1)) { file.release() }
    }

    /// An edge that is reached over a file is on this machine.
    private static func host(of address: String) -> String {
        guard address.hasPrefix("tcp://"), let colon = address.lastIndex(of: ":") else { return "127.0.0.1" }
        return String(address.dropFirst("tcp://".count)[..<colon])
    }
}
