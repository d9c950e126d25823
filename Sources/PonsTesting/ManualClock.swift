private import Foundation

/// A clock that stands still until a test moves it on.
public final class ManualClock: Clock, Sendable {
    /// The time since the clock was made.
    public struct Instant: InstantProtocol {
        public var offset: Duration

        public init(offset: Duration) { self.offset = offset }

        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let lock = NSLock()
    /// Guarded by `lock`.
    nonisolated(unsafe) private var state = State()

    public init() {}

    public var now: Instant { lock.withLock { state.now } }
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance _: Duration? = nil) async throws {
        let number = lock.withLock { state.newNumber() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(Sleeper(deadline: deadline, number: number, continuation: continuation))
            }
        } onCancel: {
            lock.withLock { state.cancel(sleeper: number) }?.resume(throwing: CancellationError())
        }
    }

    /// Moves the clock on and wakes all that are due, the earliest first.
    public func advance(by duration: Duration) {
        let due = lock.withLock { state.advance(to: state.now.advanced(by: duration)) }
        for sleeper in due { sleeper.resume() }
    }

    /// Moves the clock to the earliest deadline and wakes who waits for it.
    public func advanceToNextDeadline() {
        let due = lock.withLock { () -> [CheckedContinuation<Void, any Error>] in
            guard let next = state.sleepers.values.map(\.deadline).min() else { return [] }
            return state.advance(to: max(next, state.now))
        }
        for sleeper in due { sleeper.resume() }
    }

    /// Returns as soon as so many sleep, or the task is cancelled.
    public func whenSleeping(_ count: Int = 1) async {
        let number = lock.withLock { state.newNumber() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isMet = lock.withLock { state.wait(for: count, number: number, continuation) }
                if isMet { continuation.resume() }
            }
        } onCancel: {
            lock.withLock { state.cancel(watcher: number) }?.resume()
        }
    }

    /// Runs `body`, and moves the clock on whenever someone sleeps.
    public func passing<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
        async let _: Void = moveHand()
        return try await body()
        // Leaving the scope cancels the hand and waits for it.
    }

    private func moveHand() async {
        while !Task.isCancelled {
            await whenSleeping()
            advanceToNextDeadline()
        }
    }

    private func enter(_ sleeper: Sleeper) {
        let (result, met) = lock.withLock { state.enter(sleeper) }
        switch result {
        case .sleeps: break
        case .due: sleeper.continuation.resume()
        case .canceled: sleeper.continuation.resume(throwing: CancellationError())
        }
        for watcher in met { watcher.resume() }
    }
}

private struct Sleeper {
    let deadline: ManualClock.Instant
    let number: Int
    let continuation: CheckedContinuation<Void, any Error>
}

private struct State {
    enum Entry { case sleeps, due, canceled }

    var now = ManualClock.Instant(offset: .zero)
    var sleepers: [Int: Sleeper] = [:]
    private var watchers: [Int: (count: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
    /// Cancelled before they were entered.
    private var canceled: Set<Int> = []
    private var numbers = 0

    mutating func newNumber() -> Int {
        numbers += 1
        return numbers
    }

    mutating func enter(_ sleeper: Sleeper) -> (Entry, met: [CheckedContinuation<Void, Never>]) {
        if canceled.remove(sleeper.number) != nil { return (.canceled, []) }
        if sleeper.deadline <= now { return (.due, []) }
        sleepers[sleeper.number] = sleeper
        let met = watchers.filter { $0.value.count <= sleepers.count }
        for number in met.keys { watchers[number] = nil }
        return (.sleeps, met.values.map(\.continuation))
    }

    mutating func advance(to instant: ManualClock.Instant) -> [CheckedContinuation<Void, any Error>] {
        now = instant
        let due = sleepers.values.filter { $0.deadline <= instant }
            .sorted { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
        for sleeper in due { sleepers[sleeper.number] = nil }
        return due.map(\.continuation)
    }

    mutating func cancel(sleeper number: Int) -> CheckedContinuation<Void, any Error>? {
        if let sleeper = sleepers.removeValue(forKey: number) { return sleeper.continuation }
        canceled.insert(number)
        return nil
    }

    /// - Returns: whether it need not wait.
    mutating func wait(for count: Int, number: Int, _ continuation: CheckedContinuation<Void, Never>) -> Bool
    {
        if canceled.remove(number) != nil || sleepers.count >= count { return true }
        watchers[number] = (count, continuation)
        return false
    }

    mutating func cancel(watcher number: Int) -> CheckedContinuation<Void, Never>? {
        if let watcher = watchers.removeValue(forKey: number) { return watcher.continuation }
        canceled.insert(number)
        return nil
    }
}
