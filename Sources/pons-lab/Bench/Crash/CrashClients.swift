import BrainClient
import Foundation
import RobotModel
import Synchronization

/// Callers that go on submitting while the daemon comes and goes: each thing
/// is asked for once, under a key of its own, until someone acknowledges it.
final class CrashClients: Sendable {
    struct Acknowledged: Sendable {
        let thing: Int
        let task: TaskID
    }

    private struct State {
        var next = 0
        /// The first thing that isn't there yet.
        var end = 0
        /// Clients that wait for a thing of theirs.
        var busy = 0
        var acknowledged: [Acknowledged] = []
        var client: BrainClient?
        var isStopped = false
    }

    private let state = Mutex(State())

    var acknowledged: [Acknowledged] { state.withLock(\.acknowledged) }

    /// Whom to ask from now on.
    func use(_ client: BrainClient) { state.withLock { $0.client = client } }

    /// Asks for one thing after another, each when the one before is marked,
    /// so that there is work as long as this runs. Ends when it is stopped.
    func run() async {
        while !isStopped {
            guard let thing = take() else {
                try? await Task.sleep(for: .milliseconds(20))
                continue
            }
            defer { state.withLock { $0.busy -= 1 } }
            var task: TaskID?
            while task == nil, !isStopped {
                task = await submit(thing)
                if task == nil { try? await Task.sleep(for: .milliseconds(20)) }
            }
            while let task, !isStopped, await !hasEnded(task) {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.next < state.end else { return nil }
            state.next += 1
            state.busy += 1
            return state.next - 1
        }
    }

    /// Returns once nobody waits for a thing any more; from then on nobody asks.
    ///
    /// - Returns: the first thing that wasn't asked for.
    func rest() async -> Int {
        let next = state.withLock { state in
            state.end = state.next
            return state.next
        }
        while state.withLock({ $0.busy > 0 }) { try? await Task.sleep(for: .milliseconds(20)) }
        return next
    }

    /// Lets things up to `end` be asked for.
    func go(upTo end: Int) { state.withLock { $0.end = end } }

    func stop() { state.withLock { $0.isStopped = true } }
    private var isStopped: Bool { state.withLock(\.isStopped) }

    private func hasEnded(_ task: TaskID) async -> Bool {
        guard let client = state.withLock(\.client) else { return false }
        return (try? await client.task(task.rawValue))?.state.isFinal ?? false
    }

    /// - Returns: the task, once it is acknowledged.
    private func submit(_ thing: Int) async -> TaskID? {
        guard let client = state.withLock(\.client) else { return nil }
        let body = "{\"goal\": \"marked(thing\(thing))\"}"
        guard
            let data = try? await client.post(
                "/v1/tasks", body: Data(body.utf8), headers: [("Idempotency-Key", "thing\(thing)")]),
            let view = try? BrainClient.decode(TaskView.self, from: data)
        else { return nil }
        state.withLock { $0.acknowledged.append(Acknowledged(thing: thing, task: view.id)) }
        return view.id
    }
}
