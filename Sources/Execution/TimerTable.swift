public import RobotModel

/// An edge's timers, of which most are stopped before their time: setting and
/// stopping one costs next to nothing, and one wake-up serves all.
public struct TimerTable: Sendable {
    private var due: [ExecutionTimer: Instant] = [:]
    private var wakesAt: Instant?

    public init() {}

    /// - Returns: when to call ``takeDue(at:)``, where that is sooner than was
    ///   said before.
    public mutating func start(_ timer: ExecutionTimer, at moment: Instant) -> Instant? {
        due[timer] = moment
        return sooner(moment)
    }

    public mutating func stop(_ timer: ExecutionTimer) { due[timer] = nil }

    /// The timers whose time has come, the earliest first, and when to look again.
    public mutating func takeDue(at now: Instant) -> (fired: [ExecutionTimer], next: Instant?) {
        guard let wakesAt, now >= wakesAt else { return ([], nil) }
        self.wakesAt = nil
        let fired = due.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        for timer in fired { due[timer.key] = nil }
        return (fired.map(\.key), due.values.min().flatMap { sooner($0) })
    }

    private mutating func sooner(_ moment: Instant) -> Instant? {
        guard wakesAt.map({ moment < $0 }) ?? true else { return nil }
        wakesAt = moment
        return moment
    }
}
