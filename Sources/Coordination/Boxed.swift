/// A big value behind a reference, so that copying it, and what holds it, is
/// cheap. It behaves as a value: changing a shared one copies it first. Its
/// parts can be read through it; ``value`` is what changes them.
@dynamicMemberLookup
struct Boxed<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    // Changed only by its sole owner, and otherwise read: no two threads can
    // meet at a change.
    private final class Storage: @unchecked Sendable {
        // Its owner has it to itself while it changes it: no need to check that.
        @exclusivity(unchecked) var value: Value
        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    init(_ value: Value) { storage = Storage(value) }

    var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }

    // Inlined, so that no key path is made and walked for it.
    subscript<Part>(dynamicMember part: KeyPath<Value, Part>) -> Part {
        @inline(__always) get { storage.value[keyPath: part] }
    }

    static func == (left: Boxed, right: Boxed) -> Bool {
        left.storage === right.storage || left.storage.value == right.storage.value
    }

    func hash(into hasher: inout Hasher) { hasher.combine(storage.value) }

    init(from decoder: any Decoder) throws { storage = Storage(try Value(from: decoder)) }
    func encode(to encoder: any Encoder) throws { try storage.value.encode(to: encoder) }
}
