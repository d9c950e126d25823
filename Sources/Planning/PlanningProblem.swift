public import PlanRules
public import RobotModel

/// What is asked of the planner: who is there, how the world is, what shall be.
public struct PlanningProblem: Sendable {
    /// Robots, skills and the rules of the world.
    public var team: Team
    /// Where planning starts from; ``Goal/observations`` are already entered.
    public var world: WorldState
    public var goal: Goal
    /// Robots that may not be used, each with the reason: lost, draining, …
    public var unavailable: [RobotID: String]
    /// Calls that failed before; chosen only where nothing else works.
    public var excluded: Set<ExcludedCall>
    /// Steps are called `<prefix>1`, `<prefix>2`, … in plan order.
    public var stepPrefix: String
    /// How long the planner may look for a better plan than its first one.
    public var timeLimit: Duration

    public init(
        team: Team, world: WorldState, goal: Goal, unavailable: [RobotID: String] = [:],
        excluded: Set<ExcludedCall> = [], stepPrefix: String = "s", timeLimit: Duration = .seconds(2)
    ) {
        self.team = team
        self.world = world
        self.goal = goal
        self.unavailable = unavailable
        self.excluded = excluded
        self.stepPrefix = stepPrefix
        self.timeLimit = timeLimit
    }
}

/// A robot's skill, with certain arguments or any, that shouldn't be tried again.
public struct ExcludedCall: Hashable, Sendable {
    public var robot: RobotID
    public var skill: SkillName
    /// Nil excludes the skill whatever its arguments.
    public var arguments: [String: Value]?

    public init(robot: RobotID, skill: SkillName, arguments: [String: Value]? = nil) {
        self.robot = robot
        self.skill = skill
        self.arguments = arguments
    }
}
