public import RobotModel

/// What the coordinator wants done, now that an input is on disk. The shell
/// carries actions out through its ports and decides nothing.
public enum CoordinationAction: Hashable, Sendable {
    /// Work out a plan; the answer comes back as an input.
    case plan(PlanOrder)
    case invoke(Invocation)
    case cancelAttempt(AttemptID, FencingToken, RobotID, reason: String)
    /// The robot may forget an attempt's result: it is on the brain's disk.
    case confirmResult(AttemptID, FencingToken, RobotID)
    /// Enter in shared memory what a step did and what its robot saw.
    case applyEffects(EffectClaim)
    /// Enter what the person who asked said of the world.
    case tell([Literal], by: String)
    /// Hold the formula against shared memory; the answer is `goalChecked`.
    case checkGoal(TaskID, revision: UInt32, Formula)
    case startTimer(CoordinationTimer, at: Instant)
    case stopTimer(CoordinationTimer)
    case publish(TaskEvent)
    /// A task has ended and is no longer kept here; its journal records are in
    /// the view.
    case archive(TaskView)
    /// The input changed nothing; whoever ordered it is told why.
    case refuse(CoordinationRefusal)
}

/// What planning needs to know about one task.
public struct PlanOrder: Hashable, Sendable {
    public var task: TaskID
    /// Counts this task's plans, from 1; the answer carries it.
    public var revision: UInt32
    public var ask: TaskAsk
    /// What is left of the goal; nil until the ask was understood.
    public var goal: Goal?
    /// Steps of earlier plans that ended well: a workflow's aren't run again.
    public var finished: [StepID]
    /// Steps that robots are at; they go on, and are counted on.
    public var running: [PlanStep]
    /// Who asks; what they say of the world is entered under this name.
    public var requester: String
    /// Robots that can't be used, with the reason.
    public var unavailable: [RobotID: String]
    /// Robots that other tasks hold; used only where nobody else can.
    public var busy: Set<RobotID>
    /// Skills that failed too often on a robot, and aren't used there now.
    public var suspended: [RobotID: [SkillName]]
    /// Calls that failed before and are to be avoided.
    public var excluded: [SkillCall]

    public init(
        task: TaskID, revision: UInt32, ask: TaskAsk, goal: Goal? = nil, finished: [StepID] = [],
        running: [PlanStep] = [], requester: String, unavailable: [RobotID: String] = [:],
        busy: Set<RobotID> = [], suspended: [RobotID: [SkillName]] = [:], excluded: [SkillCall] = []
    ) {
        self.task = task
        self.revision = revision
        self.ask = ask
        self.goal = goal
        self.finished = finished
        self.running = running
        self.requester = requester
        self.unavailable = unavailable
        self.busy = busy
        self.suspended = suspended
        self.excluded = excluded
    }
}

/// What an ended attempt changed: its manifest's effects where it succeeded,
/// doubt about them where it failed, and what the robot saw in both cases.
public struct EffectClaim: Hashable, Sendable, Codable {
    public var attempt: AttemptID
    public var robot: RobotID
    /// Bound to the robot and the arguments.
    public var effects: [Effect]
    public var standing: Standing
    /// Facts that the robot saw, positive and negative.
    public var observed: [Literal]

    public enum Standing: String, Hashable, Sendable, Codable {
        /// The step succeeded: the effects hold.
        case success
        /// It failed part-way: what the effects speak of is uncertain.
        case doubt
        /// It failed and left the world as it was.
        case unchanged
    }

    public init(
        attempt: AttemptID, robot: RobotID, effects: [Effect], standing: Standing,
        observed: [Literal]
    ) {
        self.attempt = attempt
        self.robot = robot
        self.effects = effects
        self.standing = standing
        self.observed = observed
    }
}
