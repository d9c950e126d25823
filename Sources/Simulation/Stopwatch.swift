/// A clock of any kind, read as the time since the stopwatch was made.
struct Stopwatch: Sendable {
    private let clock: any Clock<Duration>
    private let read: @Sendable () -> Duration

    init(_ clock: any Clock<Duration>) {
        self.clock = clock
        read = Self.reader(of: clock)
    }

    var elapsed: Duration { read() }

    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws { try await clock.sleep(for: duration) }

    private static func reader<C: Clock<Duration>>(of clock: C) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
