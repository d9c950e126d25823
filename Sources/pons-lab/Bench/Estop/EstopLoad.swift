import Synchronization
import ZeroMQ

/// Messages over the robots' sessions, evenly and without end.
final class EstopLoad: Sendable {
    private struct State {
        var isRunning = false
        var next = 0
        /// What is due and not sent yet, in messages.
        var due = 0.0
    }

    private let team: [EstopRobot]
    private let perTick: Double
    private let reactor: Reactor
    private let state = Mutex(State())

    private static let tick = Duration.milliseconds(2)

    init(_ team: [EstopRobot], messagesPerSecond: Int, reactor: Reactor) {
        self.team = team
        self.reactor = reactor
        perTick = Double(messagesPerSecond) * 0.002
    }

    var sentCount: Int { team.reduce(0) { $0 + $1.sentCount } }

    func start() {
        state.withLock { $0.isRunning = true }
        reactor.perform { self.send(due: .now) }
    }

    func stop() { state.withLock { $0.isRunning = false } }

    /// On the sessions' thread. One that is late makes up for it.
    private func send(due moment: SuspendingClock.Instant) {
        let robots = state.withLock { state -> [EstopRobot]? in
            guard state.isRunning else { return nil }
            state.due += perTick
            let count = Int(state.due)
            state.due -= Double(count)
            let robots = (0..<count).map { team[(state.next + $0) % team.count] }
            state.next = (state.next + count) % team.count
            return robots
        }
        guard let robots else { return }
        for robot in robots { robot.chatter() }
        let next = moment + Self.tick
        reactor.schedule(at: next) { [weak self] in self?.send(due: next) }
    }
}
