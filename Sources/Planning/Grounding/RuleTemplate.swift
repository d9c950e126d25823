import RobotModel

/// A rule with variables, to be instantiated with what can ever hold: a
/// derived rule, or a robot's skill.
struct RuleTemplate {
    enum Kind: Hashable {
        case axiom
        /// The number of its ``ActionSchema``.
        case action(Int)
        /// What an action adds under a condition; only for finding what can hold.
        case conditionalEffect
    }

    var kind: Kind
    var body: [LiftedLiteral]
    /// Negative literals of the body.
    var denials: [LiftedLiteral]
    /// What holds wherever the body does.
    var heads: [LiftedLiteral]
    /// For each variable, which entities it may stand for; nil for all.
    var domains: [[Bool]?]
}

/// A skill of one robot, its entity parameters still open.
struct ActionSchema {
    struct Effect {
        let change: LiftedLiteral
        let conditions: [LiftedLiteral]
    }

    let robot: RobotID
    let manifest: SkillManifest
    /// Parameter names by variable.
    let variables: [String]
    /// Arguments that aren't open: plain values, or given by the goal.
    let given: [String: Value]
    let conditions: [LiftedLiteral]
    let effects: [Effect]
    /// For an action that a stage of the goal asks for by name.
    let stage: Int?
    /// Whether only calls that aren't excluded by their arguments are wanted.
    let exclusions: [[String: Value]]

    /// The call that `binding` makes of it.
    func call(_ binding: ArraySlice<Int32>, lexicon: Lexicon) -> SkillCall {
        var arguments = given
        for (name, value) in zip(variables, binding) {
            arguments[name] = .entity(lexicon.entities[Int(value)])
        }
        return SkillCall(skill: manifest.name, robot: robot, arguments: arguments)
    }
}
