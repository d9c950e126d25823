public import RobotModel

/// What a coordinator wants planned: a task's ask or what is left of its goal,
/// and how things stand with the team.
public struct PlanningQuestion: Sendable {
    public var ask: TaskAsk
    /// What is left of the goal, where the ask was understood before.
    public var goal: Goal?
    /// A workflow's steps that are over.
    public var finished: [StepID]
    /// Steps that robots are at; their effects are counted on.
    public var running: [PlanStep]
    /// Counts a task's plans, from 1.
    public var revision: UInt32
    public var unavailable: [RobotID: String]
    /// Robots that other tasks hold; used only where nobody else can.
    public var busy: Set<RobotID>
    /// Skills that failed too often on a robot.
    public var suspended: [RobotID: [SkillName]]
    public var excluded: [SkillCall]

    public init(
        ask: TaskAsk, goal: Goal? = nil, finished: [StepID] = [], running: [PlanStep] = [],
        revision: UInt32 = 1, unavailable: [RobotID: String] = [:], busy: Set<RobotID> = [],
        suspended: [RobotID: [SkillName]] = [:], excluded: [SkillCall] = []
    ) {
        self.ask = ask
        self.goal = goal
        self.finished = finished
        self.running = running
        self.revision = revision
        self.unavailable = unavailable
        self.busy = busy
        self.suspended = suspended
        self.excluded = excluded
    }
}
