import RobotModel

/// Tasks that wait for one robot, by ``Rank``. Those that come are mostly last
/// and those that go mostly first, and both cost little however many wait.
struct RankedQueue: Hashable, Sendable {
    private var slots: [RobotRoster.Place] = []
    /// Slots before this one are gone.
    private var head = 0

    var isEmpty: Bool { head == slots.count }
    var first: RobotRoster.Place? { head < slots.count ? slots[head] : nil }
    var tasks: [TaskID] { slots[head...].map(\.task) }
    var places: [RobotRoster.Place] { Array(slots[head...]) }

    mutating func insert(_ place: RobotRoster.Place) {
        slots.insert(place, at: position(of: place.rank))
    }

    mutating func remove(_ place: RobotRoster.Place) {
        let index = position(of: place.rank)
        guard index < slots.count, slots[index] == place else { return }
        guard index == head else {
            slots.remove(at: index)
            return
        }
        head += 1
        guard head > 32, head > slots.count / 2 else { return }
        slots.removeFirst(head)
        head = 0
    }

    private func position(of rank: Rank) -> Int {
        var (low, high) = (head, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].rank < rank { low = middle + 1 } else { high = middle }
        }
        return low
    }

    static func == (left: RankedQueue, right: RankedQueue) -> Bool {
        left.slots[left.head...] == right.slots[right.head...]
    }

    func hash(into hasher: inout Hasher) { hasher.combine(Array(slots[head...])) }
}

extension RankedQueue: Codable {
    init(from decoder: any Decoder) throws { slots = try [RobotRoster.Place](from: decoder) }
    func encode(to encoder: any Encoder) throws { try Array(slots[head...]).encode(to: encoder) }
}
