/// A thread that waits for sockets, timers and jobs, and is an actor's
/// executor at the same time: what comes in by a socket reaches the actor
/// without any hop.
///
/// An actor is pinned to it by
/// ```swift
/// nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
/// ```
/// and entered from a socket's handler or a timer by `assumeIsolated`. Nothing
/// that runs here may block: not for a lock that others hold long, not for a
/// disk, not for a reply.
///
/// Waiting costs no processor time. The thread starts with the reactor and
/// ends after the last reference to it.
public final class Reactor: SerialExecutor, Sendable {
    private let loop: ReactorLoop

    /// - Parameters:
    ///   - name: of the thread, for debuggers; 15 bytes are kept.
    ///   - isUrgent: whether it runs before other threads of the machine, where
    ///     the system allows that, and with it libzmq's threads of contexts
    ///     whose first socket is made on it.
    /// - Throws: when file descriptors or threads have run out.
    public init(name: String = "pons-reactor", isUrgent: Bool = false) throws(ZeroMQError) {
        loop = try ReactorLoop()
        try loop.start(name: name, isUrgent: isUrgent)
    }

    deinit { loop.end() }

    /// Whether the caller runs on this reactor's thread.
    public var isCurrent: Bool { loop.isCurrent }

    /// Runs `body` on the thread, after what was handed over before it. Jobs of
    /// pinned actors stand in the same queue. Callable from anywhere; never
    /// waits. The queue has no bound: callers are few and wait for answers.
    public func perform(_ body: @escaping @Sendable () -> Void) { loop.add(.body(body)) }

    /// Forgets every socket and timer, after the work that was handed over
    /// before, and returns when that is done. Pinned actors are still served.
    public func stop() async {
        await withCheckedContinuation { continuation in
            perform { [loop] in
                loop.forgetEverything()
                continuation.resume()
            }
        }
    }

    // MARK: SerialExecutor

    public func enqueue(_ job: consuming ExecutorJob) {
        loop.add(.job(UnownedJob(job), asUnownedSerialExecutor()))
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    public func checkIsolated() {
        precondition(isCurrent, "only the reactor’s own thread may do this")
    }

    public func isIsolatingCurrentContext() -> Bool? { isCurrent }
}

// MARK: - Only on the reactor's thread

/// What can be asked only by code that runs on the thread: handlers, timers,
/// pinned actors and what `perform` was given.
extension Reactor {
    /// Stands for a timer that has yet to fire.
    public struct TimerID: Hashable, Sendable {
        let number: UInt64
    }

    /// Calls `handler` whenever `socket` has messages to receive. A handler
    /// that leaves some behind is called again after others had their turn.
    public func register(_ socket: Socket, onReadable handler: @escaping () -> Void) {
        checkIsolated()
        loop.register(socket, handler: handler)
    }

    /// Forgets the socket; the caller may close it then.
    public func unregister(_ socket: Socket) {
        checkIsolated()
        loop.unregister(socket)
    }

    /// Calls `body` once, when the monotonic clock has reached `instant`, at
    /// most some milliseconds later while the thread is idle.
    @discardableResult
    public func schedule(at instant: SuspendingClock.Instant, _ body: @escaping () -> Void) -> TimerID {
        checkIsolated()
        return loop.timers.add(at: instant, body)
    }

    /// Forgets a timer; nothing happens where it has fired.
    public func cancel(_ timer: TimerID) {
        checkIsolated()
        loop.timers.cancel(timer)
    }
}
