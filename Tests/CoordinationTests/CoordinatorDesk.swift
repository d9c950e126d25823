import Dispatch
import RobotModel
import Synchronization
import Testing

@testable import Coordination

/// A coordinator on a thread of its own, with its journal and port in hand.
struct CoordinatorDesk {
    let journal = ScriptedJournal()
    let port = ScriptedPort()
    let coordinator: Coordinator

    init() {
        coordinator = Coordinator(
            thread: OwnThread(), machine: CoordinationMachine(), journal: journal, port: port
        ) { Instant(nanosecondsSinceEpoch: 1_000_000_000) }
    }
}

/// A journal that does what it is told to.
final class ScriptedJournal: JournalStore {
    struct Full: Error {}

    struct Script {
        var isFailing = false
        var isRefusing = false
        /// A robot whose inputs can't be written.
        var unwritable: RobotID?
        fileprivate var batches: [Int] = []
    }

    private let script = Mutex(Script())
    private let written = AsyncStream.makeStream(of: Int.self)

    func set(_ change: (inout Script) -> Void) { script.withLock { change(&$0) } }

    /// How many inputs each commit had.
    var batches: [Int] { script.withLock { $0.batches } }

    /// Returns once one more batch than those asked for so far is written.
    func nextBatch() async throws {
        for await _ in written.stream { return }
        throw CancellationError()
    }

    func append(_ inputs: [JournalledInput]) throws -> UInt64 {
        if inputs.contains(where: { flaw(in: $0) != nil }) { throw Full() }
        let first = try script.withLock { script in
            if script.isFailing { throw Full() }
            defer { script.batches.append(inputs.count) }
            return UInt64(script.batches.reduce(0, +)) + 1
        }
        written.continuation.yield(inputs.count)
        return first
    }

    func flaw(in input: JournalledInput) -> (any Error)? {
        guard case .robotLinked(let robot, _) = input.input else { return nil }
        return script.withLock { $0.unwritable == robot.id } ? Full() : nil
    }

    var refusal: (any Error)? { script.withLock { $0.isRefusing } ? Full() : nil }
}

/// Hands out what is to be called after a while, in order, and does nothing else.
final class ScriptedPort: ActionPort {
    private let waits = AsyncStream.makeStream(of: (@Sendable () -> Void).self)

    func nextWait() async throws -> @Sendable () -> Void {
        for await body in waits.stream { return body }
        throw CancellationError()
    }

    func wait(_ duration: Duration, then body: @escaping @Sendable () -> Void) {
        waits.continuation.yield(body)
    }

    func perform(_ action: CoordinationAction, cause: UInt64) {}
    func journalFailed(_ error: any Error, waiting: Int) {}
    func snapshotDue(_ machine: CoordinationMachine, record: UInt64) {}
}

private final class OwnThread: CoordinatorThread {
    private let queue = DispatchQueue(label: "coordinator.tests")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func perform(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }
    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
