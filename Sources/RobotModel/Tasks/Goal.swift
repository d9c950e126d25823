/// What a task is to bring about: stages, one after the other.
///
/// A single stage of facts is the usual case; «do this, then that» makes more.
public struct Goal: Hashable, Sendable, Codable {
    public var stages: [GoalStage]
    /// What the person who asked said of the world («you are at the table»);
    /// entered in shared memory as observed by that person before planning.
    public var observations: [Literal]

    public init(stages: [GoalStage], observations: [Literal] = []) {
        self.stages = stages
        self.observations = observations
    }

    /// One stage: make `formula` true, by any robots.
    public init(_ formula: Formula) {
        self.init(stages: [GoalStage(.achieve(formula))])
    }
}

/// One thing to bring about, and by whom.
public struct GoalStage: Hashable, Sendable, Codable {
    public var aim: GoalAim
    public var performer: Performer

    public init(_ aim: GoalAim, by performer: Performer = .any) {
        self.aim = aim
        self.performer = performer
    }
}

public enum GoalAim: Hashable, Sendable, Codable {
    /// Make it true.
    case achieve(Formula)
    /// Run this skill, after making its start conditions true.
    case perform(SkillCall)
}

/// Which robots may work on a stage.
public enum Performer: Hashable, Sendable, Codable {
    /// Whichever can, together.
    case any
    case robot(RobotID)
    /// One robot for all the stages that carry the same label («you»); which
    /// one is the planner's choice.
    case same(String)
}
