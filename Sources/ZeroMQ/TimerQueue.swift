/// Timers of one thread, the earliest first; equal ones in the order in which
/// they were added.
struct TimerQueue {
    private struct Entry {
        let at: SuspendingClock.Instant
        let number: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            (left.at, left.number) < (right.at, right.number)
        }
    }

    /// A binary heap. Cancelled timers stay in it until they are the greater
    /// part, or their time has come.
    private var heap: [Entry] = []
    private var bodies: [UInt64: () -> Void] = [:]
    private var lastNumber: UInt64 = 0

    /// When the next timer is due, if there is one.
    var next: SuspendingClock.Instant? { heap.first?.at }

    mutating func add(at instant: SuspendingClock.Instant, _ body: @escaping () -> Void) -> Reactor.TimerID {
        lastNumber += 1
        bodies[lastNumber] = body
        heap.append(Entry(at: instant, number: lastNumber))
        var index = heap.count - 1
        while index > 0, heap[index] < heap[(index - 1) / 2] {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
        return Reactor.TimerID(number: lastNumber)
    }

    mutating func cancel(_ timer: Reactor.TimerID) {
        guard bodies.removeValue(forKey: timer.number) != nil else { return }
        guard heap.count > 64, heap.count > 2 * bodies.count else { return }
        heap.removeAll { bodies[$0.number] == nil }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: index) }
    }

    /// The body of the earliest timer that is due at `now`; nil when none is.
    mutating func takeDue(at now: SuspendingClock.Instant) -> (() -> Void)? {
        while let first = heap.first, first.at <= now {
            removeFirst()
            if let body = bodies.removeValue(forKey: first.number) { return body }
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        sink(from: 0)
    }

    private mutating func sink(from start: Int) {
        var index = start
        while true {
            var least = index
            for child in (2 * index + 1)...(2 * index + 2)
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
