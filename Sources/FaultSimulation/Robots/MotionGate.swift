import Execution
import RobotModel

/// The dead-man's switch of a process, as `Execution/DeadMan.swift` runs it:
/// the shipping lease, in virtual time.
final class MotionGate {
    private let clock: ProcessClock
    private let lapsed: () -> Void
    private var lease = MotionLease()
    private var stops: [AttemptID: () -> Void] = [:]
    private var wakesAt: Instant?

    init(clock: ProcessClock, lapsed: @escaping () -> Void) {
        self.clock = clock
        self.lapsed = lapsed
    }

    func renew(until moment: Instant) { take(.renewed(until: moment)) }

    /// - Returns: false where there is no lease; `stop` isn't called then.
    func begin(
        _ attempt: AttemptID, _ mode: OnLinkLoss, timeout: Duration, stop: @escaping () -> Void
    ) -> Bool {
        take(.began(attempt, mode, until: clock.now + timeout))
        guard !lease.wasStopped(attempt) else { return false }
        stops[attempt] = stop
        return true
    }

    func end(_ attempt: AttemptID) {
        take(.ended(attempt))
        stops[attempt] = nil
    }

    func mayMove(_ attempt: AttemptID) -> Bool { lease.mayMove(attempt, at: clock.now) }

    private func take(_ input: MotionLease.Input) {
        let actions = lease.handle(input, at: clock.now)
        if let due = lease.nextDeadline, wakesAt.map({ due < $0 }) ?? true {
            wakesAt = due
            clock.add("motion lease", at: due) { [weak self] in
                guard let self else { return }
                if wakesAt == due { wakesAt = nil }
                take(.timeAdvanced)
            }
        }
        for action in actions {
            switch action {
            case .stop(let attempt): stops.removeValue(forKey: attempt)?()
            case .lapsed: lapsed()
            }
        }
    }
}
