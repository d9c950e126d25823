// Stop 6 of «follow one task»: how does a step reach the robot?
//
// It comes from `Coordination/TaskStateMachine.swift`, which made it ready and
// gave it a robot and a fencing token: an `Invocation`. Here it becomes an
// `invoke` frame (`Protos/pons/v1/wire.proto`) to the edge that speaks for the
// robot; an edge sends it on to its skill host in the same way. It goes next to
// the skill, e.g. `Skills/navigate/NavigateSkill.swift`. `accept`, `progress`
// and `result` come back by the same link, and here they become events for the
// coordinator.

public import Logging
public import RobotModel
private import Synchronization
import WireFormat
private import ZeroMQ

/// The way to every robot and back: knows which robot is behind which peer, of
/// one or more transports, and speaks in invocations and attempts.
///
/// Its calls come from any thread and never wait; those of one thread for one
/// robot keep their order. A call for a robot that nobody speaks for does
/// nothing: its loss was told, or will be. It works for as long as someone
/// holds it.
public final class RobotLink: Sendable {
    private let transports: [any PeerTransport]
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var routes = RobotRoutes()
        var handler: (@Sendable (RobotEvent) -> Void)?
    }

    /// - Parameter transports: e.g. a ``RouterEndpoint`` for edges elsewhere, and
    ///   an ``InMemoryLink`` for the edge in this process; each may have a thread
    ///   of its own.
    public init(transports: [any PeerTransport], logger: Logger) {
        self.transports = transports
        self.logger = logger
    }

    /// Opens the transports. `handler` is called on their threads, one call at a
    /// time; it must not call back.
    ///
    /// - Throws: what a transport throws, e.g. where an address is taken.
    public func start(_ handler: @escaping @Sendable (RobotEvent) -> Void) async throws {
        state.withLock { $0.handler = handler }
        for (index, transport) in transports.enumerated() {
            try await transport.start { [weak self] event in self?.take(event, from: index) }
        }
    }

    /// Says goodbye to every peer. No event comes after it.
    public func stop() async {
        for transport in transports { await transport.stop() }
    }

    // MARK: Towards the robot

    /// Orders an attempt. The answers are `accepted`, later `ended`.
    public func invoke(_ invocation: Invocation) {
        send(.invoke(invocation), to: invocation.robot)
    }

    /// Asks for an attempt's end; it still ends by `ended`.
    public func cancel(_ attempt: AttemptID, _ token: FencingToken, of robot: RobotID, reason: String) {
        send(.cancel(attempt, token, reason: reason), to: robot)
    }

    /// The attempt's result is on disk here; the robot may forget it.
    public func confirm(_ attempt: AttemptID, _ token: FencingToken, of robot: RobotID) {
        send(.resultStored(attempt, token), to: robot)
    }

    private func send(_ body: Envelope.Body, to robot: RobotID) {
        guard let way = state.withLock({ $0.routes.way(to: robot) }) else { return unsent(body, robot) }
        let transport = transports[way.transport]
        transport.reactor.perform { [self] in
            if !transport.send(body, to: way.peer) { unsent(body, robot) }
        }
    }

    private func unsent(_ body: Envelope.Body, _ robot: RobotID) {
        logger.debug("no way to the robot for \(body.name)", metadata: ["robot": "\(robot)"])
    }

    // MARK: From the robot

    /// Under the lock, so that what several transports tell of a robot is told
    /// in the order in which it counts here.
    private func take(_ event: PeerEvent, from transport: Int) {
        state.withLock { state in
            for event in state.routes.handle(event, from: transport) { state.handler?(event) }
        }
    }
}
