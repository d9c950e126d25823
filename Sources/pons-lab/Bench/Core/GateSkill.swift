import RobotModel
import SkillKit
import Synchronization

/// Holds every call until the gate is opened.
final class GateSkill: Skill {
    static let gate: SkillName = "gate"

    let name = GateSkill.gate
    private let state = Mutex(State())

    private struct State {
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Called when as many wait as are awaited.
        var awaited = Int.max
        var full: CheckedContinuation<Void, Never>?
    }

    func run(_: SkillAttempt) async throws -> [String: Value] {
        await withCheckedContinuation { continuation in
            let full: CheckedContinuation<Void, Never>? = state.withLock { state in
                state.waiting.append(continuation)
                guard state.waiting.count >= state.awaited else { return nil }
                defer { state.full = nil }
                return state.full
            }
            full?.resume()
        }
        return [:]
    }

    /// Returns once `count` calls wait.
    func whenWaiting(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isFull = state.withLock { state in
                if state.waiting.count >= count { return true }
                state.awaited = count
                state.full = continuation
                return false
            }
            if isFull { continuation.resume() }
        }
    }

    /// Lets all go on, and closes behind them.
    func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
