/// Things by the moment at which they are due, the earliest first; equal ones
/// by number. A binary heap.
struct MomentHeap<Element> {
    private struct Entry {
        let at: UInt64
        let number: UInt64
        let element: Element

        func isBefore(_ other: Entry) -> Bool { (at, number) < (other.at, other.number) }
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }
    /// When the earliest is due.
    var next: UInt64? { heap.first?.at }

    mutating func add(_ element: Element, number: UInt64, at moment: UInt64) {
        heap.append(Entry(at: moment, number: number, element: element))
        var index = heap.count - 1
        while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// The earliest, where it is due at `now`.
    mutating func takeDue(at now: UInt64) -> (element: Element, number: UInt64)? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        sink(from: 0)
        return (first.element, first.number)
    }

    /// Drops what isn't wanted.
    mutating func keep(where isWanted: (Element, UInt64) -> Bool) {
        heap.removeAll { !isWanted($0.element, $0.number) }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: index) }
    }

    private mutating func sink(from start: Int) {
        var index = start
        while true {
            var least = index
            for child in (2 * index + 1)...(2 * index + 2)
            where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
