import Synchronization

/// Breaks the circle between parts that need each other: set once, while the
/// node is put together, and read ever after.
final class OnceBox<Value: Sendable>: Sendable {
    private let stored = Mutex<Value?>(nil)

    func set(_ value: Value) {
        stored.withLock { stored in
            precondition(stored == nil, "set twice")
            stored = value
        }
    }

    var value: Value {
        guard let value = stored.withLock({ $0 }) else { preconditionFailure("read before it was set") }
        return value
    }
}
