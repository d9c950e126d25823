// Stop 8 of «follow one task». The task's step has ended: its robot's report came
// from the skill (stop 7, `Skills/navigate/NavigateSkill.swift`) by way of the
// coordinator, and `Node` now enters here what the step changed. What is entered
// goes on to whoever watches: planning reads it, and the caller learns of it at
// stop 9, `Sources/HTTPAPI/EventRoutes.swift`.

private import Dispatch
private import Foundation
public import RobotModel

/// Shared memory: what is where, since when, known by whom and how surely.
///
/// Current facts are held in memory and answered from there; every record goes
/// into a history on disk and stays. May be used from any thread. Calls that
/// change something durably, and those that ask about the past, block for the
/// disk: keep them off the cooperative pool.
public final class WorldMemory: Sendable {
    private let file: MemoryFile
    private let origin: NodeID
    private let now: @Sendable () -> Instant
    private let state: Guarded<State>
    private let writer = DispatchQueue(label: "pons.memory.writer", qos: .utility)

    /// Longest time that a change which isn't durable at once waits for the disk.
    public static let batchDelay = Duration.milliseconds(20)
    /// Changes that may wait for a disk which takes none, before more are refused.
    static let mostPending = 65_536

    private struct State: Sendable {
        var core: MemoryCore
        var clock: HybridClock
        var pending: [CoreChange] = []
        var isFlushScheduled = false
        var watchers = MemoryWatchers()
    }

    /// Opens the memory, creating it where there is none.
    ///
    /// - Parameters:
    ///   - origin: this node; part of every stamp.
    ///   - clock: the wall clock.
    /// - Throws: `newerSchema`, `damaged`, `storage`.
    public init(path: String, origin: NodeID, clock: @escaping @Sendable () -> Instant) throws {
        file = try MemoryFile(path: path)
        self.origin = origin
        now = clock
        let (core, latest) = try file.restore()
        var hybrid = HybridClock(origin: origin)
        if let latest { _ = hybrid.observe(latest, at: clock()) }
        state = Guarded(State(core: core, clock: hybrid))
    }

    deinit {
        try? flush()
        for continuation in state.withLock({ $0.watchers.removeAll() }) { continuation.finish() }
    }

    // MARK: What is so

    /// What planning starts from.
    public func worldFacts() -> WorldSnapshot {
        state.withLock { state in
            WorldSnapshot(
                entities: state.core.entities, facts: state.core.facts,
                uncertain: state.core.uncertain.sorted().compactMap { state.core.records[$0] },
                revision: state.core.revision)
        }
    }

    /// What holds now, by fact.
    ///
    /// - Parameters:
    ///   - pattern: only facts that it fits, `*` standing for anything; its sign
    ///     is ignored; nil for all.
    ///   - includingUncertain: also those in doubt.
    public func facts(matching pattern: Literal? = nil, includingUncertain: Bool = true) -> [FactRecord] {
        state.withLock { state in
            let facts =
                pattern.map(state.core.believed.facts(matching:))
                ?? state.core.facts.union(state.core.uncertain).sorted()
            let records = facts.compactMap { state.core.records[$0] }
            return includingUncertain ? records : records.filter { $0.certainty != .uncertain }
        }
    }

    /// What held at `instant`, by all that is known today; to the millisecond.
    public func facts(
        asOf instant: Instant, matching pattern: Literal? = nil, includingUncertain: Bool = true
    ) throws -> [FactRecord] {
        try flush()
        return try file.records(asOf: instant, matching: pattern).filter { record in
            record.certainty == .uncertain ? includingUncertain : record.holds
        }
    }

    /// All that was ever said of a fact, oldest first; losers of a conflict too.
    public func history(of fact: Fact) throws -> [FactRecord] {
        try flush()
        return try file.history(of: fact)
    }

    /// The last `limit` records that name an entity, oldest first.
    public func history(of entity: EntityID, limit: Int = 1_000) throws -> [FactRecord] {
        try flush()
        return try file.history(of: entity, limit: limit)
    }

    /// Where an entity was seen since `instant`: at most one pose a second.
    public func poses(of entity: EntityID, since instant: Instant) throws -> [PoseRecord] {
        try flush()
        return try file.poses(of: entity, since: instant)
    }

    /// An entity with all that is believed about it; nil when there is none.
    public func entity(_ id: EntityID) -> EntityView? {
        state.withLock { state in
            guard let entity = state.core.entities[id] else { return nil }
            let facts = state.core.believed.facts(naming: id).sorted()
            return EntityView(
                entity: entity, facts: facts.compactMap { state.core.records[$0] }, pose: state.core.poses[id]
            )
        }
    }

    /// The entities that carry `type`, or all, by id.
    public func entities(type: String? = nil) -> [Entity] {
        state.withLock { $0.core.entities.values.filter { type.map($0.types.contains) ?? true } }
            .sorted { $0.id < $1.id }
    }

    public func pose(of id: EntityID) -> PoseRecord? { state.withLock { $0.core.poses[id] } }

