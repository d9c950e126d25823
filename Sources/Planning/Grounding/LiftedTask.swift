import PlanRules
import RobotModel

/// A planning problem over numbers: rules and skills with their variables,
/// ready to be instantiated.
struct LiftedTask {
    var lexicon: Lexicon
    private(set) var templates: [RuleTemplate] = []
    private(set) var schemas: [ActionSchema] = []
    /// Per stage, the literals that must hold together when it ends.
    private(set) var stageGoals: [[LiftedLiteral]] = []
    /// Predicates that rules derive, by number.
    private(set) var derived: Set<Int> = []
    /// Projections of base predicates, by number: known before all else.
    private(set) var projectionsOfBase: Set<Int> = []
    private let derivedNames: Set<String>

    /// - Parameters:
    ///   - trees: each stage's formula; nil for a stage that performs a call.
    ///   - avoidsExcluded: whether calls that failed before are left out.
    init(
        problem: PlanningProblem, trees: [GoalTree?], avoidsExcluded: Bool
    ) throws(Rejection) {
        lexicon = Lexicon(world: problem.world)
        derivedNames = Set(problem.team.rules.map(\.head.predicate))
        for rule in problem.team.rules { add(rule) }
        let robots = problem.team.robots.values.sorted { $0.id < $1.id }
        for robot in robots where problem.unavailable[robot.id] == nil {
            for name in Set(robot.skills).sorted() {
                guard let manifest = problem.team.skills[name] else { continue }
                let excluded =
                    avoidsExcluded
                    ? problem.excluded.filter { $0.robot == robot.id && $0.skill == name } : []
                if excluded.contains(where: { $0.arguments == nil }) { continue }
                add(manifest, of: robot.id, exclusions: excluded.compactMap(\.arguments))
            }
        }
        for (stage, tree) in trees.enumerated() {
            if let tree {
                stageGoals.append(compile(tree, stage: stage) ?? [unreachable(stage)])
            } else if case .perform(let call) = problem.goal.stages[stage].aim {
                for robot in robots where problem.unavailable[robot.id] == nil {
                    guard call.robot == nil || call.robot == robot.id else { continue }
                    add(call, by: robot.id, stage: stage, problem: problem)
                }
                stageGoals.append([performed(stage)])
            }
        }
        addProjections()
    }

    // MARK: Rules

    private mutating func add(_ rule: DerivedRule) {
        var scope: [String: Int] = [:]
        for literal in rule.body where literal.isPositive { extend(&scope, with: literal) }
        guard let (body, denials) = conditions(rule.body, scope: scope),
            let head = lexicon.condition(rule.head, scope: scope)
        else { return }
        derived.insert(head.predicate)
        templates.append(
            RuleTemplate(
                kind: .axiom, body: body, denials: denials, heads: [head],
                domains: Array(repeating: nil, count: scope.count)))
    }

    /// For each projection in use a rule that derives it. Projections of
    /// projections don't arise.
    private mutating func addProjections() {
        for (number, key) in lexicon.predicates.enumerated() where key.openPlaces != 0 {
            let source = lexicon.predicate(key.name, arity: key.arity)
            let terms = (0..<key.arity).map(LiftedLiteral.variable)
            let kept = terms.enumerated().filter { key.openPlaces & (1 << UInt32($0.offset)) == 0 }
            derived.insert(number)
            if !derivedNames.contains(key.name) { projectionsOfBase.insert(number) }
            templates.append(
                RuleTemplate(
                    kind: .axiom,
                    body: [LiftedLiteral(predicate: source, terms: terms, isPositive: true)], denials: [],
                    heads: [LiftedLiteral(predicate: number, terms: kept.map(\.element), isPositive: true)],
                    domains: Array(repeating: nil, count: key.arity)))
        }
    }

    // MARK: Skills

    private mutating func add(_ manifest: SkillManifest, of robot: RobotID, exclusions: [[String: Value]]) {
        var variables: [String] = []
        var given: [String: Value] = [:]
        for parameter in manifest.parameters {
            if parameter.takesEntity {
                variables.append(parameter.name)
            } else if let value = parameter.default.flatMap(parameter.accept) {
                given[parameter.name] = value
            } else {
                return  // Nothing tells the planner which number or text to give.
            }
        }
        add(
            manifest, robot: robot, variables: variables, given: given,
            binding: ["self": EntityID(robot)], stage: nil, exclusions: exclusions)
    }

    private mutating func add(_ call: SkillCall, by robot: RobotID, stage: Int, problem: PlanningProblem) {
        var call = call
        call.robot = robot
        guard let bound = try? BoundSkill(call, team: problem.team, world: problem.world) else { return }
        var binding = bound.arguments.compactMapValues(\.entity)
        binding["self"] = EntityID(robot)
        add(
            bound.manifest, robot: robot, variables: [], given: bound.arguments, binding: binding,
            stage: stage, exclusions: [])
    }

