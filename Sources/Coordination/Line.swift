/// A waiting line: each element once, in the order in which they came. Joining,
/// leaving from any place, and asking who is first cost the same however long
/// it is.
struct Line<Element: Hashable & Sendable>: Sendable {
    private struct Place: Hashable, Sendable {}

    private var table = Table<Element, Place>()

    var isEmpty: Bool { table.isEmpty }
    var count: Int { table.count }
    var elements: [Element] { table.keys }

    var first: Element? {
        var position = 0
        return table.nextKey(from: &position)
    }

    func contains(_ element: Element) -> Bool { table.contains(element) }

    /// The first element from `position` on, which is then behind it. Removing
    /// elements in between makes positions void.
    func next(from position: inout Int) -> Element? { table.nextKey(from: &position) }

    mutating func append(_ element: Element) { table[element] = Place() }

    mutating func remove(_ element: Element) { table[element] = nil }

    mutating func removeAll(where isToGo: (Element) -> Bool) {
        for element in elements where isToGo(element) { table[element] = nil }
    }
}

extension Line: Hashable {
    static func == (left: Line, right: Line) -> Bool { left.elements == right.elements }
    func hash(into hasher: inout Hasher) { hasher.combine(elements) }
}

extension Line: Codable where Element: Codable {
    init(from decoder: any Decoder) throws {
        for element in try [Element](from: decoder) { append(element) }
    }

    func encode(to encoder: any Encoder) throws { try elements.encode(to: encoder) }
}
