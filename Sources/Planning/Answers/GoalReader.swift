import PlanRules
import RobotModel

/// Checks that a goal speaks of what is there, and unfolds its formulas.
struct GoalReader {
    private let problem: PlanningProblem

    init(_ problem: PlanningProblem) { self.problem = problem }

    /// One tree per stage; nil for a stage that performs a call.
    func trees() throws(Rejection) -> [GoalTree?] {
        var trees: [GoalTree?] = []
        for stage in problem.goal.stages {
            switch stage.performer {
            case .any, .same: break
            case .robot(let robot): try check(robot)
            }
            switch stage.aim {
            case .achieve(let formula):
                try check(formula, bound: [])
                let tree = try GoalTree(formula, world: problem.world).flattened
                try refuseContradiction(tree)
                trees.append(tree)
            case .perform(let call):
                try check(call, performer: stage.performer)
                trees.append(nil)
            }
        }
        return trees
    }

    private func check(_ robot: RobotID) throws(Rejection) {
        guard problem.team.robots[robot] == nil else { return }
        let names = problem.team.robots.keys.map(\.rawValue).sorted()
        throw Rejection(
            .unknownRobot, "no robot is called “\(robot)”", parts: [robot.rawValue],
            suggestions: NearMatches.find(robot.rawValue, among: names))
    }

    private func check(_ formula: Formula, bound: Set<String>) throws(Rejection) {
        switch formula {
        case .literal(let literal):
            for case .variable(let name) in literal.terms where !bound.contains(name) {
                throw Rejection(
                    .invalidRequest,
                    "“\(literal)” leaves ?\(name) open; say “exists ?\(name): <type>.” or “forall”",
                    parts: ["?\(name)"])
            }
            for case .entity(let id) in literal.terms where problem.world.entities[id] == nil {
                throw unknown(id)
            }
        case .not(let inner): try check(inner, bound: bound)
        case .and(let parts), .or(let parts): for part in parts { try check(part, bound: bound) }
        case .forAll(let variable, let type, let inner), .exists(let variable, let type, let inner):
            let types = Set(problem.world.entities.values.flatMap(\.types)).union(Self.standardTypes)
            guard types.contains(type) else {
                throw Rejection(
                    .unknownEntity, "nothing here is a “\(type)”", parts: [type],
                    suggestions: NearMatches.find(type, among: types.sorted()))
            }
            try check(inner, bound: bound.union([variable]))
        }
    }

    private static let standardTypes: Set<String> = [
        SkillParameter.anyEntity, StandardTypes.room, StandardTypes.door, StandardTypes.surface,
        StandardTypes.container, StandardTypes.item, StandardTypes.robot, StandardTypes.person,
        StandardTypes.openable, StandardTypes.landable,
    ]

    private func unknown(_ id: EntityID) -> Rejection {
        let entities = problem.world.entities.values.sorted { $0.id < $1.id }
        var idsByName: [String: String] = [:]
        for entity in entities {
            for name in entity.names + [entity.id.rawValue] where idsByName[name] == nil {
                idsByName[name] = entity.id.rawValue
            }
        }
        var suggestions: [String] = []
        for name in NearMatches.find(id.rawValue, among: idsByName.keys.sorted(), most: 6) {
            if let known = idsByName[name], !suggestions.contains(known) { suggestions.append(known) }
        }
        return Rejection(
            .unknownEntity, "nothing is called “\(id)”", parts: [id.rawValue],
            suggestions: Array(suggestions.prefix(3)))
    }

    /// Checks the call for every robot that may make it: one must be able to.
    private func check(_ call: SkillCall, performer: Performer) throws(Rejection) {
        guard problem.team.skills[call.skill] != nil else {
            let names = problem.team.skills.keys.map(\.rawValue).sorted()
            throw Rejection(
                .unknownSkill, "no skill is called “\(call.skill)”", parts: [call.skill.rawValue],
                suggestions: NearMatches.find(call.skill.rawValue, among: names))
        }
        if let robot = call.robot { try check(robot) }
        if case .robot(let robot) = performer, let named = call.robot, named != robot {
            throw Rejection(
                .invalidRequest, "the stage is for \(robot), and its call for \(named)",
                parts: [named.rawValue])
        }
        for value in call.arguments.values.sorted(by: { "\($0)" < "\($1)" }) {
            if case .entity(let id) = value, problem.world.entities[id] == nil { throw unknown(id) }
        }
        var flaw: PlanFlaw?
        for robot in problem.team.robots.keys.sorted() where call.robot == nil || call.robot == robot {
            guard problem.team.skill(call.skill, of: robot) != nil else { continue }
            var own = call
            own.robot = robot
            do throws(PlanFlaw) {
                _ = try BoundSkill(own, team: problem.team, world: problem.world)
                return
            } catch {
                flaw = flaw ?? error
            }
        }
        if let flaw { throw Rejection(.invalidRequest, flaw.message, parts: [call.description]) }
        let who = call.robot.map { "\($0) doesn’t have" } ?? "no robot of this team has"
        throw Rejection(.noCapableRobot, "\(who) the skill \(call.skill)", parts: [call.skill.rawValue])
    }

    private func refuseContradiction(_ tree: GoalTree) throws(Rejection) {
        var positive: Set<Literal> = []
        var negative: Set<Literal> = []
        for case .literal(let literal) in tree.conjuncts {
            if literal.isPositive { positive.insert(literal) } else { negative.insert(literal.negated) }
        }
        if let both = positive.intersection(negative).min(by: { $0.description < $1.description }) {
            throw Rejection(
                .contradictoryGoal, "the goal asks for “\(both)” and for its opposite",
                parts: [both.description])
        }
        for literal in negative.sorted(by: { $0.description < $1.description })
        where literal.terms.contains(.any) {
            if let clash = positive.first(where: { $0.fact.map(literal.matches) ?? false }) {
                throw Rejection(
                    .contradictoryGoal, "the goal asks for “\(clash)” and for “\(literal.negated)” not to be",
                    parts: [clash.description, literal.negated.description])
            }
        }
    }
}