    private mutating func add(
        _ manifest: SkillManifest, robot: RobotID, variables: [String], given: [String: Value],
        binding: [String: EntityID], stage: Int?, exclusions: [[String: Value]]
    ) {
        let scope = Dictionary(uniqueKeysWithValues: variables.enumerated().map { ($1, $0) })
        let required = manifest.conditions.start + manifest.conditions.hold
        guard let (body, denials) = conditions(required.map { $0.bound(by: binding) }, scope: scope) else {
            return
        }
        let types = Dictionary(uniqueKeysWithValues: manifest.parameters.map { ($0.name, $0.type) })
        let domains = variables.map { lexicon.members(ofType: types[$0] ?? SkillParameter.anyEntity) }
        var effects: [ActionSchema.Effect] = []
        var heads: [LiftedLiteral] = []
        for effect in manifest.effects.success.map({ $0.bound(by: binding) }) {
            var inner = scope
            for literal in effect.conditions where literal.isPositive { extend(&inner, with: literal) }
            guard let (when, whenNot) = conditions(effect.conditions, scope: inner),
                let change = lexicon.pattern(effect.literal, scope: inner)
            else { continue }
            effects.append(ActionSchema.Effect(change: change, conditions: when + whenNot))
            guard change.isPositive else { continue }
            if effect.conditions.isEmpty {
                heads.append(change)
            } else {
                let free = [[Bool]?](repeating: nil, count: inner.count - scope.count)
                templates.append(
                    RuleTemplate(
                        kind: .conditionalEffect, body: body + when, denials: denials, heads: [change],
                        domains: domains + free))
            }
        }
        if let stage {
            effects.append(ActionSchema.Effect(change: performed(stage), conditions: []))
            heads.append(performed(stage))
        }
        templates.append(
            RuleTemplate(
                kind: .action(schemas.count), body: body, denials: denials, heads: heads, domains: domains))
        schemas.append(
            ActionSchema(
                robot: robot, manifest: manifest, variables: variables, given: given,
                conditions: body + denials, effects: effects, stage: stage, exclusions: exclusions))
    }

    // MARK: Goals

    private mutating func performed(_ stage: Int) -> LiftedLiteral {
        LiftedLiteral(
            predicate: lexicon.predicate("performed#\(stage)", arity: 0), terms: [], isPositive: true)
    }

    private mutating func unreachable(_ stage: Int) -> LiftedLiteral {
        LiftedLiteral(predicate: lexicon.predicate("never#\(stage)", arity: 0), terms: [], isPositive: true)
    }

    /// The tree as literals that must all hold; a choice becomes a literal
    /// that its alternatives derive. Nil where it can't be.
    private mutating func compile(_ tree: GoalTree, stage: Int) -> [LiftedLiteral]? {
        switch tree {
        case .literal(let literal):
            guard let lifted = lexicon.condition(literal, scope: [:]) else {
                return literal.isPositive ? nil : []
            }
            return [lifted]
        case .and(let parts):
            var all: [LiftedLiteral] = []
            for part in parts {
                guard let literals = compile(part, stage: stage) else { return nil }
                all += literals.filter { !all.contains($0) }
            }
            return all
        case .or(let parts):
            let bodies = parts.compactMap { compile($0, stage: stage) }
            if bodies.contains([]) { return [] }
            guard !bodies.isEmpty else { return nil }
            let predicate = lexicon.predicate("choice#\(templates.count)", arity: 0)
            let head = LiftedLiteral(predicate: predicate, terms: [], isPositive: true)
            derived.insert(predicate)
            for body in bodies {
                templates.append(
                    RuleTemplate(
                        kind: .axiom, body: body.filter(\.isPositive),
                        denials: body.filter { !$0.isPositive },
                        heads: [head], domains: []))
            }
            return [head]
        }
    }

    // MARK: Shared

    private func extend(_ scope: inout [String: Int], with literal: Literal) {
        for case .variable(let name) in literal.terms where scope[name] == nil { scope[name] = scope.count }
    }

    /// Positive and negative conditions; nil where one can never hold.
    private mutating func conditions(
        _ literals: [Literal], scope: [String: Int]
    ) -> (positive: [LiftedLiteral], negative: [LiftedLiteral])? {
        var positive: [LiftedLiteral] = []
        var negative: [LiftedLiteral] = []
        for literal in literals {
            let lifted = lexicon.condition(literal, scope: scope)
            if literal.isPositive {
                guard let lifted else { return nil }
                positive.append(lifted)
            } else if let lifted {
                negative.append(lifted)
            }
        }
        return (positive, negative)
    }

    mutating func narrow(_ template: Int, domains: [[Bool]?]) { templates[template].domains = domains }
    mutating func removeTemplates(_ unwanted: Set<Int>) {
        templates = templates.enumerated().filter { !unwanted.contains($0.offset) }.map(\.element)
    }
}
