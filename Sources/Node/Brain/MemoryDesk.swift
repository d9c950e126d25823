import Coordination
import Dispatch
import HTTPAPI
import Logging
import PlanRules
import RobotModel
import WireFormat
import WorldMemory

/// Enters in shared memory what steps did and what robots saw, in the order in
/// which it happened, off the coordinator's thread.
final class MemoryDesk: Sendable {
    private let queue = DispatchQueue(label: "pons.memory")
    private let memory: WorldMemory
    private let logger: Logger

    init(memory: WorldMemory, logger: Logger) {
        self.memory = memory
        self.logger = logger
    }

    // MARK: What is believed

    /// The world as it is believed to be, after everything entered before. What
    /// is in doubt counts as it was believed before the doubt: going there to
    /// do something is a way of looking.
    func snapshot(_ use: @escaping @Sendable (WorldState) -> Void) {
        queue.async { use(self.world) }
    }

    private var world: WorldState {
        let snapshot = memory.worldFacts()
        let assumed = snapshot.uncertain.filter(\.holds).map(\.fact)
        return WorldState(entities: snapshot.entities, facts: snapshot.facts.union(assumed))
    }

    /// Says to `done` what of `formula` doesn't hold; nil where all does.
    func check(_ formula: Formula, _ done: @escaping @Sendable (String?) -> Void) {
        queue.async {
            let world = self.world
            let index = FactIndex(world, rules: StandardRules.rules)
            done(index.holds(formula, in: world) ? nil : Self.unmet(formula, index, world))
        }
    }

    private static func unmet(_ formula: Formula, _ index: FactIndex, _ world: WorldState) -> String {
        guard case .and(let parts) = formula else { return "\(formula) doesn’t hold" }
        let failing = parts.filter { !index.holds($0, in: world) }
        return failing.map { "\($0) doesn’t hold" }.joined(separator: ", ")
    }

    // MARK: What becomes so

    func apply(_ claim: EffectClaim, cause: UInt64) {
        enter("what \(claim.attempt) did", cause: cause) { [self] in
            var update = MemoryUpdate(
                source: .effect(claim.attempt.description), observed: claim.observed,
                observer: .robot(claim.robot))
            switch claim.standing {
            case .success:
                let index = FactIndex(world, rules: StandardRules.rules)
                let (ending, beginning) = index.changes(of: claim.effects)
                update.ending = ending.sorted().map { Literal($0) }
                update.beginning = beginning.sorted()
            case .doubt: update.doubtful = claim.effects.map(\.literal)
            case .unchanged: break
            }
            return update
        }
    }

    func tell(_ literals: [Literal], by person: String, cause: UInt64) {
        enter("what \(person) said", cause: cause) {
            MemoryUpdate(source: .person(person), observed: literals)
        }
    }

    /// What the journal holds needs no disk of its own: it is entered again
    /// after a crash, from the cause on.
    private func enter(_ what: String, cause: UInt64, _ update: @escaping @Sendable () -> MemoryUpdate) {
        queue.async {
            CrashPoint.reach(.memoryBefore)
            defer { CrashPoint.reach(.memoryAfter) }
            do {
                let entered = try self.memory.update(update(), cause: cause, durable: false)
                guard !entered.leftOut.isEmpty else { return }
                self.logger.warning("entered \(what) in part", metadata: ["left_out": "\(entered.leftOut)"])
            } catch {
                self.logger.error("can't enter \(what)", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Calls `body` when all that was to be entered until now is on disk, with
    /// a mark that it is.
    func whenOnDisk(upTo record: UInt64, _ body: @escaping @Sendable () -> Void) {
        queue.async {
            self.attempt("put shared memory on disk") {
                try self.memory.update(MemoryUpdate(source: .sensor("journal")), cause: record, durable: true)
                body()
            }
        }
    }

    /// Enters what someone says, on disk before it returns.
    ///
    /// - Throws: `WorldMemoryError`.
    func observe(_ literals: [Literal], source: FactSource) async throws -> [FactRecord] {
        try await onQueue { try self.memory.observe(literals, source: source) }
    }

    func load(_ scene: SceneDescription) async throws {
        try await onQueue { _ = try self.memory.load(scene: scene) }
    }

    /// Enters a robot that has come in.
    func introduce(_ robot: RobotDescription) {
        queue.async {
            do {
                let left = try self.memory.add(robot)
                guard !left.isEmpty else { return }
                self.logger.warning(
                    "a robot comes with facts about what isn't there",
                    metadata: ["robot": "\(robot.id)", "facts": "\(left)"])
            } catch {
                self.logger.error(
                    "can't enter a robot", metadata: ["robot": "\(robot.id)", "error": "\(error)"])
            }
        }
    }

    func move(_ entity: EntityID, to pose: Pose, source: FactSource) {
        queue.async {
            self.attempt("enter a pose") { try self.memory.setPose(pose, of: entity, source: source) }
        }
    }

    /// Enters what other nodes and skill hosts tell.
    func merge(_ operations: [MemoryOperation]) {
        queue.async {
            for operation in operations {
                self.attempt("enter what a robot tells") {
                    switch operation {
                    case .fact(let record): try self.memory.merge([record], durable: false)
                    case .pose(let told):
                        try self.memory.setPose(told.pose, of: told.entity, source: told.source)
                    case .entity(let entity): try self.memory.add(entity)
                    }
                }
            }
        }
    }

    private func attempt(_ what: String, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            logger.warning("can't \(what)", metadata: ["error": "\(error)"])
        }
    }

    private func onQueue<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: .init(catching: body)) }
        }
    }

    // MARK: Watching

    /// Changes after `revision`, then live ones. Ends when the reader falls behind.
    func changes(after revision: UInt64?, now: @escaping @Sendable () -> Instant) -> AsyncStream<MemoryChange>
    {
        let (stream, continuation) = AsyncStream.makeStream(
            of: MemoryChange.self, bufferingPolicy: .bufferingOldest(1024))
        let watch = Task {
            defer { continuation.finish() }
            guard let events = try? memory.watch(from: revision) else { return }
            for await event in events {
                let change: MemoryChange
                switch event {
                case .fact(let revision, let record):
                    change = MemoryChange(revision: revision, at: now(), fact: record)
                case .entity(let revision, let entity):
                    change = MemoryChange(revision: revision, at: now(), entity: entity)
                case .entityRemoved, .pose: continue
                case .overflow: return
                }
                if case .dropped = continuation.yield(change) { return }
            }
        }
        continuation.onTermination = { _ in watch.cancel() }
        return stream
    }
}
