/// Why a task went as it did, told from its journal records alone.
public struct TaskExplanation: Hashable, Sendable, Codable {
    public var task: TaskID
    /// The ask as one line.
    public var ask: String
    public var state: TaskState
    /// Why it failed; nil where it didn't.
    public var failure: Failure?
    public var receivedAt: Instant
    /// The task's end; for one that lives, the moment up to which it is told.
    public var toldUntil: Instant
    /// The journal records from its submission to its newest.
    public var firstRecord: UInt64
    public var lastRecord: UInt64
    /// What happened and why, in order.
    public var chapters: [Chapter]
    /// What the task was at, from its receipt to ``toldUntil`` without a gap.
    public var phases: [Phase]
    /// ``phases`` summed by kind, longest first: together the whole life.
    public var spent: [Spent]
    /// How long robots were at each step, in the order of the first attempts.
    public var steps: [StepTime]
    /// The chain that made the task last as long as it did: each link began
    /// when the one before it ended, from the receipt to ``toldUntil``.
    public var criticalPath: [Link]

    public init(
        task: TaskID, ask: String, state: TaskState, failure: Failure? = nil, receivedAt: Instant,
        toldUntil: Instant, firstRecord: UInt64, lastRecord: UInt64, chapters: [Chapter] = [],
        phases: [Phase] = [], spent: [Spent] = [], steps: [StepTime] = [], criticalPath: [Link] = []
    ) {
        self.task = task
        self.ask = ask
        self.state = state
        self.failure = failure
        self.receivedAt = receivedAt
        self.toldUntil = toldUntil
        self.firstRecord = firstRecord
        self.lastRecord = lastRecord
        self.chapters = chapters
        self.phases = phases
        self.spent = spent
        self.steps = steps
        self.criticalPath = criticalPath
    }

    /// One thing that happened.
    public struct Chapter: Hashable, Sendable, Codable {
        /// The journal record that it follows from.
        public var record: UInt64
        public var at: Instant
        public var kind: Kind
        public var step: StepID?
        public var robot: RobotID?
        public var text: String

        public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            /// The task's own life: received, planned, ended.
            case task
            /// Why these robots do these steps, and others don't.
            case choice
            /// An attempt and what came of it.
            case attempt
            /// A rung of the repair ladder, or what was decided at a reconnection.
            case repair
            /// A robot of the task was lost, came back, or was taken out of service.
            case robot
            /// A person's order, question or answer, or the e-stop.
            case person
        }

        public init(
            record: UInt64, at: Instant, kind: Kind, step: StepID? = nil, robot: RobotID? = nil,
            text: String
        ) {
            self.record = record
            self.at = at
            self.kind = kind
            self.step = step
            self.robot = robot
            self.text = text
        }
    }

    /// What a task can be at. Where robots work, it works, whatever else there is.
    public enum Activity: String, Hashable, Sendable, Codable, CaseIterable {
        /// Being understood and planned.
        case planning
        /// A robot is at one of its steps.
        case working
        /// Its robots are at other tasks, or away.
        case waitingForRobots
        /// Another step has a resource that the next step needs.
        case waitingForResources
        /// Between a failed attempt and the next one.
        case backOff
        /// A robot was at a step, and its link is gone.
        case lostLink
        /// A person is asked.
        case waitingForPeople
        /// A person or the e-stop had it paused.
        case paused
        /// All steps are over, and the goal is held against memory.
        case checking

        /// For tables and sentences.
        public var words: String {
            switch self {
            case .planning: "planning"
            case .working: "robots at work"
            case .waitingForRobots: "waiting for robots"
            case .waitingForResources: "waiting for resources"
            case .backOff: "back-off before a retry"
            case .lostLink: "link lost"
            case .waitingForPeople: "waiting for people"
            case .paused: "paused"
            case .checking: "checking the goal"
            }
        }
    }

    /// A stretch of time in which the task was at one thing.
    public struct Phase: Hashable, Sendable, Codable {
        public var activity: Activity
        public var from: Instant
        public var to: Instant
        /// Who or what was waited for; empty where the activity says it all.
        public var note: String

        public init(_ activity: Activity, from: Instant, to: Instant, note: String = "") {
            self.activity = activity
            self.from = from
            self.to = to
            self.note = note
        }

        public var duration: Duration { to - from }
    }

    public struct Spent: Hashable, Sendable, Codable {
        public var activity: Activity
        public var seconds: Double

        public init(_ activity: Activity, seconds: Double) {
            self.activity = activity
            self.seconds = seconds
        }
    }

    /// A robot's time at a step, over all its attempts.
    public struct StepTime: Hashable, Sendable, Codable {
        public var step: StepID
        public var robot: RobotID
        public var call: SkillCall
        public var attempts: Int
        public var seconds: Double

        public init(step: StepID, robot: RobotID, call: SkillCall, attempts: Int, seconds: Double) {
            self.step = step
            self.robot = robot
            self.call = call
            self.attempts = attempts
            self.seconds = seconds
        }
    }

    /// A link of the critical path.
    public struct Link: Hashable, Sendable, Codable {
        public var activity: Activity
        public var from: Instant
        public var to: Instant
        /// The attempt's step, where the link is one.
        public var step: StepID?
        public var robot: RobotID?
        public var text: String

        public init(
            _ activity: Activity, from: Instant, to: Instant, step: StepID? = nil, robot: RobotID? = nil,
            text: String
        ) {
            self.activity = activity
            self.from = from
            self.to = to
            self.step = step
            self.robot = robot
            self.text = text
        }
    }
}
