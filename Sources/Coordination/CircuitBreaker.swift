import RobotModel

/// Keeps a skill from being tried on a robot on which it fails again and again.
///
/// Closed, it counts failures; open, the skill isn't used there; after a pause
/// it is on trial: the next failure opens it again, a success clears it.
struct CircuitBreaker: Hashable, Sendable, Codable {
    private var failures: [Instant] = []
    private(set) var isOpen = false
    private(set) var isOnTrial = false

    /// - Returns: whether it opened.
    mutating func failed(at now: Instant, settings: CoordinationSettings) -> Bool {
        guard !isOpen else { return false }
        failures.removeAll { now - $0 > settings.breakerWindow }
        failures.append(now)
        isOpen = isOnTrial || failures.count >= settings.breakerFailures
        if isOpen { isOnTrial = false }
        return isOpen
    }

    mutating func succeeded() {
        failures = []
        isOnTrial = false
    }

    /// The pause is over.
    mutating func beginTrial() {
        isOpen = false
        isOnTrial = true
        failures = []
    }

    /// Whether it holds nothing against the skill.
    var isClear: Bool { !isOpen && !isOnTrial && failures.isEmpty }
}
