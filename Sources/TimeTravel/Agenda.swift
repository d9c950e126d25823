import RobotModel

/// What is going to happen, by virtual time; ties in the order they were entered.
struct Agenda<Event: Sendable>: Sendable {
    private(set) var now: Instant
    private var entries: [(at: Instant, number: UInt64, event: Event)] = []
    private var count: UInt64 = 0

    init(start: Instant) { now = start }

    mutating func add(_ event: Event, at moment: Instant) {
        count += 1
        let entry = (at: max(moment, now), number: count, event: event)
        // Latest first, so that the next one is taken from the end.
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if (entries[middle].at, entries[middle].number) < (entry.at, entry.number) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        entries.insert(entry, at: low)
    }

    /// Moves time on to the next event.
    mutating func next() -> Event? {
        guard let entry = entries.popLast() else { return nil }
        now = entry.at
        return entry.event
    }
}
