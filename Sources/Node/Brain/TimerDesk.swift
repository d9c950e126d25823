import Coordination
import Dispatch
import RobotModel
import Synchronization

/// Tells the coordinator when a moment has come that it asked for.
final class TimerDesk: Sendable {
    private let queue = DispatchQueue(label: "pons.timers")
    private let pending = Mutex<[CoordinationTimer: DispatchWorkItem]>([:])

    /// - Parameter delay: from now, on the monotonic clock; past moments fire at once.
    func start(_ timer: CoordinationTimer, after delay: Duration, fire: @escaping @Sendable () -> Void) {
        let item = DispatchWorkItem { [weak self] in
            self?.pending.withLock { _ = $0.removeValue(forKey: timer) }
            fire()
        }
        let old = pending.withLock { $0.updateValue(item, forKey: timer) }
        old?.cancel()
        let nanoseconds = max(0, min(delay.wholeNanoseconds, Int64.max / 2))
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds)), execute: item)
    }

    func stop(_ timer: CoordinationTimer) {
        pending.withLock { $0.removeValue(forKey: timer) }?.cancel()
    }
}
