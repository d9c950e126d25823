package import RobotModel

/// What is believed now, and how each input changes it. Without clock, disk or
/// threads: stamps come in, changes go out.
///
/// 1. Of two records of a fact, the one with the later stamp counts; the other
///    is kept in history.
/// 2. What a journal record caused is entered once: a cause that isn't above
///    ``effectsAppliedUpTo`` changes nothing.
/// 3. Input from outside is checked in full before anything changes.
package struct MemoryCore: Sendable {
    package private(set) var entities: [EntityID: Entity] = [:]
    /// The record that counts, of every fact that was ever told.
    package private(set) var records: [Fact: FactRecord] = [:]
    /// What surely holds.
    package private(set) var facts: Set<Fact> = []
    package private(set) var uncertain: Set<Fact> = []
    private(set) var believed = BeliefIndex()
    private(set) var poses: [EntityID: PoseRecord] = [:]
    private(set) var revision: UInt64 = 0
    package private(set) var effectsAppliedUpTo: UInt64 = 0
    private(set) var scene: String?
    /// Arguments of each predicate, as of the first fact that held.
    private(set) var arities: [String: Int] = [:]
    /// When a pose of the entity last went into history.
    private var posesKeptAt: [EntityID: Int64] = [:]

    /// The same source saying the same within this time adds nothing.
    static let repeatMilliseconds: Int64 = 1_000
    /// At most one pose of an entity goes into history in this time.
    static let poseHistoryMilliseconds: Int64 = 1_000

    /// How far another node's clock may be ahead of ours.
    static let mostAheadMilliseconds: Int64 = 60_000

    package init() {}

    // MARK: Restoring

    mutating func restore(_ entity: Entity) { entities[entity.id] = entity }

    mutating func restore(_ record: FactRecord) {
        set(record)
    }

    mutating func restore(_ id: EntityID, _ pose: PoseRecord) {
        guard entities[id] != nil else { return }
        entities[id]?.pose = pose.pose
        poses[id] = pose
        posesKeptAt[id] = pose.stamp.wallMilliseconds
    }

    mutating func restore(revision: UInt64, effectsAppliedUpTo: UInt64, scene: String?) {
        self.revision = revision
        self.effectsAppliedUpTo = effectsAppliedUpTo
        self.scene = scene
    }

    // MARK: Writing

    /// Enters a record by rule 1; a record that is known already is nothing new.
    mutating func write(_ record: FactRecord, _ changes: inout [CoreChange]) {
        if let known = records[record.fact] {
            guard record.stamp != known.stamp else { return }
            guard record.stamp > known.stamp else {
                changes.append(.fact(revision: nextRevision(), record, won: false))
                return
            }
        }
        set(record)
        changes.append(.fact(revision: nextRevision(), record, won: true))
    }

    private mutating func set(_ record: FactRecord) {
        let fact = record.fact
        records[fact] = record
        let isDoubtful = record.certainty == .uncertain
        if record.holds && !isDoubtful { facts.insert(fact) } else { facts.remove(fact) }
        if isDoubtful { uncertain.insert(fact) } else { uncertain.remove(fact) }
        if record.holds || isDoubtful { believed.insert(fact) } else { believed.remove(fact) }
        if record.holds && arities[fact.predicate] == nil { arities[fact.predicate] = fact.arguments.count }
    }

    mutating func write(_ entity: Entity, stamp: HybridStamp, _ changes: inout [CoreChange]) {
        guard entities[entity.id] != entity else { return }
        entities[entity.id] = entity
        changes.append(.entity(revision: nextRevision(), entity, stamp))
    }

    /// Takes an entity out of the world; what was believed of it ends.
    mutating func remove(
        _ id: EntityID, stamp: HybridStamp, source: FactSource, _ changes: inout [CoreChange]
    ) {
        guard entities.removeValue(forKey: id) != nil else { return }
        poses[id] = nil
        posesKeptAt[id] = nil
        for fact in believed.facts(naming: id).sorted() {
            write(FactRecord(fact: fact, holds: false, stamp: stamp, source: source), &changes)
        }
        changes.append(.entityRemoved(revision: nextRevision(), id, stamp))
    }

    /// Enters a pose; only one in a while is a change for the history.
    mutating func move(_ id: EntityID, _ pose: PoseRecord) throws -> [CoreChange] {
        guard entities[id] != nil else { throw unknown([id.rawValue], in: "a pose") }
        try Self.check(pose.pose, of: id)
        guard poses[id].map({ $0.stamp < pose.stamp }) ?? true else { return [] }
        entities[id]?.pose = pose.pose
        poses[id] = pose
        let wall = pose.stamp.wallMilliseconds
        if let last = posesKeptAt[id], wall - last < Self.poseHistoryMilliseconds { return [] }
        posesKeptAt[id] = wall
        return [.pose(id, pose)]
    }

    mutating func startScene(_ name: String, _ changes: inout [CoreChange]) {
        scene = name
        arities = [:]
        // What moved is described anew, so that its old poses don't come back.
        for id in poses.keys { entities[id]?.pose = nil }
        poses = [:]
        posesKeptAt = [:]
        changes.append(.sceneLoaded(name))
    }

    /// Whether a record's consequences are still to be entered (rule 2); from
    /// then on they are. Cause 0 is no journal record's, and always entered.
    mutating func begin(cause: UInt64, _ changes: inout [CoreChange]) -> Bool {
        guard cause > 0 else { return true }
        guard cause > effectsAppliedUpTo else { return false }
        effectsAppliedUpTo = cause
        changes.append(.effectsApplied(upTo: cause))
        return true
    }

    private mutating func nextRevision() -> UInt64 {
        revision += 1
        return revision
    }
}
