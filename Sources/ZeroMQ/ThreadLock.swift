private import Glibc

/// A pthread mutex around a value. (`Synchronization.Mutex` would do, but the
/// thread sanitizer reports it as a race.)
final class ThreadLock<Value>: @unchecked Sendable {
    // Proof of @unchecked: `value` is touched under the mutex alone.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
