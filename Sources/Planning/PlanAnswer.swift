public import PlanRules
public import RobotModel

/// Answers a ``PlanningQuestion`` from a picture of the world: the first plan
/// and every later one, whoever asks: the brain, or a simulation of it.
public struct PlanAnswer: Sendable {
    public var question: PlanningQuestion
    /// Everyone who is there, and all skills.
    public var team: Team
    public var world: WorldState
    public var timeLimit: Duration

    public init(
        _ question: PlanningQuestion, team: Team, world: WorldState, timeLimit: Duration = .seconds(10)
    ) {
        self.question = question
        self.team = Self.team(for: question, of: team, in: world)
        self.world = world
        self.timeLimit = timeLimit
    }

    /// - Parameter interpret: makes a goal of words, for this team and world.
    /// - Throws: what planner and `interpret` throw.
    public func plan(
        interpret: (String, Team, WorldState) throws(Rejection) -> Goal
    ) throws(Rejection) -> (Goal, Plan) {
        let goal = try self.goal(interpret)
        var expected = world
        for step in question.running { expected.apply(step.terms.effects, rules: team.rules) }
        var problem = PlanningProblem(
            team: team, world: expected, goal: goal, unavailable: question.unavailable,
            excluded: Set(question.excluded.compactMap(ExcludedCall.init)), timeLimit: timeLimit)
        // What the person said of the world counts from the start, and only
        // once: afterwards it is in memory, and may have changed since.
        if question.revision == 1 { problem.world.enter(goal.observations) }
        for robot in question.busy {
            problem.unavailable[robot] = problem.unavailable[robot] ?? "at another task"
        }
        var plan: Plan
        do {
            plan = try self.plan(problem)
        } catch {
            // Nobody who is free can do it: count on those who will be.
            guard !question.busy.isEmpty else { throw error }
            problem.unavailable = question.unavailable
            plan = try self.plan(problem)
        }
        if !question.running.isEmpty { plan.join(question.running, in: world, team: team) }
        if case .workflow(let workflow) = question.ask {
            plan.takeUp(workflow, running: question.running, revision: question.revision)
        }
        return (goal, plan)
    }

    /// Everyone but the robots that left with an earlier scene: they are
    /// retired, and no longer in the world. Nobody means them by “the dog”.
    private static func team(for question: PlanningQuestion, of all: Team, in world: WorldState) -> Team {
        var team = all
        team.robots = team.robots.filter { id, _ in
            question.unavailable[id] != RobotState.retired.rawValue || world.entities[EntityID(id)] != nil
        }
        for (id, skills) in question.suspended {
            team.robots[id]?.skills.removeAll(where: skills.contains)
        }
        return team
    }

    private func goal(
        _ interpret: (String, Team, WorldState) throws(Rejection) -> Goal
    ) throws(Rejection) -> Goal {
        if case .workflow = question.ask { return Goal(stages: []) }
        if let known = question.goal { return known }
        switch question.ask {
        case .words(let words): return try interpret(words, team, world)
        case .goal(let goal): return goal
        case .workflow: return Goal(stages: [])
        }
    }

    private func plan(_ problem: PlanningProblem) throws(Rejection) -> Plan {
        var problem = problem
        guard case .workflow(let workflow) = question.ask else {
            problem.stepPrefix = question.revision == 1 ? "s" : "r\(question.revision)s"
            return try GoalPlanner().plan(problem)
        }
        let rest = workflow.without(question.finished + question.running.map(\.id))
        // What runs is the last of it.
        if rest.steps.isEmpty, !workflow.steps.isEmpty { return Plan(steps: []) }
        return try WorkflowPlanner().plan(rest, problem: problem)
    }
}

extension Plan {
    /// Puts a plan that counts on steps under way in order with them: a robot
    /// ends what it is at first; and where the plan doesn't hold without what
    /// they do, all of it waits for all of them.
    fileprivate mutating func join(_ running: [PlanStep], in world: WorldState, team: Team) {
        let needsAll: Bool
        do throws(PlanFlaw) {
            try PlanValidator(team: team).validate(self, from: world)
            needsAll = false
        } catch {
            needsAll = true
        }
        for index in steps.indices {
            let isFirst = steps[index].after.isEmpty
            for step in running where step.robot == steps[index].robot || (needsAll && isFirst) {
                steps[index].after.append(step.id)
            }
        }
    }
}

extension Plan {
    /// Names a workflow's steps so that no step of an earlier plan has their
    /// name, and has them wait for those under way as the workflow says.
    fileprivate mutating func takeUp(_ workflow: Workflow, running: [PlanStep], revision: UInt32) {
        let waits = Dictionary(
            workflow.steps.map { ($0.id, $0.after) }, uniquingKeysWith: { first, _ in first })
        let planned = Set(steps.map(\.id))
        func name(_ id: StepID) -> StepID {
            revision > 1 && planned.contains(id) ? StepID("r\(revision)-\(id)") : id
        }
        for index in steps.indices {
            var after = steps[index].after
            for step in running where waits[steps[index].id]?.contains(workflow.step(of: step.id)) == true {
                if !after.contains(step.id) { after.append(step.id) }
            }
            steps[index].after = after.map(name)
        }
        for index in steps.indices { steps[index].id = name(steps[index].id) }
    }
}

extension ExcludedCall {
    fileprivate init?(_ call: SkillCall) {
        guard let robot = call.robot else { return nil }
        self.init(robot: robot, skill: call.skill, arguments: call.arguments)
    }
}

extension Workflow {
    /// What is left once `finished` are over; these may carry a plan's prefix.
    fileprivate func without(_ finished: [StepID]) -> Workflow {
        let over = Set(finished.map(step(of:)))
        let left = steps.filter { !over.contains($0.id) }
        return Workflow(
            steps: left.map { step in
                var step = step
                step.after.removeAll(where: over.contains)
                return step
            })
    }
}

extension Workflow {
    /// Which of its steps a plan's step is; those of later plans carry a prefix.
    fileprivate func step(of id: StepID) -> StepID {
        let text = id.rawValue
        guard !steps.contains(where: { $0.id == id }), let mark = text.wholeMatch(of: /r\d+-(.+)/) else {
            return id
        }
        return StepID(String(mark.1))
    }
}

extension WorldState {
    /// Enters observed literals: negative ones end what fits, then positive
    /// ones begin. Who is said to be at a place is nowhere else.
    public mutating func enter(_ literals: [Literal]) {
        for literal in literals where !literal.isPositive { facts = facts.filter { !literal.matches($0) } }
        for literal in literals where literal.isPositive {
            guard let fact = literal.fact else { continue }
            if fact.predicate == "at", let robot = fact.arguments.first {
                facts = facts.filter { !($0.predicate == "at" && $0.arguments.first == robot) }
            }
            facts.insert(fact)
        }
    }
}
