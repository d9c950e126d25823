public import PlanRules

/// What words are understood against: who is there, what they can do, and
/// what is where. A snapshot; the interpreter keeps nothing of it.
public struct LanguageContext: Sendable {
    /// The robots, and the skills whose phrases make the grammar.
    public var team: Team
    /// The entities that may be named, and the facts that tell them apart.
    public var world: WorldState

    public init(team: Team, world: WorldState) {
        self.team = team
        self.world = world
    }
}
