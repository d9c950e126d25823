import Foundation
import ZeroMQ

/// A small generator of random numbers that can be seeded (Steele et al. 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Processor time that the reactor's thread has used.
func threadTime(_ reactor: Reactor) async -> Duration {
    await withCheckedContinuation { continuation in
        reactor.perform {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            continuation.resume(returning: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
        }
    }
}

/// What a handler collects, and a test waits for.
final class Mailbox<Item: Sendable>: @unchecked Sendable {
    // Proof of @unchecked: all state is under the lock.
    private let lock = NSLock()
    private var items: [Item] = []
    private var waiting: (count: Int, continuation: CheckedContinuation<[Item], Never>)?

    func put(_ item: Item) {
        let ready = lock.withLock { () -> (CheckedContinuation<[Item], Never>, [Item])? in
            items.append(item)
            guard let waiting, items.count >= waiting.count else { return nil }
            self.waiting = nil
            return (waiting.continuation, items)
        }
        ready?.0.resume(returning: ready?.1 ?? [])
    }

    /// Everything, as soon as there are `count` items.
    func wait(for count: Int) async -> [Item] {
        await withCheckedContinuation { continuation in
            let ready = lock.withLock { () -> [Item]? in
                if items.count >= count { return items }
                waiting = (count, continuation)
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}

/// A socket that is handed to a reactor's thread and used there alone.
struct Handed: @unchecked Sendable {
    // Proof of @unchecked: tests use the socket on the reactor's thread alone
    // once it was handed over.
    let socket: Socket
}
