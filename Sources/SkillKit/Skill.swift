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
    /// Takes facts that the robot saw while at it. They travel with the result,
    /// whether it is a success or not; what they contradict of the skill's own
    /// claim doesn't become true.
    public let observe: @Sendable ([Literal]) -> Void
    /// Whether the robot may still move: false once the attempt was told to
    /// end, or nobody has renewed the right to move it, by the monotonic clock.
    /// A control loop asks before each motion; right also where the process
    /// stood still for a while and its task's cancellation is yet to come.
    public let mayMove: @Sendable () -> Bool

    public init(
        id: AttemptID, robot: RobotID, arguments: [String: Value], body: any RobotBody,
        report: @escaping @Sendable (AttemptProgress) -> Void = { _ in },
        observe: @escaping @Sendable ([Literal]) -> Void = { _ in },
        mayMove: @escaping @Sendable () -> Bool = { true }
    ) {
        self.id = id
        self.robot = robot
        self.arguments = arguments
        self.body = body
        self.report = report
        self.observe = observe
        self.mayMove = mayMove
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
