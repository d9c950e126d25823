import ZeroMQ

extension Reactor {
    /// Runs `body` on the thread and returns when it is done.
    func run(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            perform { continuation.resume(with: Result(catching: body)) }
        }
    }
}