    /// Grows with every change but poses.
    public var revision: UInt64 { state.withLock { $0.core.revision } }

    /// Consequences of journal records up to this one are entered; recovery goes
    /// on after it.
    public var effectsAppliedUpTo: UInt64 { state.withLock { $0.core.effectsAppliedUpTo } }

    /// The scene that was loaded last.
    public var scene: String? { state.withLock { $0.core.scene } }

    // MARK: What becomes so

    /// Enters all that one journal record changes, together and once: with a
    /// `cause` that isn't above ``effectsAppliedUpTo`` nothing happens. Causes
    /// must come in order. What names an entity that is gone is left out.
    ///
    /// - Parameter cause: the record's number; 0 where no record is behind it.
    /// - Throws: `diskFull`, `storage`.
    @discardableResult
    public func update(_ update: MemoryUpdate, cause: UInt64, durable: Bool = true) throws -> EnteredUpdate {
        var leftOut: [Literal] = []
        let records = try change(durable: durable) { core, nextStamp in
            let entered = core.enter(update, stamp: nextStamp(), observed: nextStamp(), cause: cause)
            leftOut = entered.leftOut
            return entered.changes
        }
        return EnteredUpdate(records: records, leftOut: leftOut)
    }

    /// Enters the effects of a successful step; see ``update(_:cause:durable:)``.
    @discardableResult
    public func apply(
        ending: [Literal], beginning: [Fact], source: FactSource, cause: UInt64
    ) throws -> EnteredUpdate {
        try update(MemoryUpdate(ending: ending, beginning: beginning, source: source), cause: cause)
    }

    /// Puts facts in doubt, as a failed step does; see ``update(_:cause:durable:)``.
    @discardableResult
    public func markUncertain(
        _ literals: [Literal], source: FactSource, cause: UInt64
    ) throws -> EnteredUpdate {
        try update(MemoryUpdate(doubtful: literals, source: source), cause: cause)
    }

    /// Enters what a sensor or robot sees, or a person says. A negative literal
    /// ends a fact, and may leave places open: `not on(apple, *)`. What is seen
    /// somewhere is no longer elsewhere: `on`, `inside` and `holding` exclude
    /// each other, as do two rooms.
    ///
    /// - Parameters:
    ///   - creating: entities that the literals speak of and that may be new.
    ///   - durable: on disk before this returns; otherwise within ``batchDelay``.
    /// - Returns: the records that are new.
    /// - Throws: `unknownEntity` with near matches, `badFact`, `arityMismatch`,
    ///   and then nothing has changed; `diskFull`, `storage`.
    @discardableResult
    public func observe(
        _ literals: [Literal], creating: [Entity] = [], source: FactSource, durable: Bool = true
    ) throws -> [FactRecord] {
        try change(durable: durable) { core, nextStamp in
            try core.observe(literals, creating: creating, source: source, stamp: nextStamp())
        }
    }

    /// Makes it as if `source` had never spoken: what others said last counts
    /// again, and what nobody else said ends.
    @discardableResult
    public func retract(source: FactSource) throws -> [FactRecord] {
        try flush()
        let facts = state.withLock { $0.core.facts(saidBy: source) }
        let others = try file.newest(of: facts, notBy: source)
        return try change(durable: true) { core, nextStamp in
            core.retract(source, others: others, stamp: nextStamp())
        }
    }

    /// Enters records of other nodes: of two of a fact the later stamp counts.
    ///
    /// - Returns: those that count now.
    /// - Throws: as ``observe(_:creating:source:durable:)``.
    @discardableResult
    public func merge(_ records: [FactRecord], durable: Bool = true) throws -> [FactRecord] {
        let instant = now()
        return try change(durable: durable) { core, _ in
            try core.merge(records, at: instant)
        } noting: { clock in
            for record in records { _ = clock.observe(record.stamp, at: instant) }
        }
    }

    /// Replaces the world: what isn't in the scene is no longer there, and what
    /// it doesn't say no longer holds. History stays.
    ///
    /// - Throws: `badScene`, `unknownEntity`, `badFact`, `arityMismatch`.
    @discardableResult
    public func load(scene: SceneDescription) throws -> [FactRecord] {
        try change(durable: true) { core, nextStamp in try core.load(scene, stamp: nextStamp()) }
    }

    /// Enters an entity, or describes it anew; facts and observed pose stay.
    public func add(_ entity: Entity) throws {
        try change(durable: true) { core, nextStamp in try core.add(entity, stamp: nextStamp()) }
    }

    /// Enters a robot with its parts. What it comes with is entered only where
    /// nothing of its kind was told of it before: a robot that comes back stands
    /// where it was last seen.
    ///
    /// - Returns: facts that name what isn't there, and were left out.
    @discardableResult
    public func add(_ robot: RobotDescription) throws -> [Fact] {
        var left: [Fact] = []
        try change(durable: true) { core, nextStamp in
            let added = try core.add(robot, stamp: nextStamp())
            left = added.left
            return added.changes
        }
        return left
    }

