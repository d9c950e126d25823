private import Foundation

/// A value that threads share, one at a time.
final class LockedValue<Value>: @unchecked Sendable {
    // Sendable: every access is under the lock.
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try lock.withLock { try body(&value) }
    }
}
