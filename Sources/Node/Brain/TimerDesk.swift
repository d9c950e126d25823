import Coordination
import Dispatch
import RobotModel
import Synchronization

/// Tells the coordinator when a moment has come that it asked for.
final class TimerDesk: Sendable {
    private struct State {
        /// The start that counts, of every timer that runs.
        var current: [CoordinationTimer: UInt64] = [:]
        var starts: UInt64 = 0
    }

    private let queue = DispatchQueue(label: "pons.timers")
    private let state = Mutex(State())

    /// - Parameter delay: from now, on the monotonic clock; past moments fire at once.
    func start(_ timer: CoordinationTimer, after delay: Duration, fire: @escaping @Sendable () -> Void) {
        let number = state.withLock { state in
            state.starts += 1
            state.current[timer] = state.starts
            return state.starts
        }
        let nanoseconds = Int(max(0, delay.wholeNanoseconds))
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [self] in
            let isCurrent = state.withLock { state in
                guard state.current[timer] == number else { return false }
                state.current.removeValue(forKey: timer)
                return true
            }
            if isCurrent { fire() }
        }
    }

    func stop(_ timer: CoordinationTimer) {
        state.withLock { _ = $0.current.removeValue(forKey: timer) }
    }
}
