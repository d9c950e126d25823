public import RobotModel

/// A skill written in Swift. One value serves every robot and every attempt,
/// so it keeps no state of its own.
public protocol Skill: Sendable {
    /// The name in the manifest that declares it.
    var name: SkillName { get }

    /// Runs one attempt to its end.
    ///
    /// The task is cancelled when the attempt is: return or throw soon after.
    /// - Returns: the values that the manifest's `returns` names.
    /// - Throws: a ``Failure``; any other error becomes `skillError`.
    func run(_ attempt: SkillAttempt) async throws -> [String: Value]
}

/// One attempt, as a skill sees it.
public struct SkillAttempt: Sendable {
    public let id: AttemptID
    public let robot: RobotID
    public let arguments: [String: Value]
    /// The robot's body, for this attempt alone.
    public let body: any RobotBody
    /// Tells the brain how far the attempt is. Never blocks.
    public let report: @Sendable (AttemptProgress) -> Void

    public init(
        id: AttemptID, robot: RobotID, arguments: [String: Value], body: any RobotBody,
        report: @escaping @Sendable (AttemptProgress) -> Void = { _ in }
    ) {
        self.id = id
        self.robot = robot
        self.arguments = arguments
        self.body = body
        self.report = report
    }

    /// The argument of that name as an entity.
    ///
    /// - Throws: `rejectedBySkill` where it is missing or no entity.
    public func entity(_ name: String) throws(Failure) -> EntityID {
        guard let id = arguments[name]?.entity else {
            throw Failure(.rejectedBySkill, "needs an entity as the argument \(name)")
        }
        return id
    }
}
