/// A person's change to the part of a plan that hasn't begun: steps that take
/// the place of others, new ones, and steps that are left out.
///
/// It was checked like any plan (types, capability, conditions by simulated
/// effects) against the plan of `revision`; where that plan is no longer the
/// task's, the edit is refused and nothing changes.
public struct PlanEdit: Hashable, Sendable, Codable {
    /// What was changed, for people: `reassign`, `edit`, `insert` or `remove`.
    public var kind: Kind
    /// The plan that it was made for.
    public var revision: UInt32
    /// Steps in their new form: those whose id is known take that one's place.
    public var steps: [PlanStep]
    /// Steps that are left out; what waited for them no longer does.
    public var removed: [StepID]

    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case reassign, edit, insert, remove
    }

    public init(kind: Kind, revision: UInt32, steps: [PlanStep] = [], removed: [StepID] = []) {
        self.kind = kind
        self.revision = revision
        self.steps = steps
        self.removed = removed
    }
}
