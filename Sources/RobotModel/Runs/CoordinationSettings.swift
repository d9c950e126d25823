/// How the coordinator behaves. An input like any other: a replay goes by the
/// settings that were in force then, not by today's configuration.
public struct CoordinationSettings: Hashable, Sendable, Codable {
    /// How long after a brain's start its robots have to come back.
    public var linkGrace: Duration
    /// How long after its time-out an attempt may be silent.
    public var overdueGrace: Duration
    /// How long planning may be silent.
    public var planningLimit: Duration
    /// Failures of a skill on a robot, within ``breakerWindow``, after which it
    /// isn't tried there any more.
    public var breakerFailures: Int
    public var breakerWindow: Duration
    /// How long it isn't tried; one try decides what comes then.
    public var breakerPause: Duration
    /// Plans that a task may have in all; beyond that it goes round in circles.
    public var mostRevisions: UInt32
    /// How much earlier a task counts as come for each level of priority. No
    /// task waits for ever: one that has waited that long is level.
    public var headStart: Duration
    /// Levels of priority above another task from which on its robots are
    /// taken from it.
    public var preemptionGap: Int
    public var questions: QuestionPolicy
    /// How long an idempotency key is remembered after its task has ended.
    public var keyRetention: Duration

    public init(
        linkGrace: Duration = .seconds(5), overdueGrace: Duration = .seconds(2),
        planningLimit: Duration = .seconds(60), breakerFailures: Int = 3,
        breakerWindow: Duration = .seconds(60), breakerPause: Duration = .seconds(60),
        mostRevisions: UInt32 = 8, headStart: Duration = .seconds(60), preemptionGap: Int = 10,
        questions: QuestionPolicy = QuestionPolicy(), keyRetention: Duration = .seconds(86_400)
    ) {
        self.linkGrace = linkGrace
        self.overdueGrace = overdueGrace
        self.planningLimit = planningLimit
        self.breakerFailures = breakerFailures
        self.breakerWindow = breakerWindow
        self.breakerPause = breakerPause
        self.mostRevisions = mostRevisions
        self.headStart = headStart
        self.preemptionGap = preemptionGap
        self.questions = questions
        self.keyRetention = keyRetention
    }
}
