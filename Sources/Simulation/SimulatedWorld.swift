private import Foundation
public import PlanRules
public import RobotModel
public import SkillKit

/// A world of kinematic robots: the bodies that skills move when no real ones
/// are there, and the physical truth behind them, which no belief can change.
///
/// A motion is checked when it begins and again when it ends; one that nature
/// forbids is refused and leaves the world as it was. What it changes, it
/// changes at its end, once for its attempt, and on disk before it returns.
///
/// Isolated to a queue of its own, where it blocks for the ledger's disk.
public actor SimulatedWorld: BodyProvider {
    private let executor = DiskExecutor(label: "pons.simulation")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Bodies tell their state this often while they move, on the clock given.
    private static let tick: Duration = .milliseconds(100)
    /// States that a slow watcher may lag behind; then it loses the oldest.
    private static let watcherBound = 1024

    private let stopwatch: Stopwatch
    private let speed: Double
    private let ledger: LedgerFile?
    private var truth: WorldTruth
    private var applied: [AttemptID: [AppliedMotion]] = [:]
    private var busy: [RobotID: AttemptID] = [:]
    private var faults: FaultDraw
    /// Counts scenes, so that a motion notices that its world is gone.
    private var generation = 0
    private var watchers: [Int: AsyncStream<BodyState>.Continuation] = [:]
    private var watchersSoFar = 0

    /// Begins a world, or goes on with the one in the ledger.
    ///
    /// - Parameters:
    ///   - scene: what the world is like at its beginning. A ledger that began
    ///     with another scene doesn't bind: the world begins anew.
    ///   - ledgerPath: file of applied effects; nil keeps none, and then a
    ///     world doesn't outlive its process. Several processes may share one.
    ///   - speed: multiple of real time, above 0; `.infinity` doesn't wait.
    ///   - clock: what motions are awaited on.
    /// - Throws: `ledgerCorrupt`, `ledgerUnavailable`.
    public init(
        scene: SceneDescription, ledgerPath: String? = nil, speed: Double = 1,
        clock: any Clock<Duration> = ContinuousClock(), faults: FaultPlan = FaultPlan()
    ) throws(SimulationError) {
        precondition(speed > 0, "a world’s speed is above 0")
        self.speed = speed
        stopwatch = Stopwatch(clock)
        self.faults = FaultDraw(faults)
        var truth = WorldTruth(scene: scene)
        var applied: [AttemptID: [AppliedMotion]] = [:]
        var ledger: LedgerFile?
        if let ledgerPath {
            let file = try LedgerFile(path: ledgerPath)
            let entries = try file.acquire()
            defer { file.release() }
            if try Self.beginning(of: entries) == Self.canonical(scene) {
                for entry in entries { Self.enter(entry, in: &truth, applied: &applied) }
            } else {
                try file.append(.began(scene))
                for case .applied(let motion) in entries {
                    applied[motion.attempt, default: []].append(motion)
                }
            }
            ledger = file
        }
        self.truth = truth
        self.applied = applied
        self.ledger = ledger
    }

    deinit {
        for watcher in watchers.values { watcher.finish() }
    }

    // MARK: BodyProvider

    public func robots() -> [RobotDescription] { truth.robots.values.sorted { $0.id < $1.id } }

    public func body(of robot: RobotID, for attempt: AttemptID) throws(Failure) -> any RobotBody {
        guard truth.robots[robot] != nil else {
            throw Failure(.rejectedBySkill, "no robot is called “\(robot)” in this world")
        }
        return SimulatedBody(robot: robot, attempt: attempt, world: self)
    }

    /// True where a motion of the attempt was applied to the end: each shipped
    /// skill is a single motion. Without a ledger, false can't be told.
    public func wasDone(_ attempt: AttemptID) -> Bool? {
        if applied[attempt]?.contains(where: \.isWhole) == true { return true }
        return ledger == nil ? nil : false
    }

    public func observe(by robot: RobotID) -> [Literal] {
        // A ledger that can't be read fails the next motion; looking goes on.
        _ = try? takeInNews()
        return truth.literalsSeen(by: robot)
    }

    /// Each robot's state now, and then ten times a second while it moves and
    /// once when it has stopped. Keeps the newest 1024 for a slow watcher.
    public func states() -> AsyncStream<BodyState> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: BodyState.self, bufferingPolicy: .bufferingNewest(Self.watcherBound))
        for body in truth.bodies.values.sorted(by: { $0.robot < $1.robot }) { continuation.yield(body) }
        watchersSoFar += 1
        let number = watchersSoFar
        watchers[number] = continuation
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            Task { await self.forget(watcher: number) }
        }
        return stream
    }

    // MARK: The world from outside

    /// Begins the world anew as `scene` says. Motions under way end with
    /// `canceled`; attempts that were done stay known.
    public func replace(scene: SceneDescription) throws(SimulationError) {
        try takeInNews(thenAppending: .replaced(scene))
        for body in truth.bodies.values.sorted(by: { $0.robot < $1.robot }) { tell(body) }
    }

    /// What goes wrong from now on.
    public func setFaults(_ plan: FaultPlan) { faults = FaultDraw(plan) }

    /// The true base facts and things of the world, for tests and pictures.
    public var state: WorldState { truth.state }

    /// Where a thing is, in the map frame; nil where the scene has no places.
    public func pose(of entity: EntityID) -> Pose? { truth.pose(of: entity) }

    /// How many motions of each attempt were applied to the end.
    public func ledgerCounts() -> [AttemptID: Int] {
        applied.mapValues { $0.filter(\.isWhole).count }.filter { $0.value > 0 }
    }

    /// ``ledgerCounts()`` of a file that a process left behind.
    ///
    /// - Throws: `ledgerCorrupt`, `ledgerUnavailable`.
    public static func ledgerCounts(inFileAt path: String) throws(SimulationError) -> [AttemptID: Int] {
        let file = try LedgerFile(path: path)
        let entries = try file.acquire()
        defer { file.release() }
        var counts: [AttemptID: Int] = [:]
        for case .applied(let motion) in entries where motion.isWhole {
            counts[motion.attempt, default: 0] += 1
        }
        return counts
    }

    // MARK: Motions

    func isRoom(_ id: EntityID) -> Bool { truth.state.has(id, type: StandardTypes.room) }

    /// Taking off from what the robot stands on.
    func takeOff(of robot: RobotID) throws(Failure) -> Motion {
        guard let surface = truth.supportOf[EntityID(robot)] else {
            throw Failure(.conditionUnmet, "\(robot) stands on nothing that it could take off from")
        }
        return Motion(.takeOff, surface)
    }

    /// Makes a motion, unless the attempt has made it before.
    ///
    /// - Parameter index: the motion's place in its attempt, from 0.
    func perform(
        _ motion: Motion, by robot: RobotID, attempt: AttemptID, index: Int,
        progress: @Sendable (Double) -> Void
    ) async throws(Failure) {
        try takeInNewsOrFail()
        if isDone(motion, attempt: attempt, index: index) { return progress(1) }
        if let other = busy[robot] { throw Failure(.resourceConflict, "\(robot) is still at \(other)") }
        let permit = try permit(motion, by: robot)
        let world = generation
        busy[robot] = attempt
        defer { if generation == world { busy[robot] = nil } }
        truth.note(attempted: permit.beginning)
        let fault = faults.next(robot: robot, motion: motion.kind)
        let breaksOff = fault == .doesHalf && motion.kind.isUnderWay
        try await spendTime(
            permit, robot: robot, fault: fault, until: breaksOff ? 0.5 : 1, in: world, progress: progress)
        switch fault {
        case .claimsSuccess: return
        case .failsCleanly: throw Failure(.skillError, "\(robot) couldn’t \(motion)")
        case .hangs, .slow, nil, .doesHalf:
            try finish(motion, by: robot, attempt: attempt, index: index, isWhole: !breaksOff)
        }
        if fault == .doesHalf { throw Failure(.skillError, "\(robot) broke off \(motion)") }
    }

    private func isDone(_ motion: Motion, attempt: AttemptID, index: Int) -> Bool {
        applied[attempt]?.contains { $0.isWhole && $0.index == index && $0.motion == motion.description }
            ?? false
    }

    private func permit(_ motion: Motion, by robot: RobotID) throws(Failure) -> MotionPermit {
        do {
            return try truth.permit(motion, by: robot)
        } catch {
            truth.note(refused: motion)
            throw error
        }
    }

    /// Moves the body along its way while the time passes that this takes.
    private func spendTime(
        _ permit: MotionPermit, robot: RobotID, fault: Fault?, until end: Double, in world: Int,
        progress: @Sendable (Double) -> Void
    ) async throws(Failure) {
        var seconds = permit.seconds
        if case .slow(let factor) = fault { seconds *= factor }
        let total: Duration = speed.isInfinite ? .zero : .seconds(seconds / speed)
        let isStill = fault == .claimsSuccess || fault == .failsCleanly
        let full = truth.bodies[robot]?.batteryRatio ?? 0
        let drain = (truth.robots[robot]?.limits.batteryRatioPerHour ?? 0) * seconds / 3600
        let start = stopwatch.elapsed
        while true {
            guard !Task.isCancelled else { throw Failure(.canceled, "\(robot) was stopped on its way") }
            guard world == generation else { throw Failure(.canceled, "\(robot)’s world was replaced") }
            let gone = stopwatch.elapsed - start
            let left = total * end - gone
            let ratio = left <= .zero ? end : gone / total
            if !isStill, let pose = permit.route?.pose(at: ratio) { truth.bodies[robot]?.pose = pose }
            truth.bodies[robot]?.batteryRatio = max(0, full - drain * ratio)
            if let body = truth.bodies[robot] { tell(body) }
            progress(ratio)
            if left <= .zero { break }
            try await sleep(for: min(Self.tick, left), robot: robot)
        }
        while fault == .hangs { try await sleep(for: .seconds(3600), robot: robot) }
    }

    private func sleep(for duration: Duration, robot: RobotID) async throws(Failure) {
        do {
            try await stopwatch.sleep(for: duration)
        } catch {
            throw Failure(.canceled, "\(robot) was stopped on its way")
        }
    }

    /// Enters the motion's changes, once, if the world still allows it.
    private func finish(
        _ motion: Motion, by robot: RobotID, attempt: AttemptID, index: Int, isWhole: Bool
    ) throws(Failure) {
        do {
            let news = try ledger?.acquire() ?? []
            defer { ledger?.release() }
            for entry in news { enter(entry) }
            if isDone(motion, attempt: attempt, index: index) { return }
            let permit = try permit(motion, by: robot)
            guard let body = truth.bodies[robot] else { return }
            let effect = AppliedMotion(
                attempt: attempt, robot: robot, index: index, motion: motion.description,
                ending: (isWhole ? permit.ending : truth.changesHalfWay(permit)).sorted(),
                beginning: (isWhole ? permit.beginning : []).sorted(), pose: body.pose,
                batteryRatio: body.batteryRatio, isWhole: isWhole)
            try ledger?.append(.applied(effect))
            enter(.applied(effect))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.skillError, "\(robot) did nothing: \(error)")
        }
    }

    // MARK: Ledger

    private func takeInNewsOrFail() throws(Failure) {
        do {
            try takeInNews()
        } catch {
            throw Failure(.skillError, "the simulation can’t go on: \(error)")
        }
    }

    /// Enters what other processes did, and then an entry of our own.
    private func takeInNews(thenAppending entry: LedgerEntry? = nil) throws(SimulationError) {
        let news = try ledger?.acquire() ?? []
        defer { ledger?.release() }
        for entry in news { enter(entry) }
        guard let entry else { return }
        try ledger?.append(entry)
        enter(entry)
    }

    private func enter(_ entry: LedgerEntry) {
        if Self.enter(entry, in: &truth, applied: &applied) {
            generation += 1
            busy = [:]
        } else if case .applied(let motion) = entry, let body = truth.bodies[motion.robot] {
            tell(body)
        }
    }

    /// - Returns: whether the entry began another world.
    @discardableResult
    private static func enter(
        _ entry: LedgerEntry, in truth: inout WorldTruth, applied: inout [AttemptID: [AppliedMotion]]
    ) -> Bool {
        switch entry {
        case .began(let scene), .replaced(let scene):
            truth = WorldTruth(scene: scene)
            return true
        case .applied(let motion):
            truth.apply(ending: motion.ending, beginning: motion.beginning)
            truth.bodies[motion.robot]?.pose = motion.pose
            truth.bodies[motion.robot]?.batteryRatio = motion.batteryRatio
            applied[motion.attempt, default: []].append(motion)
            return false
        }
    }

    /// The scene that the ledger's world last began with, in canonical form.
    private static func beginning(of entries: [LedgerEntry]) throws(SimulationError) -> String? {
        for case .began(let scene) in entries.reversed() { return try canonical(scene) }
        return nil
    }

    private static func canonical(_ scene: SceneDescription) throws(SimulationError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return String(decoding: try encoder.encode(scene), as: UTF8.self)
        } catch {
            throw SimulationError(
                .badData, "the scene \(scene.name) can’t be written as JSON", underlying: error)
        }
    }

    // MARK: Watchers

    private func tell(_ body: BodyState) {
        for watcher in watchers.values { watcher.yield(body) }
    }

    private func forget(watcher number: Int) { watchers[number] = nil }
}

extension MotionKind {
    /// Whether breaking off half-way leaves the robot between two places.
    var isUnderWay: Bool { self == .approach || self == .enter || self == .mop }
}
