public import RobotModel

/// What a robot's body can be asked to do: the seam between skills and
/// embodiments. A simulated robot implements it, and so does a driver.
///
/// Every motion throws a ``Failure``: `unreachable`, `conditionUnmet` (the
/// world isn't as the motion needs it; nothing was changed), `skillError`, or
/// `canceled` when the surrounding task is. A body that lacks a motion throws
/// `rejectedBySkill`, which the default implementations do.
public protocol RobotBody: Sendable {
    var robot: RobotID { get }

    /// Goes to within reach of something in the same room.
    /// - Parameter progress: called with the share of the way, 0 to 1.
    func approach(_ target: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure)
    /// Goes through an open door into the next room.
    func enter(_ room: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure)
    func grasp(_ item: EntityID) async throws(Failure)
    func put(_ item: EntityID, on surface: EntityID) async throws(Failure)
    func put(_ item: EntityID, into container: EntityID) async throws(Failure)
    func open(_ target: EntityID) async throws(Failure)
    func close(_ target: EntityID) async throws(Failure)
    func takeOff() async throws(Failure)
    func land(on surface: EntityID) async throws(Failure)
    /// Cleans a room's floor or a surface.
    func clean(_ target: EntityID, progress: @Sendable (Double) -> Void) async throws(Failure)
}

extension RobotBody {
    public func approach(_: EntityID, progress _: @Sendable (Double) -> Void) async throws(Failure) {
        throw lacking("approach")
    }
    public func enter(_: EntityID, progress _: @Sendable (Double) -> Void) async throws(Failure) {
        throw lacking("enter")
    }
    public func grasp(_: EntityID) async throws(Failure) { throw lacking("grasp") }
    public func put(_: EntityID, on _: EntityID) async throws(Failure) { throw lacking("put on") }
    public func put(_: EntityID, into _: EntityID) async throws(Failure) { throw lacking("put into") }
    public func open(_: EntityID) async throws(Failure) { throw lacking("open") }
    public func close(_: EntityID) async throws(Failure) { throw lacking("close") }
    public func takeOff() async throws(Failure) { throw lacking("take off") }
    public func land(on _: EntityID) async throws(Failure) { throw lacking("land") }
    public func clean(_: EntityID, progress _: @Sendable (Double) -> Void) async throws(Failure) {
        throw lacking("clean")
    }

    private func lacking(_ motion: String) -> Failure {
        Failure(.rejectedBySkill, "\(robot)’s body can’t \(motion)")
    }
}
