/// A queue by small whole priorities, lowest first; ties first in, first out
/// or last in, first out.
struct BucketQueue<Element> {
    private var buckets: [[Element]] = []
    private var heads: [Int] = []
    private var lowest = 0
    private(set) var count = 0
    private let newestFirst: Bool

    init(newestFirst: Bool) { self.newestFirst = newestFirst }

    var isEmpty: Bool { count == 0 }

    /// The lowest priority in the queue; nil when empty.
    var first: Int? {
        mutating get {
            guard count > 0 else { return nil }
            while heads[lowest] == buckets[lowest].count { lowest += 1 }
            return lowest
        }
    }

    mutating func insert(_ element: Element, priority: Int) {
        while buckets.count <= priority {
            buckets.append([])
            heads.append(0)
        }
        buckets[priority].append(element)
        lowest = count == 0 ? priority : min(lowest, priority)
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard let priority = first else { return nil }
        count -= 1
        if newestFirst { return buckets[priority].removeLast() }
        let element = buckets[priority][heads[priority]]
        heads[priority] += 1
        if heads[priority] == buckets[priority].count {
            buckets[priority].removeAll(keepingCapacity: true)
            heads[priority] = 0
        }
        return element
    }
}
