import RobotModel

/// So much at once, and so much a second after.
struct RateLimit: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var left: Double
    private var updatedAt: Instant?

    init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
        left = burst
    }

    /// Whether one more is within the limit; counts it if so.
    mutating func take(at now: Instant) -> Bool {
        if let updatedAt, now > updatedAt {
            left = min(burst, left + (now - updatedAt).inSeconds * perSecond)
        }
        updatedAt = now
        guard left >= 1 else { return false }
        left -= 1
        return true
    }
}
