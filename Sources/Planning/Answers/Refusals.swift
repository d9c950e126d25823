import PlanRules
import RobotModel

/// Says why no plan can be: who is missing, or what is in the way.
struct Refusals {
    let problem: PlanningProblem
    let trees: [GoalTree?]
    let task: GroundTask

    /// Every state was looked at, and none of them is the goal.
    static func exhausted(_ problem: PlanningProblem) -> Rejection {
        let goals = problem.goal.stages.map { stage in
            switch stage.aim {
            case .achieve(let formula): formula.description
            case .perform(let call): call.description
            }
        }
        return Rejection(
            .unreachableGoal,
            "each part of the goal can be reached, but not all of it together: \(goals.joined(separator: "; then "))",
            parts: goals)
    }

    /// Why the first goal that can't be reached can't.
    func unreachable() throws(Rejection) -> Rejection {
        for (stage, goal) in task.stageGoals.enumerated() {
            guard let literal = goal.unreachable.first else { continue }
            let wanted = wanted(stage, literal)
            if let rejection = try whoCould(stage, wanted) { return rejection }
            if let tree = trees[stage] {
                return explain(impossible(tree) ?? literal, wanted: wanted)
            }
            if case .perform(let call) = problem.goal.stages[stage].aim { return explain(call) }
        }
        return Self.exhausted(problem)
    }

    private func wanted(_ stage: Int, _ literal: Literal) -> String {
        guard literal.predicate.contains("#") else { return literal.description }
        switch problem.goal.stages[stage].aim {
        case .achieve(let formula): return formula.description
        case .perform(let call): return call.description
        }
    }

    /// A literal of the tree that can't be reached.
    private func impossible(_ tree: GoalTree) -> Literal? {
        switch tree {
        case .literal(let literal): task.isReachable(literal) && literal.isPositive ? nil : literal
        case .and(let parts): parts.lazy.compactMap(impossible).first
        case .or(let parts):
            parts.allSatisfy { impossible($0) != nil } ? parts.lazy.compactMap(impossible).first : nil
        }
    }

    /// A refusal that names the robots that could, were they available.
    private func whoCould(_ stage: Int, _ wanted: String) throws(Rejection) -> Rejection? {
        let away = problem.unavailable.keys.filter { problem.team.robots[$0] != nil }.sorted()
        guard !away.isEmpty else { return nil }
        func succeeds(without unavailable: [RobotID: String]) throws(Rejection) -> Bool {
            var other = problem
            other.unavailable = unavailable
            let budget = PlanningBudget(limit: problem.timeLimit, isCancelled: { false })
            let lifted = try LiftedTask(problem: other, trees: trees, avoidsExcluded: false)
            let task = try Grounder.ground(lifted, world: other.world, prunes: true, budget: budget)
            return task.stageGoals[stage].unreachable.isEmpty
        }
        var able: [RobotID] = []
        for robot in away {
            var unavailable = problem.unavailable
            unavailable[robot] = nil
            if try succeeds(without: unavailable) { able.append(robot) }
        }
        if able.isEmpty, away.count > 1, try succeeds(without: [:]) { able = away }
        guard !able.isEmpty else { return nil }
        let reasons = able.map { "\($0) could, but: \(problem.unavailable[$0] ?? "")" }
        return Rejection(
            .noCapableRobot,
            "no robot that is available can bring about “\(wanted)”; \(reasons.joined(separator: "; "))",
            parts: [wanted], suggestions: able.map(\.rawValue))
    }

    // MARK: What is in the way

    private func explain(_ literal: Literal, wanted: String) -> Rejection {
        if !literal.isPositive {
            return Rejection(
                .unreachableGoal, "nothing that this team does ends “\(literal.negated)”",
                parts: [literal.description])
        }
        if problem.team.rules.contains(where: { $0.head.predicate == literal.predicate }) {
            let cause = obstacle(literal, depth: 0)
            return Rejection(
                .unreachableGoal, "nobody can bring about “\(literal)”\(cause.map { ": \($0)" } ?? "")",
                parts: [literal.description])
        }
        let makers = problem.team.skills.values.filter { manifest in
            manifest.effects.success.contains {
                $0.literal.isPositive && $0.literal.predicate == literal.predicate
            }
        }.sorted { $0.name < $1.name }
        let names = makers.map(\.name.rawValue)
        guard !makers.isEmpty else {
            return Rejection(
                .unreachableGoal, "no skill of this team brings about “\(literal.predicate)”",
                parts: [literal.description])
        }
        let owners = problem.team.robots.values.filter { robot in
            makers.contains { robot.skills.contains($0.name) }
        }
        guard !owners.isEmpty else {
            return Rejection(
                .noCapableRobot,
                "no robot of this team has the skill \(names.joined(separator: " or ")), which “\(literal)” needs",
                parts: names)
        }
        let reasons = reasons(for: literal, depth: 0)
        let away = owners.filter { problem.unavailable[$0.id] != nil }
        if reasons.isEmpty, !away.isEmpty {
            let list = away.map { "\($0.id): \(problem.unavailable[$0.id] ?? "")" }.sorted()
            return Rejection(
                .noCapableRobot,
                "“\(literal)” needs \(names.joined(separator: " or ")), and no robot that has it is available (\(list.joined(separator: "; ")))",
                parts: names)
        }
        return Rejection(
            .unreachableGoal, "nobody can bring about “\(literal)”: \(reasons.joined(separator: "; "))",
            parts: [literal.description])
    }

