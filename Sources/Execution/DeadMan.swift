public import RobotModel
private import Synchronization
private import ZeroMQ

/// Runs a ``MotionLease`` on a thread of its own, which no disk, no skill and
/// no other queue of the process holds up, and on the monotonic clock.
///
/// It stops attempts by what they were begun with: in Swift, by cancelling
/// their task, whose cancellation handlers run here and now. A skill that heeds
/// neither its task's cancellation nor ``SkillAttempt/mayMove`` can't be
/// stopped by software; its robot then gets nothing new until it has ended.
///
/// Callable from any thread.
public final class DeadMan: Sendable {
    private struct State {
        var lease = MotionLease()
        var stops: [AttemptID: @Sendable () -> Void] = [:]
        /// When the thread looks next; nil while it sleeps for good.
        var wakesAt: Instant?
        var lapsed: @Sendable () -> Void = {}
    }

    private let reactor: Reactor
    private let state = Mutex(State())
    private let start = SuspendingClock.now

    /// - Throws: where threads or file descriptors have run out.
    public init() throws { reactor = try Reactor(name: "pons-dead-man") }

    /// Calls `lapsed`, on any thread, whenever the lease has ended, after what
    /// it bound was told to stop.
    public func watch(_ lapsed: @escaping @Sendable () -> Void) {
        state.withLock { $0.lapsed = lapsed }
    }

    private func instant(_ moment: SuspendingClock.Instant) -> Instant { .zero + (moment - start) }

    /// Robots may move until then, by the word of whoever has the right to say so.
    public func renew(until moment: SuspendingClock.Instant) {
        take(.renewed(until: instant(moment)))
    }

    /// - Parameters:
    ///   - timeout: after which it moves no more, whatever the lease says.
    ///   - stop: brings the attempt to its safe state, now; called at
    ///     most once, on any thread, and must not block.
    /// - Returns: false where there is no lease: then nothing may begin, and
    ///   `stop` isn't called.
    public func begin(
        _ attempt: AttemptID, _ mode: OnLinkLoss, timeout: Duration, stop: @escaping @Sendable () -> Void
    ) -> Bool {
        take(.began(attempt, mode, until: instant(.now) + timeout)) { state in
            guard !state.lease.wasStopped(attempt) else { return false }
            state.stops[attempt] = stop
            return true
        }
    }

    /// - Returns: whether it was stopped for want of a lease.
    @discardableResult
    public func end(_ attempt: AttemptID) -> Bool {
        let wasStopped = state.withLock { $0.lease.wasStopped(attempt) }
        take(.ended(attempt)) { state in state.stops[attempt] = nil }
        return wasStopped
    }

    /// Whether the attempt may go on moving its robot, by the clock.
    public func mayMove(_ attempt: AttemptID) -> Bool {
        state.withLock { $0.lease.mayMove(attempt, at: instant(.now)) }
    }

    /// Whether robots may move now.
    public var isLive: Bool { state.withLock { $0.lease.isLive(at: instant(.now)) } }

    @discardableResult
    private func take<Result: Sendable>(
        _ input: MotionLease.Input, then finish: @Sendable (inout sending State) -> Result = { _ in }
    ) -> Result {
        let (stops, lapsed, wake, result) = state.withLock { state in
            // Under the lock, so that no later moment is judged before.
            let actions = state.lease.handle(input, at: instant(.now))
            let stops = actions.compactMap { action in
                if case .stop(let attempt) = action { state.stops.removeValue(forKey: attempt) } else { nil }
            }
            let result = finish(&state)
            var wake: Instant?
            // A thread that wakes too early looks again.
            if let due = state.lease.nextDeadline, state.wakesAt.map({ due < $0 }) ?? true {
                state.wakesAt = due
                wake = due
            }
            return (stops, actions.contains(.lapsed) ? state.lapsed : nil, wake, result)
        }
        for stop in stops { stop() }
        lapsed?()
        if let wake { reactor.perform { [weak self] in self?.sleep(until: wake) } }
        return result
    }

    private func sleep(until moment: Instant) {
        reactor.schedule(at: start + (moment - .zero)) { [weak self] in
            guard let self else { return }
            state.withLock { if $0.wakesAt == moment { $0.wakesAt = nil } }
            take(.timeAdvanced)
        }
    }
}