    /// Takes an entity out of the world; what was believed of it ends.
    public func remove(_ id: EntityID, source: FactSource) throws {
        try change(durable: true) { core, nextStamp in
            var changes: [CoreChange] = []
            core.remove(id, stamp: nextStamp(), source: source, &changes)
            return changes
        }
    }

    /// Enters where something was just seen. Meant for high rates: it costs no
    /// disk but for one pose a second and entity, and those go by the batch.
    ///
    /// - Throws: `unknownEntity`; `badFact` for numbers that aren't finite.
    public func setPose(_ pose: Pose, of id: EntityID, source: FactSource) throws {
        let instant = now()
        let full = try state.withLock { state in
            let record = PoseRecord(pose: pose, stamp: state.clock.stamp(at: instant), source: source)
            let changes = try state.core.move(id, record)
            // A full disk costs the history of poses, not the poses.
            if state.pending.count < Self.mostPending { state.pending += changes }
            if !changes.isEmpty { scheduleFlush(&state) }
            return state.watchers.publish(.pose(id, record))
        }
        for continuation in full { continuation.finish() }
    }

    /// Puts on disk what waits for it; blocks. Watchers see it then.
    ///
    /// - Throws: `diskFull`, `storage`; what waits goes on waiting.
    public func flush() throws {
        // Even with nothing to do it waits its turn: another thread may be at it
        // with what this one entered.
        try file.exclusively { db in
            let batch = state.withLock { state in
                defer { state.pending = [] }
                return state.pending
            }
            guard !batch.isEmpty else { return }
            do {
                try file.write(batch, origin: origin, db)
            } catch {
                state.withLock { $0.pending.insert(contentsOf: batch, at: 0) }
                throw error
            }
            let full = state.withLock { state in
                batch.compactMap(\.event).flatMap { state.watchers.publish($0) }
            }
            for continuation in full { continuation.finish() }
        }
    }

    /// Makes the file refuse to grow past `pages`, as a full disk does; for tests.
    func limitSize(toPages pages: Int) throws {
        try file.exclusively { db in try MemoryFile.limitSize(toPages: pages, db) }
    }

    // MARK: Watching

    /// Changes as they get on disk, in order.
    ///
    /// The stream holds 1,024 events that the reader hasn't taken; when it is full
    /// it ends with ``MemoryEvent/overflow(resumeFrom:)``, and the reader watches
    /// anew from there. Of one entity's poses at most ten a second are sent.
    ///
    /// - Parameters:
    ///   - revision: what the reader has seen last; it gets all that came after.
    ///     Nil for what comes from now on.
    ///   - pattern: only facts that it fits; entities' changes come without one.
    ///   - poses: also what moves.
    public func watch(
        from revision: UInt64? = nil, matching pattern: Literal? = nil, poses: Bool = false
    ) throws -> AsyncStream<MemoryEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: MemoryEvent.self, bufferingPolicy: .bufferingOldest(MemoryWatchers.bound + 1))
        try flush()
        // As the only writer, so that nothing gets on disk between reading what
        // was missed and listening to what comes.
        let id = try file.exclusively { db in
            let missed =
                try revision.map { try MemoryFile.events(after: $0, limit: MemoryWatchers.bound, db) } ?? []
            return state.withLock { state in
                state.watchers.add(
                    continuation, matching: pattern, poses: poses, after: revision ?? 0, missed: missed)
            }
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.watchers.remove(id) } }
        return stream
    }

    // MARK: The one way in

    @discardableResult
    private func change(
        durable: Bool, _ body: (inout MemoryCore, _ nextStamp: () -> HybridStamp) throws -> [CoreChange],
        noting: (inout HybridClock) -> Void = { _ in }
    ) throws -> [FactRecord] {
        let instant = now()
        let changes = try state.withLock { state in
            guard state.pending.count < Self.mostPending else {
                throw WorldMemoryError(.diskFull, "\(file.path) has taken nothing for long; free disk space")
            }
            var clock = state.clock
            let changes = try body(&state.core) { clock.stamp(at: instant) }
            noting(&clock)
            state.clock = clock
            state.pending += changes
            if !durable && !changes.isEmpty { scheduleFlush(&state) }
            return changes
        }
        if durable { try flush() }
        return changes.compactMap { if case .fact(_, let record, true) = $0 { record } else { nil } }
    }

    private func scheduleFlush(_ state: inout State) {
        guard !state.isFlushScheduled else { return }
        state.isFlushScheduled = true
        writer.asyncAfter(deadline: .now() + .nanoseconds(Int(Self.batchDelay.wholeNanoseconds))) {
            [weak self] in
            guard let self else { return }
            self.state.withLock { $0.isFlushScheduled = false }
            // After a failure what waits goes on waiting: the next durable change
            // says why, and the next change of any kind tries again.
            try? self.flush()
        }
    }
}

/// A value that several threads share.
private final class Guarded<Value: Sendable>: @unchecked Sendable {
    // Sendable: every access is under the lock. (An NSLock, since the thread
    // sanitizer takes a correct `Mutex` for a race.)
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
