private import Foundation

/// The two clocks of the machine.
enum WallClock {
    /// Since 1970; may jump.
    static func nanoseconds() -> Int64 { read(CLOCK_REALTIME) }

    /// Since some moment; never jumps.
    @Sendable static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
