import RobotModel

/// A problem without variables: what can hold, as bits, and what can be done.
///
/// Atoms are numbered base facts first, then derived ones, then denials:
/// ```
/// 0 ..< baseCount              facts that effects change
/// baseCount ..< denialStart    facts that axioms derive
/// denialStart ..< atomCount    «not» of one of those, where somebody asks
/// ```
/// What always holds is left out, and so is what nobody asks about.
struct GroundTask {
    struct Action {
        let schema: Int
        let binding: [Int32]
        /// Atoms that must hold, holding conditions included.
        var conditions: [Int32] = []
        /// The first has no conditions and may be empty.
        var effects: [Effect] = []
    }

    struct Effect {
        var conditions: [Int32] = []
        /// Base atoms that begin.
        var adds: [Int32] = []
        /// Base atoms that end, unless they begin as well.
        var deletes: [Int32] = []
        /// Adds, and the denials that deletes may make true.
        var relaxedAdds: [Int32] = []
    }

    struct Axiom {
        let head: Int32
        let body: [Int32]
    }

    /// What a stage of the goal asks for.
    struct StageGoal {
        var atoms: [Int32] = []
        /// Literals that can never hold together with the team as it is.
        var unreachable: [Literal] = []
    }

    var lifted: LiftedTask
    /// Everything that could hold if nothing ever ended.
    var reachable = AtomTable()
    var baseCount = 0
    var denialStart = 0
    var atomCount = 0
    /// The atom that each denial denies, by denial number from `denialStart`.
    var denied: [Int32] = []
    /// Of the denials, how many from the front speak of base facts or their
    /// projections, which are known before the other derived facts.
    var earlyDenials: Int = 0
    var axioms: [Axiom] = []
    var actions: [Action] = []
    /// Base atoms that hold at the start.
    var initial: [Int32] = []
    var stageGoals: [StageGoal] = []
    /// What each atom says.
    var literals: [Literal] = []
    /// Whether an exhausted search means that there is no plan: nothing was
    /// left out that could matter.
    var isComplete = true

    /// Whether some way is known to make `literal` so, `*` and variables
    /// standing for anything; denials count as possible.
    func isReachable(_ literal: Literal) -> Bool {
        guard literal.isPositive else { return true }
        guard let predicate = lifted.lexicon.find(literal.predicate, arity: literal.terms.count) else {
            return false
        }
        var pattern: [Int32] = []
        for term in literal.terms {
            switch term {
            case .any, .variable: pattern.append(LiftedLiteral.any)
            case .entity(let id):
                guard let number = lifted.lexicon.number(of: id) else { return false }
                pattern.append(number)
            }
        }
        return !reachable.matches(predicate: predicate, pattern: pattern).isEmpty
    }

    func robot(of action: Int) -> RobotID { lifted.schemas[actions[action].schema].robot }
    func stage(of action: Int) -> Int? { lifted.schemas[actions[action].schema].stage }

    func call(of action: Int) -> SkillCall {
        let action = actions[action]
        return lifted.schemas[action.schema].call(action.binding[...], lexicon: lifted.lexicon)
    }
}
