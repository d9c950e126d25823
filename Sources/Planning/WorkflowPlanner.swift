import PlanRules
public import RobotModel

/// Gives the steps of a workflow to robots, times them and checks the whole.
///
/// The order is the workflow's own, tightened only where two of its steps
/// could otherwise meet at one robot or one resource.
public struct WorkflowPlanner: Sendable {
    public init() {}

    /// - Parameter problem: its goal isn't looked at.
    /// - Throws: `invalidPlan` for a workflow that breaks a rule (with the
    ///   rule), `unknownRobot`, `unknownSkill`, `unknownEntity`, and
    ///   `noCapableRobot` where nobody may run a step.
    public func plan(_ workflow: Workflow, problem: PlanningProblem) throws(Rejection) -> Plan {
        guard !workflow.steps.isEmpty else {
            throw Rejection(.invalidRequest, "the workflow has no steps")
        }
        let order = try WorkflowOrder(workflow).sequence
        var allocation = WorkflowAllocation(problem: problem)
        for step in order { try allocation.add(step) }
        let plan = allocation.plan
        do throws(PlanFlaw) {
            try PlanValidator(team: problem.team).validate(plan, from: problem.world)
        } catch {
            throw Rejection(.invalidPlan, error.description, parts: error.step.map { [$0.rawValue] } ?? [])
        }
        return plan
    }
}

/// The steps of a workflow so that each comes after those it waits for.
private struct WorkflowOrder {
    let sequence: [WorkflowStep]

    init(_ workflow: Workflow) throws(Rejection) {
        let ids = Set(workflow.steps.map(\.id))
        guard ids.count == workflow.steps.count else {
            throw Rejection(.invalidPlan, "two steps of the workflow have one id")
        }
        for step in workflow.steps {
            for id in step.after where !ids.contains(id) {
                throw Rejection(
                    .invalidPlan, "step \(step.id) waits for \(id), which isn’t in the workflow",
                    parts: [id.rawValue])
            }
        }
        var sequence: [WorkflowStep] = []
        var done: Set<StepID> = []
        var waiting = workflow.steps
        while !waiting.isEmpty {
            guard let next = waiting.firstIndex(where: { $0.after.allSatisfy(done.contains) }) else {
                throw Rejection(
                    .invalidPlan, "steps of the workflow wait for each other in a circle",
                    parts: waiting.map(\.id.rawValue))
            }
            done.insert(waiting[next].id)
            sequence.append(waiting.remove(at: next))
        }
        self.sequence = sequence
    }
}

/// Chooses a robot for each step in turn: of those that could start it, the
/// one that would end it soonest.
private struct WorkflowAllocation {
    let problem: PlanningProblem
    private var world: WorldState
    private var estimator: DurationEstimator
    private var steps: [PlanStep] = []
    private var busyUntil: [RobotID: Double] = [:]
    private var lastOf: [String: StepID] = [:]
    private var notes: [String] = []

    init(problem: PlanningProblem) {
        self.problem = problem
        world = problem.world
        estimator = DurationEstimator(team: problem.team, world: problem.world)
    }

    var plan: Plan {
        Plan(
            steps: steps,
            makespanSeconds: steps.map { $0.expectedStartSeconds + $0.expectedDurationSeconds }.max() ?? 0,
            explanation: notes)
    }

