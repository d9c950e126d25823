/// A moment on the wall clock, nanoseconds since 1970-01-01T00:00:00Z. Where a
/// difference matters (leases, time-outs) the shell passes an instant that it
/// derived from the monotonic clock.
public struct Instant: Hashable, Sendable, Comparable {
    public let nanosecondsSinceEpoch: Int64

    public init(nanosecondsSinceEpoch: Int64) {
        self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    }

    public static let zero = Instant(nanosecondsSinceEpoch: 0)

    public var secondsSinceEpoch: Double { Double(nanosecondsSinceEpoch) / 1e9 }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(nanosecondsSinceEpoch: instant.nanosecondsSinceEpoch &+ duration.wholeNanoseconds)
    }

    public static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanosecondsSinceEpoch &- right.nanosecondsSinceEpoch)
    }
}

extension Duration {
    /// The duration in nanoseconds, cut off below and saturated at ±292 years.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return scaled &+ attoseconds / 1_000_000_000
    }

    /// The duration in seconds.
    public var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