    private func explain(_ call: SkillCall) -> Rejection {
        var reasons: [String] = []
        for schema in task.lifted.schemas where schema.stage != nil && schema.manifest.name == call.skill {
            let literals = schema.conditions.map { condition($0, []) }
            if let blocked = literals.first(where: { !task.isReachable($0) }) {
                reasons.append("\(schema.robot) needs “\(blocked)”\(because(blocked, depth: 0))")
            }
        }
        return Rejection(
            reasons.isEmpty ? .noCapableRobot : .unreachableGoal,
            "nobody can do \(call)\(reasons.isEmpty ? "" : ": \(reasons.prefix(Self.mostReasons).joined(separator: "; "))")",
            parts: [call.description])
    }
    private static let mostReasons = 4

    /// For each robot with a skill that makes `literal` true, what it lacks.
    private func reasons(for literal: Literal, depth: Int) -> [String] {
        var reasons: [String] = []
        for schema in task.lifted.schemas where schema.stage == nil {
            guard
                let reason = schema.effects.lazy.compactMap({ self.reason(schema, $0, literal, depth: depth) }
                ).first
            else { continue }
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return Array(reasons.prefix(Self.mostReasons))
    }

    private func reason(
        _ schema: ActionSchema, _ effect: ActionSchema.Effect, _ literal: Literal, depth: Int
    ) -> String? {
        let change = effect.change
        let key = task.lifted.lexicon.predicates[change.predicate]
        guard change.isPositive, key.name == literal.predicate, key.arity == literal.terms.count else {
            return nil
        }
        var binding = Array(repeating: Int32(-1), count: schema.variables.count)
        for (term, wanted) in zip(change.terms, literal.terms) {
            guard case .entity(let id) = wanted, let number = task.lifted.lexicon.number(of: id) else {
                continue
            }
            if term >= 0 {
                if term != number { return nil }
                continue
            }
            let variable = Int(-1 - term)
            guard variable < binding.count else { continue }
            binding[variable] = number
            let name = schema.variables[variable]
            let type = schema.manifest.parameters.first { $0.name == name }?.type ?? SkillParameter.anyEntity
            if !problem.world.has(id, type: type) {
                return "\(schema.robot) can’t \(schema.manifest.name) there, since \(id) is no \(type)"
            }
        }
        let conditions = schema.conditions.map { condition($0, binding) }
        guard let blocked = conditions.first(where: { !task.isReachable($0) }) else { return nil }
        return
            "to \(schema.manifest.name), \(schema.robot) needs “\(blocked)”\(because(blocked, depth: depth))"
    }

    private func condition(_ literal: LiftedLiteral, _ binding: [Int32]) -> Literal {
        let arguments = literal.terms.map { term -> Int32 in
            if term >= 0 { return term }
            let variable = Int(-1 - term)
            return variable < binding.count ? binding[variable] : -1
        }
        let key = task.lifted.lexicon.predicates[literal.predicate]
        var rest = arguments[...]
        let terms = (0..<key.arity).map { place -> Term in
            if key.openPlaces & (1 << UInt32(place)) != 0 { return .any }
            let argument = rest.removeFirst()
            return argument < 0 ? .any : .entity(task.lifted.lexicon.entities[Int(argument)])
        }
        return Literal(key.name, terms, isPositive: literal.isPositive)
    }

    private func because(_ literal: Literal, depth: Int) -> String {
        obstacle(literal, depth: depth + 1).map { " (\($0))" } ?? ""
    }

    /// Of the rules that derive `literal`, or the skills that make it so, what
    /// stands in the way of those that come nearest.
    private func obstacle(_ literal: Literal, depth: Int) -> String? {
        guard depth < 4 else { return nil }
        var best: (met: Int, missing: [Literal])?
        for rule in problem.team.rules where rule.head.predicate == literal.predicate {
            guard rule.head.terms.count == literal.terms.count else { continue }
            var binding: [String: EntityID] = [:]
            for (term, wanted) in zip(rule.head.terms, literal.terms) {
                if case .variable(let name) = term, case .entity(let id) = wanted { binding[name] = id }
            }
            let body = rule.body.filter(\.isPositive).map { $0.bound(by: binding) }
            let missing = body.filter { !task.isReachable($0) }
            guard let first = missing.first else { continue }
            let met = body.count - missing.count
            if best.map({ met > $0.met }) ?? true {
                best = (met, [first])
            } else if best?.met == met {
                if best?.missing.contains(first) == false { best?.missing.append(first) }
            }
        }
        guard let best else { return nil }
        return "nothing makes true " + best.missing.prefix(3).map { "“\($0)”" }.joined(separator: " or ")
    }
}
