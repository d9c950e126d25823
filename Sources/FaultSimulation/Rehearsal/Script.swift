import Coordination
import RobotModel

/// Plans of a few steps that want the same robots and the same things, wait for
/// one another, repeat, and have to be put right when they are stopped.
struct Script {
    let robots: [RobotID]
    let skills: [SkillName] = ["lift", "turn", "mend"]
    private static let things = ["door", "lamp", "rope"]

    func plan(
        _ order: PlanOrder, in task: TaskView?, _ random: inout SeededRandom
    ) -> (Goal, Plan) {
        let free = robots.filter { order.unavailable[$0] == nil }
        var steps: [PlanStep] = []
        for number in 0..<random.below(5) where !free.isEmpty {
            var step = PlanStep(
                id: StepID("p\(order.revision)s\(number)"), robot: random.pick(free),
                skill: random.pick(skills),
                arguments: ["n": .number(1)])
            for before in steps where random.happens(oneIn: 3) { step.after.append(before.id) }
            for before in order.running where random.happens(oneIn: 3) { step.after.append(before.id) }
            step.stage = min(number, 1)
            step.terms = terms(of: step, &random)
            steps.append(step)
        }
        var plan = Plan(steps: steps, makespanSeconds: 4, outcome: .literal(Literal(Fact("lit", "lamp"))))
        spoil(&plan, task, &random)
        let stages = [GoalStage(.achieve(.always)), GoalStage(.achieve(plan.outcome))]
        return (Goal(stages: stages), plan)
    }

    private func terms(of step: PlanStep, _ random: inout SeededRandom) -> StepTerms {
        let thing = random.pick(Self.things)
        var terms = StepTerms(
            timeout: .seconds(6),
            retry: RetryPolicy(attempts: 1 + UInt32(random.below(3)), backoffSeconds: 0.2),
            onLinkLoss: random.pick([.stop, .stop, .finish, .continue]),
            cancel: random.pick([.stop, .finish, .compensate("mend")]),
            risk: random.happens(oneIn: 12) ? .high : .low,
            resources: random.happens(oneIn: 3)
                ? [] : Array(Set([thing, random.pick(Self.things)])).sorted(),
            effects: [
                Effect(Literal(Fact("lit", EntityID(thing)))),
                Effect(Literal("lit", [.any], isPositive: false)),
            ],
            failureEffect: random.pick([.none, .uncertain]), preemptible: random.happens(oneIn: 2))
        if case .compensate = terms.cancel, !random.happens(oneIn: 5) {
            terms.compensation = Compensation(
                skill: "mend", timeout: .seconds(6), resources: random.happens(oneIn: 2) ? [thing] : [])
        }
        if random.happens(oneIn: 4) {
            terms.repeats = RepeatPolicy(until: "done", most: random.happens(oneIn: 3) ? 2 : nil)
        }
        return terms
    }

    /// Now and then a plan can't be taken up as it is.
    private func spoil(_ plan: inout Plan, _ task: TaskView?, _ random: inout SeededRandom) {
        guard !plan.steps.isEmpty, random.happens(oneIn: 12) else { return }
        let last = plan.steps.count - 1
        switch random.below(4) {
        case 0: plan.steps[last].robot = "nobody"
        case 1: plan.steps[last].after.append("nowhere")
        case 2: plan.steps.append(plan.steps[last])
        default:
            guard let known = task?.steps.first?.step.id else { return }
            plan.steps[last].id = known
        }
    }

    /// What a robot tells that has done its step, or says so.
    func success(of order: Invocation, isKind: Bool, _ random: inout SeededRandom) -> AttemptOutcome {
        let isDone = isKind || random.happens(oneIn: 2)
        let seen: [Literal] =
            isKind || random.below(4) > 0
            ? []
            : [
                Literal(Fact("lit", EntityID(random.pick(Self.things)))),
                Literal("lit", [.any], isPositive: false),
            ]
        return .succeeded(
            returns: ["done": .boolean(isDone), "n": .number(2), "odd": .number(3)], observed: seen)
    }
}
