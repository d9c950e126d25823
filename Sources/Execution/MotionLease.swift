import OrderedCollections
public import RobotModel

/// The dead-man's switch of a process that moves robots: until when they may
/// move, and which attempts have to stop once nobody renews that.
///
/// Pure; ``DeadMan`` gives it the time and stops what it names. Its rules, each
/// held by a test in `MotionLeaseTests`:
/// 1. Without a lease nothing begins.
/// 2. When it ends, every attempt that stops without a link is stopped; those
///    that finish or go on do so, within their time-outs.
/// 3. Time is looked at before anything else: an attempt whose lease has ended
///    is stopped even where the next input renews the lease.
/// 4. The newest renewal counts, also where it ends earlier than the one before.
/// 5. Past its own end no attempt moves its robot, also not one whose process
///    stood still meanwhile: others may be at its place by then.
public struct MotionLease: Hashable, Sendable {
    public enum Input: Hashable, Sendable {
        case renewed(until: Instant)
        /// - Parameter until: when its time is over, whatever the lease says.
        case began(AttemptID, OnLinkLoss, until: Instant)
        case ended(AttemptID)
        /// The moment of ``nextDeadline`` has come.
        case timeAdvanced
    }

    public enum Action: Hashable, Sendable {
        /// Bring the robot to its safe state.
        case stop(AttemptID)
        /// The lease has ended; told once, after the stops.
        case lapsed
    }

    /// Until when robots may move; nil while there is no lease.
    public private(set) var until: Instant?
    private var running: OrderedDictionary<AttemptID, Run> = [:]
    private var stopped: OrderedSet<AttemptID> = []

    private struct Run: Hashable, Sendable {
        let mode: OnLinkLoss
        let until: Instant
    }

    public init() {}

    /// When to feed `timeAdvanced`; nil while there is no lease.
    public var nextDeadline: Instant? { until }

    /// Whether something new may begin.
    public func isLive(at now: Instant) -> Bool { until.map { now < $0 } ?? false }

    /// Whether the attempt may go on moving its robot. The clock's own answer:
    /// right even before the end of the lease has been acted on.
    public func mayMove(_ attempt: AttemptID, at now: Instant) -> Bool {
        guard let run = running[attempt], now < run.until, !stopped.contains(attempt) else { return false }
        return run.mode != .stop || isLive(at: now)
    }

    /// Whether it was stopped for want of a lease, or never let begin.
    public func wasStopped(_ attempt: AttemptID) -> Bool { stopped.contains(attempt) }

    public mutating func handle(_ input: Input, at now: Instant) -> [Action] {
        var actions = lapse(at: now)
        switch input {
        case .renewed(let until):
            guard now < until else {
                // Over before it was heard of.
                self.until = self.until == nil ? nil : now
                return actions + lapse(at: now)
            }
            self.until = until
        case .began(let attempt, let mode, let end):
            running[attempt] = Run(mode: mode, until: end)
            if until == nil {
                stopped.append(attempt)
                actions.append(.stop(attempt))
            }
        case .ended(let attempt):
            running.removeValue(forKey: attempt)
            stopped.remove(attempt)
        case .timeAdvanced: break
        }
        return actions
    }

    private mutating func lapse(at now: Instant) -> [Action] {
        guard let until, now >= until else { return [] }
        self.until = nil
        let bound = running.filter { $0.value.mode == .stop && !stopped.contains($0.key) }.keys
        stopped.append(contentsOf: bound)
        return bound.map(Action.stop) + [.lapsed]
    }
}
