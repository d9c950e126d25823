/// What a person wants changed in the part of a plan that hasn't begun; once
/// it is checked, it becomes a ``PlanEdit``.
public enum PlanChange: Hashable, Sendable {
    /// Another robot for the step.
    case reassign(StepID, to: RobotID)
    /// Other values for the step's arguments; those left out stay.
    case edit(StepID, arguments: [String: Value])
    case insert([InsertedStep])
    /// What waited for the step waits for what it waited for.
    case remove(StepID)

    public var kind: PlanEdit.Kind {
        switch self {
        case .reassign: .reassign
        case .edit: .edit
        case .insert: .insert
        case .remove: .remove
        }
    }
}

/// A new step, and where in the plan it belongs.
public struct InsertedStep: Hashable, Sendable, Codable {
    /// Its `after` may name steps of the plan and others that are inserted.
    public var step: WorkflowStep
    /// Steps that haven't begun and wait for it from now on.
    public var before: [StepID]

    public init(_ step: WorkflowStep, before: [StepID] = []) {
        self.step = step
        self.before = before
    }

    enum CodingKeys: String, CodingKey { case before }

    public init(from decoder: any Decoder) throws {
        step = try WorkflowStep(from: decoder)
        before =
            try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent([StepID].self, forKey: .before)
            ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        try step.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(before, forKey: .before)
    }
}
