/// An acyclic graph of steps that brings a goal about, checked and timed.
public struct Plan: Hashable, Sendable, Codable {
    /// In an order in which each step comes after those it waits for.
    public var steps: [PlanStep]
    /// Which step makes true what another needs.
    public var links: [CausalLink]
    /// From start to the end of the last step, expected.
    public var makespanSeconds: Double
    /// Notes for people: who was chosen and why, who couldn't.
    public var explanation: [String]
    /// What must be true of the goal when the last step has ended: every
    /// stage's facts but those that a later stage rightly took back.
    public var outcome: Formula

    public init(
        steps: [PlanStep], links: [CausalLink] = [], makespanSeconds: Double = 0,
        explanation: [String] = [], outcome: Formula = .always
    ) {
        self.steps = steps
        self.links = links
        self.makespanSeconds = makespanSeconds
        self.explanation = explanation
        self.outcome = outcome
    }
}

/// One skill call in a plan, with its robot and its place in the order.
public struct PlanStep: Hashable, Sendable, Codable {
    public var id: StepID
    public var robot: RobotID
    public var skill: SkillName
    public var arguments: [String: Value]
    /// Steps that must have ended well before this one starts.
    public var after: [StepID]
    /// The goal's stage that it works for, from 0; all of a workflow is one.
    public var stage: Int
    /// From the plan's start.
    public var expectedStartSeconds: Double
    public var expectedDurationSeconds: Double
    /// What the coordinator needs of the manifest, as it was when planned.
    public var terms: StepTerms

    public init(
        id: StepID, robot: RobotID, skill: SkillName, arguments: [String: Value],
        after: [StepID] = [], stage: Int = 0, expectedStartSeconds: Double = 0,
        expectedDurationSeconds: Double = 0, terms: StepTerms = StepTerms()
    ) {
        self.id = id
        self.robot = robot
        self.skill = skill
        self.arguments = arguments
        self.after = after
        self.stage = stage
        self.expectedStartSeconds = expectedStartSeconds
        self.expectedDurationSeconds = expectedDurationSeconds
        self.terms = terms
    }

    public var call: SkillCall { SkillCall(skill: skill, robot: robot, arguments: arguments) }
}

/// `producer` makes `literal` true for `consumer`; nil is the start, or the goal.
public struct CausalLink: Hashable, Sendable, Codable {
    public var producer: StepID?
    public var literal: Literal
    public var consumer: StepID?

    public init(producer: StepID?, literal: Literal, consumer: StepID?) {
        self.producer = producer
        self.literal = literal
        self.consumer = consumer
    }
}
