private import Foundation
public import RobotModel

/// Instants that never jump: wall time at the start, carried on by the
/// monotonic clock.
public struct BusClock: Sendable {
    private let wallStart: Instant
    private let monotonicStart: SuspendingClock.Instant

    public init() {
        wallStart = Instant(nanosecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1e6) * 1000)
        monotonicStart = SuspendingClock.now
    }

    public var now: Instant { wallStart + (SuspendingClock.now - monotonicStart) }

    /// The instant at which the monotonic clock reads `moment`.
    func instant(_ moment: SuspendingClock.Instant) -> Instant {
        wallStart + (moment - monotonicStart)
    }

    /// When the monotonic clock will read what corresponds to `instant`.
    func monotonic(_ instant: Instant) -> SuspendingClock.Instant {
        monotonicStart + (instant - wallStart)
    }
}
