/// An explicit graph of skill calls, as a person wrote it.
public struct Workflow: Hashable, Sendable, Codable {
    public var steps: [WorkflowStep]

    public init(steps: [WorkflowStep]) { self.steps = steps }
}

public struct WorkflowStep: Hashable, Sendable, Codable {
    public var id: StepID
    public var skill: SkillName
    /// The robot that must run it; nil leaves it to the planner.
    public var robot: RobotID?
    public var arguments: [String: Value]
    /// Steps that must have succeeded before this one starts.
    public var after: [StepID]

    public init(
        id: StepID, skill: SkillName, robot: RobotID? = nil, arguments: [String: Value] = [:],
        after: [StepID] = []
    ) {
        self.id = id
        self.skill = skill
        self.robot = robot
        self.arguments = arguments
        self.after = after
    }

    enum CodingKeys: String, CodingKey { case id, skill, robot, arguments, after }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(StepID.self, forKey: .id)
        skill = try container.decode(SkillName.self, forKey: .skill)
        robot = try container.decodeIfPresent(RobotID.self, forKey: .robot)
        arguments = try container.decodeIfPresent([String: Value].self, forKey: .arguments) ?? [:]
        after = try container.decodeIfPresent([StepID].self, forKey: .after) ?? []
    }
}
