import Coordination
import Dispatch
import RobotModel
import Synchronization

/// Tells the coordinator when a moment has come that it asked for.
///
/// Most timers guard an attempt and are stopped long before their time: to
/// start and to stop one is cheap, and only the earliest is known to the system.
final class TimerDesk: Sendable {
    private struct Running {
        let number: UInt64
        let fire: @Sendable () -> Void
    }

    private struct State {
        /// By timer, the start that counts.
        var running: [CoordinationTimer: Running] = [:]
        /// Of stopped timers too, until they are the greater part.
        var moments = MomentHeap<CoordinationTimer>()
        var starts: UInt64 = 0
        /// What the source is set to, in nanoseconds of uptime.
        var armed = UInt64.max
    }

    private let state = Mutex(State())
    // Proof of nonisolated(unsafe): never changed after init, and dispatch
    // sources are thread-safe.
    private nonisolated(unsafe) let source: any DispatchSourceTimer

    init() {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "pons.timers"))
        source.setEventHandler { [weak self] in self?.fireDue() }
        source.activate()
    }

    deinit { source.cancel() }

    /// - Parameter delay: from now, on the monotonic clock; past moments fire at once.
    func start(_ timer: CoordinationTimer, after delay: Duration, fire: @escaping @Sendable () -> Void) {
        let now = DispatchTime.now().uptimeNanoseconds
        let (moment, overflow) = now.addingReportingOverflow(UInt64(max(0, delay.wholeNanoseconds)))
        state.withLock { state in
            state.starts += 1
            state.running[timer] = Running(number: state.starts, fire: fire)
            state.moments.add(timer, number: state.starts, at: overflow ? .max : moment)
            arm(&state)
        }
    }

    func stop(_ timer: CoordinationTimer) {
        state.withLock { state in
            guard state.running.removeValue(forKey: timer) != nil else { return }
            guard state.moments.count > 64, state.moments.count > 2 * state.running.count else { return }
            let running = state.running
            state.moments.keep { running[$0]?.number == $1 }
        }
    }

    private func fireDue() {
        let due: [Running] = state.withLock { state in
            let now = DispatchTime.now().uptimeNanoseconds
            var due: [Running] = []
            while let (timer, number) = state.moments.takeDue(at: now) {
                guard let running = state.running[timer], running.number == number else { continue }
                state.running[timer] = nil
                due.append(running)
            }
            state.armed = .max
            arm(&state)
            return due
        }
        for timer in due { timer.fire() }
    }

    /// Sets the source where it would be too late; one that is early looks again.
    private func arm(_ state: inout State) {
        guard let next = state.moments.next, next < state.armed else { return }
        state.armed = next
        source.schedule(deadline: DispatchTime(uptimeNanoseconds: next), leeway: .milliseconds(1))
    }
}
