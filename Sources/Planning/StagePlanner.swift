import PlanRules
import RobotModel

/// Plans the stages of a goal one after the other, for each choice of robots
/// that the goal leaves open, and answers with the best checked plan.
struct StagePlanner {
    private let problem: PlanningProblem
    private let trees: [GoalTree?]
    private let task: GroundTask
    private let budget: PlanningBudget
    private var search: PlanSearch
    private var scheduler: Scheduler

    static func plan(
        _ problem: PlanningProblem, trees: [GoalTree?], avoidsExcluded: Bool, budget: PlanningBudget
    ) throws(Rejection) -> Plan {
        let lifted = try LiftedTask(problem: problem, trees: trees, avoidsExcluded: avoidsExcluded)
        for prunes in [true, false] {
            let task = try Grounder.ground(lifted, world: problem.world, prunes: prunes, budget: budget)
            if task.stageGoals.contains(where: { !$0.unreachable.isEmpty }) {
                throw try Refusals(problem: problem, trees: trees, task: task).unreachable()
            }
            var planner = StagePlanner(problem, trees: trees, task: task, budget: budget)
            if let plan = try planner.plan() { return plan }
            try planner.refuseContradictions()
            if task.isComplete { break }
        }
        throw Refusals.exhausted(problem)
    }

    private init(_ problem: PlanningProblem, trees: [GoalTree?], task: GroundTask, budget: PlanningBudget) {
        self.problem = problem
        self.trees = trees
        self.task = task
        self.budget = budget
        search = PlanSearch(task, budget: budget)
        scheduler = Scheduler(task, team: problem.team, world: problem.world)
    }

    /// Refuses a stage that asks for two facts of one thing that exclude each other.
    private mutating func refuseContradictions() throws(Rejection) {
        let initial = search.initialState()
        var proof = MutexProof(task, initial: initial)
        for goal in task.stageGoals {
            for (offset, first) in goal.atoms.enumerated() {
                try budget.check()
                for second in goal.atoms[..<offset]
                where sharesEntity(first, second) && proof.exclude(first, second) {
                    let (one, other) = (
                        task.literals[Int(second)].description, task.literals[Int(first)].description
                    )
                    throw Rejection(
                        .contradictoryGoal, "“\(one)” and “\(other)” can’t both be", parts: [one, other])
                }
            }
        }
    }

    private func sharesEntity(_ first: Int32, _ second: Int32) -> Bool {
        let terms = task.literals[Int(first)].terms
        return task.literals[Int(second)].terms.contains { term in
            if case .entity = term { terms.contains(term) } else { false }
        }
    }

    /// Nil where every state was looked at in vain.
    private mutating func plan() throws(Rejection) -> Plan? {
        var best: (timetable: Timetable, choice: [String: RobotID])?
        for choice in choices() {
            if best != nil, budget.isSpent { break }
            guard let solution = try solve(choice) else { continue }
            let timetable = scheduler.timetable(
                of: solution.actions, from: search.initialState(), goal: solution.finalGoal,
                barriers: solution.barriers)
            if best.map({ timetable.isBetter(than: $0.timetable) }) ?? true { best = (timetable, choice) }
        }
        guard let best else { return nil }
        return try checked(best.timetable, choice: best.choice)
    }

    /// Writes the plan and has it checked; where the loose order fails, which
    /// would be a fault of ours, the strict one is checked instead.
    private func checked(_ timetable: Timetable, choice: [String: RobotID]) throws(Rejection) -> Plan {
        let assembly = PlanAssembly(problem: problem, task: task)
        let notes = PlanNotes(problem: problem, task: task, choice: choice).lines(for: timetable)
        let validator = PlanValidator(team: problem.team)
        let goal: Formula? =
            if case .achieve(let formula)? = problem.goal.stages.last?.aim { formula } else { nil }
        let plan = try assembly.plan(timetable, explanation: notes)
        do throws(PlanFlaw) {
            try validator.validate(plan, from: problem.world, goal: goal)
            return plan
        } catch {
            let strict = try assembly.plan(timetable, explanation: notes, inSequence: true)
            do throws(PlanFlaw) {
                try validator.validate(strict, from: problem.world, goal: goal)
                return strict
            } catch {
                throw Rejection(.invalidPlan, "the planner’s own plan breaks a rule: \(error)")
            }
        }
    }

    // MARK: Choices

    /// Every way to give the goal's labels to robots, at most ``mostChoices``.
    private func choices() -> [[String: RobotID]] {
        var labels: [String] = []
        for case .same(let label) in problem.goal.stages.map(\.performer) where !labels.contains(label) {
            labels.append(label)
        }
        var choices: [[String: RobotID]] = [[:]]
        for label in labels {
            let robots = candidates(for: label)
            choices = choices.flatMap { choice in
                robots.map { robot in choice.merging([label: robot]) { _, new in new } }
            }
            choices = Array(choices.prefix(Self.mostChoices))
        }
        return choices
    }
    private static let mostChoices = 256

