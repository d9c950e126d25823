import Synchronization

/// Values that one task collects for another.
final class Kept<Value: Sendable>: Sendable {
    private let stored = Mutex<[Value]>([])

    func put(_ value: Value) { stored.withLock { $0.append(value) } }
    var values: [Value] { stored.withLock { $0 } }
}
