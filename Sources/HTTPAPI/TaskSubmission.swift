import RobotModel

/// The body of `POST /v1/tasks`: exactly one of `words`, `goal`, `workflow`
/// and `workflow_yaml`, and how it is to be treated.
struct TaskSubmission: Decodable {
    var words: String?
    var goal: GoalText?
    var workflow: Workflow?
    var workflowYAML: String?
    var priority: Int?
    var dryRun: Bool?
    /// When it should have ended.
    var deadline: Instant?
    /// Whether a person is asked before the task is given up.
    var askPeople: Bool?

    enum CodingKeys: String, CodingKey {
        case words, goal, workflow, priority, deadline
        case askPeople = "ask_people"
        case workflowYAML = "workflow_yaml"
        case dryRun = "dry_run"
    }

    static let shape = JSONShape.object(fields)

    static let fields: [String: JSONShape] = [
        "words": .anything,
        "goal": .object([
            "stages": .list(
                .object([
                    "aim": .object(["achieve": .anything, "perform": call]),
                    "performer": .object(["robot": .anything, "same": .anything]),
                ])),
            "observations": .anything,
        ]),
        "workflow": .object([
            "steps": .list(
                .object(workflowStep))
        ]),
        "workflow_yaml": .anything, "priority": .anything, "dry_run": .anything,
        "deadline": .anything, "ask_people": .anything,
    ]

    static let workflowStep: [String: JSONShape] = [
        "id": .anything, "skill": .anything, "robot": .anything, "arguments": .anything,
        "after": .anything, "repeat": .object(["until": .anything, "most": .anything]),
        "votes": .object(["ahead": .anything, "most": .anything]),
    ]

    private static let call = JSONShape.object([
        "skill": .anything, "robot": .anything, "arguments": .anything,
    ])

    static let priorities = -1000...1000

    /// The request that the body stands for.
    /// - Throws: `emptyTask`, `invalidField`; what `readWorkflow` throws.
    func request(
        requester: String, idempotencyKey: String?, readWorkflow: (String) throws -> Workflow
    ) throws -> TaskRequest {
        let priority = priority ?? 0
        guard Self.priorities.contains(priority) else {
            throw APIError(.invalidField, "“priority” goes from -1000 to 1000.", field: "priority")
        }
        return TaskRequest(
            try ask(readWorkflow), priority: priority, requester: requester,
            idempotencyKey: idempotencyKey, deadline: deadline, asksPeople: askPeople ?? false)
    }

    private func ask(_ readWorkflow: (String) throws -> Workflow) throws -> TaskAsk {
        let given = [words != nil, goal != nil, workflow != nil, workflowYAML != nil]
        switch given.count(where: { $0 }) {
        case 0:
            throw APIError(
                .emptyTask, "The body has none of “words”, “goal”, “workflow” and “workflow_yaml”.")
        case 1: break
        default:
            throw APIError(
                .invalidField,
                "A task is one of “words”, “goal”, “workflow” and “workflow_yaml”, not several.")
        }
        if let words {
            guard words.contains(where: { $0.isLetter || $0.isNumber }) else {
                throw APIError(.emptyTask, "“words” has no word in it.", field: "words")
            }
            return .words(words)
        }
        if let goal {
            guard !goal.goal.stages.isEmpty else {
                throw APIError(.emptyTask, "“goal” has no stages.", field: "goal")
            }
            return .goal(goal.goal)
        }
        let workflow = try workflow ?? readWorkflow(workflowYAML ?? "")
        guard !workflow.steps.isEmpty else {
            throw APIError(.emptyTask, "The workflow has no steps.", field: "workflow")
        }
        return .workflow(workflow)
    }
}

/// A goal as callers write it: a formula's text, or the object with stages.
struct GoalText: Decodable {
    let goal: Goal

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let text = try? container.decode(String.self) else {
            goal = try container.decode(Goal.self)
            return
        }
        do {
            goal = Goal(try FactSyntax().formula(text))
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }
}
