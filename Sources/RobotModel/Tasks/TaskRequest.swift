/// What a caller asks for: exactly one of words, goal facts or a workflow.
///
/// Stop 2 of «follow one task»: it comes from `HTTPAPI/TaskRoutes.swift`,
/// which minted the task's id, and goes on to `Coordination/Coordinator.swift`.
public struct TaskRequest: Hashable, Sendable, Codable {
    public var ask: TaskAsk
    /// Greater goes first; 0 is usual.
    public var priority: Int
    /// Who asks; from the caller's token.
    public var requester: String
    /// Two requests with the same key are one task.
    public var idempotencyKey: String?
    /// When the task should have ended. It goes on after that; that it is late
    /// is told.
    public var deadline: Instant?
    /// Whether a person is asked before the task is given up.
    public var asksPeople: Bool

    public init(
        _ ask: TaskAsk, priority: Int = 0, requester: String = "anonymous",
        idempotencyKey: String? = nil, deadline: Instant? = nil, asksPeople: Bool = false
    ) {
        self.ask = ask
        self.priority = priority
        self.requester = requester
        self.idempotencyKey = idempotencyKey
        self.deadline = deadline
        self.asksPeople = asksPeople
    }
}

public enum TaskAsk: Hashable, Sendable, Codable {
    /// An instruction in controlled English.
    case words(String)
    case goal(Goal)
    case workflow(Workflow)

    /// The ask as one line for lists and logs.
    public var summary: String {
        switch self {
        case .words(let words): words
        case .goal(let goal):
            goal.stages.map { stage in
                switch stage.aim {
                case .achieve(let formula): formula.description
                case .perform(let call): call.description
                }
            }.joined(separator: "; then ")
        case .workflow(let workflow): "workflow of \(workflow.steps.count) steps"
        }
    }
}
