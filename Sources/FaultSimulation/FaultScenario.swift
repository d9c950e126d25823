public import PlanRules
public import RobotModel

/// What is simulated: a team in a world, tasks that arrive, and how much goes wrong.
public struct FaultScenario: Sendable {
    public var team: Team
    public var scene: SceneDescription
    public var tasks: [TaskRequest]
    /// Brain, edges, skill hosts and links fail this often in all, on average.
    public var meanTimeBetweenFaults: Duration
    /// No fault begins after this; then all has to come to rest.
    public var faultyPeriod: Duration
    /// One of so many motions fails; 0 for none.
    public var skillFailureOneIn: Int

    public init(
        team: Team, scene: SceneDescription, tasks: [TaskRequest],
        meanTimeBetweenFaults: Duration = .seconds(4), faultyPeriod: Duration = .seconds(60),
        skillFailureOneIn: Int = 12
    ) {
        self.team = team
        self.scene = scene
        self.tasks = tasks
        self.meanTimeBetweenFaults = meanTimeBetweenFaults
        self.faultyPeriod = faultyPeriod
        self.skillFailureOneIn = skillFailureOneIn
    }
}

/// How a simulation went.
public struct FaultReport: Hashable, Sendable {
    /// When each event came, a line each: equal for equal seeds.
    public var log: [String] = []
    /// The brain's records: equal for equal seeds, byte for byte.
    public var journal: [[UInt8]] = []
    public var tasks: [TaskView] = []
    public var faults: [String: Int] = [:]
    /// Effects that reached the world, by attempt.
    public var effects: [AttemptID: Int] = [:]
    /// Broken promises; empty is good.
    public var violations: [String] = []

    /// How many tasks ended in each state.
    public var endings: [TaskState: Int] { tasks.reduce(into: [:]) { $0[$1.state, default: 0] += 1 } }
}
