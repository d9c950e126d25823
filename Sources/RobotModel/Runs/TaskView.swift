/// A task as callers see it; also what lists, pictures and tests read.
public struct TaskView: Hashable, Sendable, Codable {
    public var id: TaskID
    public var request: TaskRequest
    public var state: TaskState
    /// What the words were understood to mean.
    public var goal: Goal?
    public var rejection: Rejection?
    public var failure: Failure?
    /// Counts the plans made so far, from 1.
    public var revision: UInt32
    /// Steps of all revisions, in plan order.
    public var steps: [StepView]
    /// From the newest plan.
    public var expectedMakespanSeconds: Double?
    public var explanation: [String]
    public var receivedAt: Instant
    public var startedAt: Instant?
    public var endedAt: Instant?
    /// What a person is being asked about it.
    public var question: Question?
    /// Why it is paused, or waits for its robots; empty where it isn't.
    public var note: String
    /// The journal records that concern it: from its submission to its newest.
    public var firstRecord: UInt64
    public var lastRecord: UInt64

    public init(
        id: TaskID, request: TaskRequest, state: TaskState, goal: Goal? = nil,
        rejection: Rejection? = nil, failure: Failure? = nil, revision: UInt32 = 0,
        steps: [StepView] = [], expectedMakespanSeconds: Double? = nil, explanation: [String] = [],
        receivedAt: Instant, startedAt: Instant? = nil, endedAt: Instant? = nil,
        question: Question? = nil, note: String = "", firstRecord: UInt64 = 0, lastRecord: UInt64 = 0
    ) {
        self.id = id
        self.request = request
        self.state = state
        self.goal = goal
        self.rejection = rejection
        self.failure = failure
        self.revision = revision
        self.steps = steps
        self.expectedMakespanSeconds = expectedMakespanSeconds
        self.explanation = explanation
        self.receivedAt = receivedAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.question = question
        self.note = note
        self.firstRecord = firstRecord
        self.lastRecord = lastRecord
    }
}

/// A step as callers see it.
public struct StepView: Hashable, Sendable, Codable {
    public var step: PlanStep
    public var revision: UInt32
    public var state: StepState
    public var attempts: UInt32
    public var progress: AttemptProgress?
    public var failure: Failure?
    /// Rounds that a repeating step has behind it.
    public var rounds: UInt64
    /// When its newest attempt was sent, and when the step ended.
    public var startedAt: Instant?
    public var endedAt: Instant?

    public init(
        step: PlanStep, revision: UInt32, state: StepState, attempts: UInt32 = 0,
        progress: AttemptProgress? = nil, failure: Failure? = nil, rounds: UInt64 = 0,
        startedAt: Instant? = nil,
        endedAt: Instant? = nil
    ) {
        self.step = step
        self.revision = revision
        self.state = state
        self.attempts = attempts
        self.progress = progress
        self.failure = failure
        self.rounds = rounds
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}

/// A robot as callers see it.
public struct RobotView: Hashable, Sendable, Codable {
    public var description: RobotDescription
    public var state: RobotState
    /// Whether its skill host is connected.
    public var isLinked: Bool
    /// The attempt it is at, if any.
    public var attempt: AttemptID?
    public var pose: Pose?
    /// 0 to 1; nil where the robot doesn't say.
    public var batteryRatio: Double?
    /// When it was last heard.
    public var heardAt: Instant?
    /// Whether it would take an order now, by its own last word: false while its
    /// e-stop is latched. Nil where it has said nothing.
    public var isReady: Bool?

    public init(
        description: RobotDescription, state: RobotState, isLinked: Bool,
        attempt: AttemptID? = nil, pose: Pose? = nil, batteryRatio: Double? = nil,
        heardAt: Instant? = nil, isReady: Bool? = nil
    ) {
        self.description = description
        self.state = state
        self.isLinked = isLinked
        self.attempt = attempt
        self.pose = pose
        self.batteryRatio = batteryRatio
        self.heardAt = heardAt
        self.isReady = isReady
    }
}
