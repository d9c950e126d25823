import RobotModel

/// What is going to happen, by virtual time; ties in the order they were entered.
final class Agenda {
    struct Entry {
        let at: Instant
        let number: UInt64
        let name: StaticString
        let subject: Int
        let body: () -> Void

        static func < (left: Entry, right: Entry) -> Bool {
            left.at == right.at ? left.number < right.number : left.at < right.at
        }
    }

    private(set) var now: Instant
    /// A binary heap.
    private var heap: [Entry] = []
    private(set) var count: UInt64 = 0

    init(start: Instant) { now = start }

    func add(_ name: StaticString, _ subject: Int = 0, after delay: Duration, _ body: @escaping () -> Void) {
        add(name, subject, at: now + delay, body)
    }

    func add(_ name: StaticString, _ subject: Int = 0, at moment: Instant, _ body: @escaping () -> Void) {
        count += 1
        heap.append(Entry(at: max(moment, now), number: count, name: name, subject: subject, body: body))
        var index = heap.count - 1
        while index > 0, heap[index] < heap[(index - 1) / 2] {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Nothing more happens.
    func clear() { heap = [] }

    /// Moves time on to the next event.
    func next() -> Entry? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != index else { break }
            heap.swapAt(index, least)
            index = least
        }
        now = first.at
        return first
    }
}

/// Hands things over one after the other, each after a moment: a thread's queue.
final class Lane {
    private let agenda: Agenda
    private let delay: ClosedRange<Int>
    private var random: SeededRandom
    private var last = Instant.zero

    /// - Parameter delay: microseconds that a hand-over takes.
    init(agenda: Agenda, delay: ClosedRange<Int>, random: SeededRandom) {
        self.agenda = agenda
        self.delay = delay
        self.random = random
    }

    func post(_ name: StaticString, _ subject: Int, _ body: @escaping () -> Void) {
        last = max(last, agenda.now + random.microseconds(delay))
        agenda.add(name, subject, at: last, body)
    }
}
