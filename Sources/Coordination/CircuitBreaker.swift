import RobotModel

/// Keeps a skill from being tried on a robot on which it fails again and again.
///
/// Closed, it counts failures; open, the skill isn't used there; after a pause
/// it is closed again on trial: one more failure opens it, a success clears it.
struct CircuitBreaker: Hashable, Sendable, Codable {
    private var failures: [Instant] = []
    private(set) var isOpen = false

    /// - Returns: whether it opened.
    mutating func failed(at now: Instant, settings: CoordinationSettings) -> Bool {
        guard !isOpen else { return false }
        failures.removeAll { now - $0 > settings.breakerWindow }
        failures.append(now)
        isOpen = failures.count >= settings.breakerFailures
        return isOpen
    }

    mutating func succeeded() { failures = [] }

    /// The pause is over.
    mutating func closeOnTrial(at now: Instant, settings: CoordinationSettings) {
        isOpen = false
        failures = Array(repeating: now, count: max(0, settings.breakerFailures - 1))
    }

    /// Whether it holds nothing against the skill.
    var isClear: Bool { !isOpen && failures.isEmpty }
}
