import RobotModel

/// What is going to happen, by virtual time; ties in the order they were entered.
struct Agenda<Event> {
    private(set) var now: Instant
    private var entries: [(at: Instant, number: UInt64, event: Event)] = []
    private var count: UInt64 = 0

    init(start: Instant) { now = start }

    mutating func add(_ event: Event, after delay: Duration) { add(event, at: now + delay) }

    mutating func add(_ event: Event, at moment: Instant) {
        count += 1
        let entry = (at: max(moment, now), number: count, event: event)
        // Latest first, so that the next one is taken from the end.
        let index = entries.partitioningIndex { ($0.at, $0.number) < (entry.at, entry.number) }
        entries.insert(entry, at: index)
    }

    /// Moves time on to the next event.
    mutating func next() -> Event? {
        guard let entry = entries.popLast() else { return nil }
        now = entry.at
        return entry.event
    }
}

extension Array {
    /// The first index whose element satisfies `belongsAfter`, in an array in
    /// which no element after one that does, doesn't.
    fileprivate func partitioningIndex(_ belongsAfter: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongsAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
