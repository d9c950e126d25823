internal import CZeroMQ
private import Glibc
private import Synchronization

/// The loop behind ``Reactor``, held by its thread.
final class ReactorLoop: @unchecked Sendable {
    // Proof of @unchecked: `inbox` has a lock and `thread` is atomic; all else
    // is touched on the thread alone, once it has started.

    enum Work {
        case job(UnownedJob, UnownedSerialExecutor)
        case body(@Sendable () -> Void)
    }

    private struct Inbox {
        var work: [Work] = []
        /// Whether the thread waits, or is about to, and must be woken.
        var isAsleep = false
        var isEnded = false
    }

    private struct Registration {
        let socket: Socket
        let handler: () -> Void
    }

    private let inbox = ThreadLock(Inbox())
    private let wakeup: Int32
    private let thread = Atomic<UInt>(0)
    private var registrations: [Registration] = []
    private var items: [zmq_pollitem_t] = []
    var timers = TimerQueue()

    init() throws(ZeroMQError) {
        wakeup = pons_eventfd()
        guard wakeup >= 0 else { throw ZeroMQError(doing: "make an eventfd", code: errno) }
    }

    deinit { close(wakeup) }

    func start(name: String, isUrgent: Bool) throws(ZeroMQError) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Start(loop: self, name: name, isUrgent: isUrgent))
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                pons_name_thread(start.name)
                if start.isUrgent { pons_hurry_thread() }
                start.loop.run()
                return nil
            }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            throw ZeroMQError(doing: "start a thread", code: failure)
        }
        pthread_detach(thread)
    }

    private final class Start {
        let loop: ReactorLoop
        let name: String
        let isUrgent: Bool

        init(loop: ReactorLoop, name: String, isUrgent: Bool) {
            self.loop = loop
            self.name = name
            self.isUrgent = isUrgent
        }
    }

    var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    func add(_ work: Work) {
        let mustWake = inbox.withLock { inbox in
            inbox.work.append(work)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if mustWake { pons_eventfd_signal(wakeup) }
    }

    /// Lets the thread end when it has done all its work.
    func end() {
        inbox.withLock { $0.isEnded = true }
        pons_eventfd_signal(wakeup)
    }

    // MARK: On the thread

    func register(_ socket: Socket, handler: @escaping () -> Void) {
        registrations.append(Registration(socket: socket, handler: handler))
        items = []
    }

    func unregister(_ socket: Socket) {
        registrations.removeAll { $0.socket === socket }
        items = []
    }

    func forgetEverything() {
        registrations = []
        items = []
        timers = TimerQueue()
    }

    /// How often work that came meanwhile goes before sockets and timers: what
    /// the thread hands to itself costs no system call then.
    private static let mostTurns = 4

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var work: [Work] = []
        var turns = 0
        while true {
            let isEnded = inbox.withLock { inbox in
                swap(&inbox.work, &work)
                return inbox.isEnded
            }
            if isEnded, work.isEmpty { break }
            for item in work {
                switch item {
                case .job(let job, let executor): job.runSynchronously(on: executor)
                case .body(let body): body()
                }
            }
            work.removeAll(keepingCapacity: true)
            if turns < Self.mostTurns, inbox.withLock({ !$0.work.isEmpty }) {
                turns += 1
                continue
            }
            turns = 0
            wait()
            // After the sockets: a thread that stood still must read what came
            // meanwhile before a timer judges that nothing did.
            fireTimers()
        }
        forgetEverything()
    }

    private func fireTimers() {
        guard timers.next != nil else { return }
        // One reading of the clock, so that timers that add timers come to an end.
        let now = SuspendingClock.now
        while let body = timers.takeDue(at: now) { body() }
    }

    /// Waits for a socket, the next timer or a wake-up, and calls the handlers
    /// of the sockets that can be read.
    private func wait() {
        if items.isEmpty {
            items = registrations.map { registration in
                zmq_pollitem_t(
                    socket: registration.socket.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
            }
            items.append(zmq_pollitem_t(socket: nil, fd: wakeup, events: Int16(ZMQ_POLLIN), revents: 0))
        }
        let isIdle = inbox.withLock { inbox in
            inbox.isAsleep = inbox.work.isEmpty && !inbox.isEnded
            return inbox.isAsleep
        }
        var timeout = isIdle ? -1 : 0
        if isIdle, let next = timers.next {
            timeout = Int((next - SuspendingClock.now).clampedMilliseconds)
        }
        if registrations.isEmpty { return waitForWork(timeout) }
        let count = zmq_poll(&items, Int32(items.count), timeout)
        inbox.withLock { $0.isAsleep = false }
        // Interrupted by a signal: look at everything anew.
        guard count > 0 else { return }
        if items[items.count - 1].revents != 0 { pons_eventfd_clear(wakeup) }
        let readable = zip(registrations, items).filter { $0.1.revents != 0 }.map(\.0)
        for registration in readable
        // A handler before it may have unregistered it.
        where registrations.contains(where: { $0.socket === registration.socket }) {
            registration.handler()
        }
    }
    /// Where there are no sockets the system's own call is enough, and quicker:
    /// libzmq's looks twice.
    private func waitForWork(_ milliseconds: Int) {
        var item = pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0)
        let count = poll(&item, 1, Int32(clamping: milliseconds))
        inbox.withLock { $0.isAsleep = false }
        if count > 0 { pons_eventfd_clear(wakeup) }
    }
}
