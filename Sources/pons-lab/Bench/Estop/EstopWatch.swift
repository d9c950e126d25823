import BrainClient
import Synchronization

/// Waits for all robots: to stop, and to be released.
final class EstopWatch: Sendable {
    private struct State {
        var stopped: [MonotonicTime?]
        var held: Set<Int> = []
    }

    private let state: Mutex<State>

    init(robots: Int) { state = Mutex(State(stopped: Array(repeating: nil, count: robots))) }

    /// From here on, stops are of the next press.
    func begin() { state.withLock { $0.stopped = $0.stopped.map { _ in nil } } }

    /// On the e-stop's thread of a robot.
    func stopped(_ robot: Int) {
        let now = MonotonicTime.now
        state.withLock { state in
            if state.stopped[robot] == nil { state.stopped[robot] = now }
            state.held.insert(robot)
        }
    }

    func released(_ robot: Int) { state.withLock { _ = $0.held.remove(robot) } }

    /// When each robot stopped.
    /// - Throws: `timedOut` where one didn't within ten seconds.
    func stops() async throws -> [MonotonicTime] {
        try await wait("every robot to stop") { state in
            let times = state.stopped.compactMap { $0 }
            return times.count == state.stopped.count ? times : nil
        }
    }

    func releases() async throws {
        try await wait("every robot to be released") { $0.held.isEmpty ? () : nil }
    }

    private func wait<Result>(_ what: String, _ look: (State) -> Result?) async throws -> Result {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if let result = state.withLock({ look($0) }) { return result }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw CommandError(.timedOut, "waited 10 s for \(what)", why: "it did not come")
    }
}