    mutating func add(_ step: WorkflowStep) throws(Rejection) {
        guard problem.team.skills[step.skill] != nil else {
            throw Rejection(
                .unknownSkill, "no skill is called “\(step.skill)”", parts: [step.skill.rawValue],
                suggestions: NearMatches.find(
                    step.skill.rawValue, among: problem.team.skills.keys.map(\.rawValue).sorted()))
        }
        let (bound, passedOver) = try choose(step)
        let terms: StepTerms
        do throws(PlanFlaw) {
            terms = try StepTerms(bound, repeats: step.repeats, votes: step.votes)
        } catch {
            throw Rejection(.invalidPlan, "step \(step.id): \(error.message)", parts: [step.id.rawValue])
        }
        let call = SkillCall(skill: step.skill, robot: bound.robot, arguments: bound.arguments)
        let exclusive = ["robot \(bound.robot)"] + bound.resources
        var after = step.after
        for name in exclusive {
            if let last = lastOf.updateValue(step.id, forKey: name), !after.contains(last) {
                after.append(last)
            }
        }
        let start =
            after.compactMap { id in steps.first { $0.id == id } }
            .map { $0.expectedStartSeconds + $0.expectedDurationSeconds }.max() ?? 0
        let duration = estimator.durationSeconds(of: call, manifest: bound.manifest)
        busyUntil[bound.robot] = start + duration
        let (ending, beginning) = bound.changes(in: FactIndex(world, rules: problem.team.rules))
        for fact in ending.sorted() { estimator.enter(Literal(fact, isPositive: false)) }
        for fact in beginning.sorted() { estimator.enter(Literal(fact)) }
        world.facts.subtract(ending)
        world.facts.formUnion(beginning)
        steps.append(
            PlanStep(
                id: step.id, robot: bound.robot, skill: step.skill, arguments: bound.arguments, after: after,
                expectedStartSeconds: start, expectedDurationSeconds: duration, terms: terms))
        notes.append(
            "\(step.id): \(bound.robot)" + (step.robot == nil ? "" : ", as the workflow says")
                + (passedOver.isEmpty ? "." : "; \(passedOver.joined(separator: "; "))."))
    }

    private func choose(_ step: WorkflowStep) throws(Rejection) -> (BoundSkill, [String]) {
        if let robot = step.robot, problem.team.robots[robot] == nil {
            throw Rejection(
                .unknownRobot, "no robot is called “\(robot)”", parts: [robot.rawValue],
                suggestions: NearMatches.find(
                    robot.rawValue, among: problem.team.robots.keys.map(\.rawValue).sorted()))
        }
        let index = FactIndex(world, rules: problem.team.rules)
        var able: [(bound: BoundSkill, isExcluded: Bool)] = []
        var passedOver: [String] = []
        var flaw: PlanFlaw?
        for robot in problem.team.robots.keys.sorted() where step.robot == nil || step.robot == robot {
            if let reason = problem.unavailable[robot] {
                passedOver.append("\(robot) is left out: \(reason)")
                continue
            }
            do throws(PlanFlaw) {
                let bound = try BoundSkill(
                    SkillCall(skill: step.skill, robot: robot, arguments: step.arguments), team: problem.team,
                    world: world)
                if let unmet = bound.unmetCondition(in: index) {
                    passedOver.append("\(robot) lacks “\(unmet)”")
                } else {
                    able.append((bound, isExcluded(bound)))
                }
            } catch {
                if error.code == .notCapable {
                    passedOver.append(error.message)
                } else {
                    flaw = flaw ?? error
                }
            }
        }
        if let flaw, able.isEmpty {
            let code: RejectionCode = flaw.code == .unknownEntity ? .unknownEntity : .invalidPlan
            throw Rejection(code, "step \(step.id): \(flaw.message)", parts: [step.id.rawValue])
        }
        let best = able.min { left, right in
            (left.isExcluded ? 1 : 0, busyUntil[left.bound.robot] ?? 0, left.bound.robot)
                < (right.isExcluded ? 1 : 0, busyUntil[right.bound.robot] ?? 0, right.bound.robot)
        }
        guard let best else {
            throw Rejection(
                .noCapableRobot,
                "nobody can run step \(step.id), \(step.skill): \(passedOver.joined(separator: "; "))",
                parts: [step.id.rawValue])
        }
        return (best.bound, passedOver)
    }

    private func isExcluded(_ bound: BoundSkill) -> Bool {
        problem.excluded.contains {
            $0.robot == bound.robot && $0.skill == bound.manifest.name
                && ($0.arguments == nil || $0.arguments == bound.arguments)
        }
    }
}
