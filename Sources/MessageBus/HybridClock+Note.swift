import RobotModel

extension HybridClock {
    /// Takes note of a stamp from outside, unless it is so far ahead that its
    /// sender's clock must be wrong: one such clock would drag all others along.
    mutating func note(_ stamp: HybridStamp, at now: Instant) {
        let aheadMilliseconds = stamp.wallMilliseconds - now.nanosecondsSinceEpoch / 1_000_000
        if aheadMilliseconds < 60_000 { _ = observe(stamp, at: now) }
    }
}
