import RobotModel

/// Who watches shared memory. A stream holds at most ``bound`` events that its
/// reader hasn't taken; then it ends with ``MemoryEvent/overflow(resumeFrom:)``.
struct MemoryWatchers {
    /// Most events that wait for one reader.
    static let bound = 1_024
    /// A watcher gets at most one pose of an entity in this time.
    static let poseMilliseconds: Int64 = 100

    private struct Watcher {
        let continuation: AsyncStream<MemoryEvent>.Continuation
        let pattern: Literal?
        let wantsPoses: Bool
        /// Of the last event that it got or that didn't concern it.
        var revision: UInt64
        var posesSentAt: [EntityID: Int64] = [:]
    }

    private var watchers: [UInt64: Watcher] = [:]
    private var nextID: UInt64 = 0

    /// Adds a watcher and hands it what it has missed.
    /// - Returns: its number, or nil where it was behind by more than the bound
    ///   and must watch anew.
    mutating func add(
        _ continuation: AsyncStream<MemoryEvent>.Continuation, matching pattern: Literal?, poses: Bool,
        after revision: UInt64, missed: [MemoryEvent]
    ) -> UInt64? {
        var watcher = Watcher(
            continuation: continuation, pattern: pattern, wantsPoses: poses, revision: revision)
        for event in missed where !Self.send(event, to: &watcher) { return nil }
        nextID += 1
        watchers[nextID] = watcher
        return nextID
    }

    mutating func remove(_ id: UInt64) { watchers[id] = nil }

    /// Sends an event to all whom it concerns.
    /// - Returns: the streams that are full; finish them outside of any lock.
    mutating func publish(_ event: MemoryEvent) -> [AsyncStream<MemoryEvent>.Continuation] {
        var full: [AsyncStream<MemoryEvent>.Continuation] = []
        for id in watchers.keys {
            guard var watcher = watchers[id] else { continue }
            if Self.send(event, to: &watcher) {
                watchers[id] = watcher
            } else {
                watchers[id] = nil
                full.append(watcher.continuation)
            }
        }
        return full
    }

    mutating func removeAll() -> [AsyncStream<MemoryEvent>.Continuation] {
        defer { watchers = [:] }
        return watchers.values.map(\.continuation)
    }

    /// - Returns: false when the stream is at its bound; the overflow event is
    ///   in it then.
    private static func send(_ event: MemoryEvent, to watcher: inout Watcher) -> Bool {
        if let revision = event.revision { watcher.revision = revision }
        switch event {
        case .fact(_, let record):
            guard watcher.pattern?.matches(record.fact) ?? true else { return true }
        case .pose(let id, let record):
            let wall = record.stamp.wallMilliseconds
            guard watcher.wantsPoses, wall - (watcher.posesSentAt[id] ?? .min / 2) >= poseMilliseconds else {
                return true
            }
            watcher.posesSentAt[id] = wall
        case .entity, .entityRemoved:
            guard watcher.pattern == nil else { return true }
        case .overflow: break
        }
        // The buffer has one place more than the bound, for the overflow event.
        if case .enqueued(let remaining) = watcher.continuation.yield(event), remaining <= 1 {
            watcher.continuation.yield(.overflow(resumeFrom: watcher.revision))
            return false
        }
        return true
    }
}

extension MemoryEvent {
    /// What a later watch resumes from; poses have none.
    public var revision: UInt64? {
        switch self {
        case .fact(let revision, _), .entity(let revision, _), .entityRemoved(let revision, _): revision
        case .overflow(let revision): revision
        case .pose: nil
        }
    }
}
