/// A dictionary that keeps the order of insertion, and in which looking up,
/// changing in place and removing cost the same however much it holds.
///
/// Removed entries leave gaps, which are closed when they are the greater part.
struct Table<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let key: Key
        var value: Value?
    }

    private var slots: [Slot] = []
    private var index: [Key: Int] = [:]
    /// No slot before this one has a value.
    private var head = 0

    init() {}

    var count: Int { index.count }
    var isEmpty: Bool { index.isEmpty }

    /// Setting a new key appends it; setting nil removes it.
    subscript(key: Key) -> Value? {
        _read {
            // Yields the value where it lies: reading one field copies no more.
            if let position = index[key] { yield slots[position].value } else { yield nil }
        }
        _modify {
            if let position = index[key] {
                yield &slots[position].value
                if slots[position].value == nil { forget(key, at: position) }
            } else {
                var value: Value?
                yield &value
                if let value { append(value, for: key) }
            }
        }
        set {
            if let position = index[key] {
                slots[position].value = newValue
                if newValue == nil { forget(key, at: position) }
            } else if let newValue {
                append(newValue, for: key)
            }
        }
    }

    func contains(_ key: Key) -> Bool { index[key] != nil }

    /// In order of insertion, without copying the values.
    func visit(_ body: (Key, Value) -> Void) {
        for position in head..<slots.count {
            guard let value = slots[position].value else { continue }
            body(slots[position].key, value)
        }
    }

    /// In order of insertion.
    var keys: [Key] { slots[head...].compactMap { $0.value == nil ? nil : $0.key } }
    var values: [Value] { slots[head...].compactMap(\.value) }
    var entries: [(key: Key, value: Value)] {
        slots[head...].compactMap { slot in slot.value.map { (slot.key, $0) } }
    }

    /// The oldest entry.
    var first: (key: Key, value: Value)? {
        guard head < slots.count, let value = slots[head].value else { return nil }
        return (slots[head].key, value)
    }

    /// The oldest key from `position` on, which is then behind it. Removing
    /// entries in between makes positions void.
    func nextKey(from position: inout Int) -> Key? {
        position = max(position, head)
        while position < slots.count {
            defer { position += 1 }
            if slots[position].value != nil { return slots[position].key }
        }
        return nil
    }

    private mutating func append(_ value: Value, for key: Key) {
        index[key] = slots.count
        slots.append(Slot(key: key, value: value))
    }

    private mutating func forget(_ key: Key, at position: Int) {
        index[key] = nil
        if position == head {
            while head < slots.count, slots[head].value == nil { head += 1 }
        }
        guard slots.count > 32, index.count < slots.count / 2 else { return }
        slots.removeAll { $0.value == nil }
        head = 0
        for position in slots.indices { index[slots[position].key] = position }
    }
}

extension Table: Equatable where Value: Equatable {
    static func == (left: Table, right: Table) -> Bool {
        left.count == right.count
            && left.entries.elementsEqual(right.entries) { $0.key == $1.key && $0.value == $1.value }
    }
}

extension Table: Hashable where Value: Hashable {
    func hash(into hasher: inout Hasher) {
        for (key, value) in entries {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}

extension Table: Codable where Key: Codable, Value: Codable {
    private struct Entry: Codable {
        let key: Key
        let value: Value
    }

    init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        while !list.isAtEnd {
            let entry = try list.decode(Entry.self)
            self[entry.key] = entry.value
        }
    }

    func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        for (key, value) in entries { try list.encode(Entry(key: key, value: value)) }
    }
}
