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
    public var repeats: RepeatPolicy?
    public var votes: VotePolicy?

    public init(
        id: StepID, skill: SkillName, robot: RobotID? = nil, arguments: [String: Value] = [:],
        after: [StepID] = [], repeats: RepeatPolicy? = nil, votes: VotePolicy? = nil
    ) {
        self.id = id
        self.skill = skill
        self.robot = robot
        self.arguments = arguments
        self.after = after
        self.repeats = repeats
        self.votes = votes
    }

    enum CodingKeys: String, CodingKey {
        case id, skill, robot, arguments, after, votes
        case repeats = "repeat"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(StepID.self, forKey: .id)
        skill = try container.decode(SkillName.self, forKey: .skill)
        robot = try container.decodeIfPresent(RobotID.self, forKey: .robot)
        arguments = try container.decodeIfPresent([String: Value].self, forKey: .arguments) ?? [:]
        after = try container.decodeIfPresent([StepID].self, forKey: .after) ?? []
        repeats = try container.decodeIfPresent(RepeatPolicy.self, forKey: .repeats)
        votes = try container.decodeIfPresent(VotePolicy.self, forKey: .votes)
    }
}
