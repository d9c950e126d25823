import Foundation

/// A moment of CLOCK_MONOTONIC, which all processes of a machine share.
struct MonotonicTime: Comparable {
    let nanoseconds: UInt64

    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    func milliseconds(since earlier: MonotonicTime) -> Double {
        (Double(nanoseconds) - Double(earlier.nanoseconds)) / 1e6
    }
}
