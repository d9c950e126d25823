/// One thing that happened, as the event streams tell it.
public struct TaskEvent: Hashable, Sendable, Codable {
    /// Grows by one for every event of this brain; the `id` of an SSE event.
    public var sequence: UInt64
    public var at: Instant
    public var kind: TaskEventKind
    public var task: TaskID?
    public var step: StepID?
    public var robot: RobotID?
    /// The state that the task, step or robot is in now, by the kind.
    public var state: String
    /// For people: which skill with what, or why.
    public var note: String

    public init(
        sequence: UInt64 = 0, at: Instant, kind: TaskEventKind, task: TaskID? = nil,
        step: StepID? = nil, robot: RobotID? = nil, state: String, note: String = ""
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.task = task
        self.step = step
        self.robot = robot
        self.state = state
        self.note = note
    }
}

public enum TaskEventKind: String, Hashable, Sendable, Codable {
    /// A task changed its state.
    case task
    /// A step changed its state.
    case step
    /// A robot changed its state.
    case robot
    /// A rung of the repair ladder was taken, with its reason.
    case repair
    /// What was decided about an attempt when its robot came back: adopt,
    /// resume, abort or unknown.
    case reconnection
    /// A person is asked, or has answered.
    case question
    /// A person's order, with who and why.
    case order
    /// The e-stop was latched or released.
    case emergency
    /// A schedule was set, removed or has started a task.
    case schedule
}
