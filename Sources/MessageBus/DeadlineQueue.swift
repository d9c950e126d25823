import RobotModel

/// Which of many things is due next; equal moments in the order of adding.
struct DeadlineQueue<Item: Sendable>: Sendable {
    private struct Entry: Sendable {
        let at: Instant
        let number: UInt64
        let item: Item

        static func < (left: Entry, right: Entry) -> Bool {
            (left.at, left.number) < (right.at, right.number)
        }
    }

    /// A binary heap.
    private var heap: [Entry] = []
    private var lastNumber: UInt64 = 0

    var next: Instant? { heap.first?.at }

    mutating func add(_ item: Item, at: Instant) {
        lastNumber += 1
        heap.append(Entry(at: at, number: lastNumber, item: item))
        var index = heap.count - 1
        while index > 0, heap[index] < heap[(index - 1) / 2] {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes out the earliest item that is due at `now`.
    mutating func takeDue(at now: Instant) -> Item? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != index else { return first.item }
            heap.swapAt(index, least)
            index = least
        }
    }
}
