import RobotModel
import SkillKit

/// A simulated robot's body, lent to one attempt.
///
/// It numbers the motions of its attempt: a skill that runs again after a
/// restart makes the same motions in the same order, and those that the world
/// has in its ledger are passed over.
actor SimulatedBody: RobotBody {
    nonisolated let robot: RobotID
    private let attempt: AttemptID
    private let world: SimulatedWorld
    private var done = 0

    init(robot: RobotID, attempt: AttemptID, world: SimulatedWorld) {
        self.robot = robot
        self.attempt = attempt
        self.world = world
    }

    func approach(_ target: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure) {
        try await perform(Motion(.approach, target), progress: progress)
    }

    func enter(_ room: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure) {
        try await perform(Motion(.enter, room), progress: progress)
    }

    func grasp(_ item: EntityID) async throws(Failure) {
        try await perform(Motion(.grasp, item))
    }

    func put(_ item: EntityID, on surface: EntityID) async throws(Failure) {
        try await perform(Motion(.putOn, item, surface))
    }

    func put(_ item: EntityID, into container: EntityID) async throws(Failure) {
        try await perform(Motion(.putInto, item, container))
    }

    func open(_ target: EntityID) async throws(Failure) {
        try await perform(Motion(.open, target))
    }

    func close(_ target: EntityID) async throws(Failure) {
        try await perform(Motion(.close, target))
    }

    func takeOff() async throws(Failure) {
        try await perform(await world.takeOff(of: robot))
    }

    func land(on surface: EntityID) async throws(Failure) {
        try await perform(Motion(.land, surface))
    }

    func clean(_ target: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure) {
        try await perform(Motion(await world.isRoom(target) ? .mop : .wipe, target), progress: progress)
    }

    private func perform(
        _ motion: Motion, progress: @Sendable (Double) -> Void = { _ in }
    ) async throws(Failure) {
        try await world.perform(motion, by: robot, attempt: attempt, index: done, progress: progress)
        done += 1
    }
}