    /// Robots that can perform every call that the label's stages name.
    private func candidates(for label: String) -> [RobotID] {
        var robots = problem.team.robots.keys.filter { problem.unavailable[$0] == nil }.sorted()
        for (stage, aim) in problem.goal.stages.enumerated() where aim.performer == .same(label) {
            guard trees[stage] == nil else { continue }
            let able = Set(task.actions.indices.filter { task.stage(of: $0) == stage }.map(task.robot))
            robots.removeAll { !able.contains($0) }
        }
        return robots
    }

    private func performer(of stage: Int, _ choice: [String: RobotID]) -> RobotID? {
        switch problem.goal.stages[stage].performer {
        case .any: nil
        case .robot(let robot): robot
        case .same(let label): choice[label]
        }
    }

    // MARK: Stages

    private struct Solution {
        var actions: [Int] = []
        var barriers: [Int] = []
        var finalGoal: [Int32] = []
    }

    private mutating func solve(_ choice: [String: RobotID]) throws(Rejection) -> Solution? {
        var solution = Solution()
        var state = search.initialState()
        var kept: [Int32] = []
        var earlier: RobotID??
        for stage in problem.goal.stages.indices {
            let performer = performer(of: stage, choice)
            let goal = task.stageGoals[stage].atoms
            let additions = try solve(stage, performer: performer, from: state, goal: goal, kept: kept)
            guard let additions else { return nil }
            if let earlier, earlier == nil || earlier != performer, !additions.isEmpty {
                solution.barriers.append(solution.actions.count)
            }
            solution.actions += additions
            state = search.state(after: additions, from: state)
            earlier = .some(performer)
            solution.finalGoal = goal
            kept = kept.filter { StateSpace.holds($0, in: state) && !goal.contains($0) }
            if trees[stage] != nil { kept += goal.filter(staysInLaterStages) }
        }
        return solution
    }

    /// A fact about things stays when the next stage begins; where a robot
    /// stands or what it holds is over with its stage.
    private func staysInLaterStages(_ atom: Int32) -> Bool {
        let robots = Set(problem.team.robots.keys.map(EntityID.init))
        return !task.literals[Int(atom)].terms.contains { term in
            if case .entity(let id) = term { robots.contains(id) } else { false }
        }
    }

    /// The stage's actions: if possible, keeping what earlier stages made true;
    /// if need be, with others opening the way for a call.
    private mutating func solve(
        _ stage: Int, performer: RobotID?, from state: [UInt64], goal: [Int32], kept: [Int32]
    ) throws(Rejection) -> [Int]? {
        let own = task.actions.indices.map { action in
            (task.stage(of: action).map { $0 == stage } ?? true)
                && (performer == nil || task.robot(of: action) == performer)
        }
        let kept = kept.filter { !goal.contains($0) && StateSpace.holds($0, in: state) }
        if !kept.isEmpty {
            if case .found(let actions) = search.findFirst(
                from: state, goal: goal + kept, allowed: own, mostEvaluations: Self.keepingEvaluations)
            {
                return improve(actions, from: state, goal: goal + kept, allowed: own)
            }
        }
        if let actions = try first(from: state, goal: goal, allowed: own) {
            return improve(actions, from: state, goal: goal, allowed: own)
        }
        guard trees[stage] == nil, performer != nil else { return nil }
        let helped = task.actions.indices.map { action in
            own[action] || task.stage(of: action) == nil
        }
        guard let actions = try first(from: state, goal: goal, allowed: helped) else { return nil }
        return improve(actions, from: state, goal: goal, allowed: helped)
    }
    private static let keepingEvaluations = 5_000

    private mutating func first(from state: [UInt64], goal: [Int32], allowed: [Bool]) throws(Rejection)
        -> [Int]?
    {
        var outcome = search.findFirst(
            from: state, goal: goal, allowed: allowed, mostEvaluations: Self.trustingEvaluations)
        if case .gaveUp = outcome {
            try budget.check()
            try refuseContradictions()
            // What is too much at once may be easy robot by robot.
            let sharing = GoalSharing(task: task, start: state, goal: goal, allowed: allowed, budget: budget)
            if let actions = sharing.plan(search: &search, scheduler: &scheduler) { return actions }
            outcome = search.findFirst(from: state, goal: goal, allowed: allowed)
        }
        switch outcome {
        case .found(let actions): return actions
        case .exhausted: return nil
        case .gaveUp:
            try budget.check()
            return nil
        }
    }
    /// A search this long makes one ask whether the goal can be at all.
    private static let trustingEvaluations = 300

    /// Fewer steps, then shared out among more robots where that ends sooner.
    private mutating func improve(
        _ actions: [Int], from state: [UInt64], goal: [Int32], allowed: [Bool]
    ) -> [Int] {
        var best = search.withoutIdle(actions, from: state, goal: goal)
        search.budget = budget.half
        best = search.shortened(
            best, from: state, goal: goal, allowed: allowed, mostEvaluations: Self.improvingEvaluations)
        search.budget = budget
        let sharing = GoalSharing(task: task, start: state, goal: goal, allowed: allowed, budget: budget)
        return sharing.improve(best, search: &search, scheduler: &scheduler)
    }
    private static let improvingEvaluations = 4_000
}
