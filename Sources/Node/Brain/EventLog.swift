import RobotModel
import Synchronization

/// The newest events of this brain, and those who follow them.
///
/// Rebuilt from the journal at each start, with the same sequence numbers, so
/// that a reader resumes over a restart. A follower that falls behind by more
/// than ``followerLimit`` is cut off and asks again with the last sequence it
/// has seen; nothing is skipped.
final class EventLog: Sendable {
    /// Events kept for resumption.
    static let keptEvents = 20_000
    static let followerLimit = 10_000

    private struct State {
        var events: [TaskEvent] = []
        var followers: [UInt64: Follower] = [:]
        var nextFollower: UInt64 = 0
    }

    fileprivate struct Follower {
        let task: TaskID?
        let continuation: AsyncStream<TaskEvent>.Continuation
    }

    private let state = Mutex(State())

    func append(_ event: TaskEvent) {
        // Finished outside the lock: a stream's end calls back for it.
        let done = state.withLock { state in
            state.events.append(event)
            if state.events.count > Self.keptEvents + Self.keptEvents / 4 {
                state.events.removeFirst(state.events.count - Self.keptEvents)
            }
            var done: [AsyncStream<TaskEvent>.Continuation] = []
            for (id, follower) in state.followers where !follower.take(event) {
                done.append(follower.continuation)
                state.followers.removeValue(forKey: id)
            }
            return done
        }
        for continuation in done { continuation.finish() }
    }

    /// Events after `sequence` that are kept, then live ones; nil is live only.
    /// With `task`, the stream ends after the task's last event.
    func events(after sequence: UInt64?, task: TaskID?, isEnded: Bool) -> AsyncStream<TaskEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: TaskEvent.self, bufferingPolicy: .bufferingOldest(Self.followerLimit))
        let follower = Follower(task: task, continuation: continuation)
        let id = state.withLock { state -> UInt64? in
            let backlog = sequence.map { last in state.events.drop { $0.sequence <= last } } ?? []
            guard backlog.allSatisfy(follower.take), !isEnded else { return nil }
            state.nextFollower += 1
            state.followers[state.nextFollower] = follower
            return state.nextFollower
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: id) }
        }
        return stream
    }
}

extension EventLog.Follower {
    /// - Returns: whether the follower wants more, and can take it.
    fileprivate func take(_ event: TaskEvent) -> Bool {
        guard task == nil || event.task == task else { return true }
        if case .dropped = continuation.yield(event) { return false }
        return task == nil || event.kind != .task || TaskState(rawValue: event.state)?.isFinal != true
    }
}
