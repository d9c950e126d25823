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
        state.withLock { state in
            state.events.append(event)
            if state.events.count > Self.keptEvents + Self.keptEvents / 4 {
                state.events.removeFirst(state.events.count - Self.keptEvents)
            }
            for (id, follower) in state.followers where follower.isConcerned(with: event) {
                guard follower.take(event) else {
                    state.followers.removeValue(forKey: id)
                    continue
                }
            }
        }
    }

    /// Events after `sequence` that are kept, then live ones; nil is live only.
    /// With `task`, the stream ends after the task's last event.
    func events(after sequence: UInt64?, task: TaskID?, isEnded: Bool) -> AsyncStream<TaskEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: TaskEvent.self, bufferingPolicy: .bufferingOldest(Self.followerLimit))
        let follower = Follower(task: task, continuation: continuation)
        state.withLock { state in
            var isLive = !isEnded
            if let sequence {
                let backlog = state.events.drop { $0.sequence <= sequence }.filter(follower.isConcerned)
                for event in backlog where isLive || isEnded {
                    if !follower.take(event) { isLive = false }
                }
            }
            guard isLive else { return continuation.finish() }
            let id = state.nextFollower
            state.nextFollower += 1
            state.followers[id] = follower
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.followers.removeValue(forKey: id) }
            }
        }
        return stream
    }
}

extension EventLog.Follower {
    fileprivate func isConcerned(with event: TaskEvent) -> Bool { task == nil || event.task == task }

    /// - Returns: whether the follower wants more.
    fileprivate func take(_ event: TaskEvent) -> Bool {
        if case .dropped = continuation.yield(event) {
            continuation.finish()
            return false
        }
        let isLast = task != nil && event.kind == .task && TaskState(rawValue: event.state)?.isFinal == true
        if isLast { continuation.finish() }
        return !isLast
    }
}
