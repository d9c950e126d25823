import RobotModel
import SkillKit
import Synchronization

/// Takes no time, and notes when it was called: the lab's clock on the far side
/// of everything.
final class CountingSkill: Skill {
    static let count: SkillName = "count"

    let name = CountingSkill.count
    private let state = Mutex(State())

    private struct State {
        var calls: [RobotID: Int] = [:]
        var total = 0
        /// Calls of one robot that end the window.
        var target = Int.max
        var reached: (at: MonotonicTime, total: Int)?
        /// Calls in all that someone waits for.
        var awaited = Int.max
        var done: CheckedContinuation<Void, Never>?
        /// Whether moments are noted.
        var isTiming = false
        var beginnings: [MonotonicTime] = []
        var ends: [RobotID: MonotonicTime] = [:]
        var gaps: [Double] = []
    }

    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        let now = MonotonicTime.now
        let done: CheckedContinuation<Void, Never>? = state.withLock { state in
            state.total += 1
            let calls = state.calls[attempt.robot, default: 0] + 1
            state.calls[attempt.robot] = calls
            if calls == state.target, state.reached == nil { state.reached = (now, state.total) }
            if state.isTiming {
                if let end = state.ends[attempt.robot] { state.gaps.append(now.milliseconds(since: end)) }
                state.beginnings.append(now)
                state.ends[attempt.robot] = .now
            }
            guard state.total >= state.awaited else { return nil }
            defer { state.done = nil }
            return state.done
        }
        done?.resume()
        return [:]
    }

    /// Forgets what was counted; the window ends when one robot has been called
    /// `target` times.
    func reset(target: Int = .max, isTiming: Bool = false) {
        state.withLock { state in
            state = State()
            state.target = target
            state.isTiming = isTiming
        }
    }

    /// Returns once there were `count` calls in all.
    func whenCalled(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.total >= count { return true }
                state.awaited = count
                state.done = continuation
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    var total: Int { state.withLock { $0.total } }
    /// When the first robot reached the target, and how many calls there were in all by then.
    var reached: (at: MonotonicTime, total: Int)? { state.withLock { $0.reached } }
    /// From the end of a call to the beginning of the next one of its robot.
    var gapsMilliseconds: [Double] { state.withLock { $0.gaps } }
    var beginnings: [MonotonicTime] { state.withLock { $0.beginnings } }
}
