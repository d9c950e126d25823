public import RobotModel

/// Checks a plan of any source before it runs. Shares no code with the search.
public struct PlanValidator: Sendable {
    private let team: Team

    public init(team: Team) { self.team = team }

    /// Runs the plan's effects from `world` and checks every rule of
    /// ``PlanFlaw``; the goal's final formula too, where one is given.
    ///
    /// - Returns: the world after the plan.
    /// - Throws: the first flaw found, in plan order.
    @discardableResult
    public func validate(
        _ plan: Plan, from world: WorldState, goal: Formula? = nil
    ) throws(PlanFlaw) -> WorldState {
        let order = try topologicalOrder(plan)
        var current = world
        var footprints: [StepID: StepFootprint] = [:]
        for step in order {
            do throws(PlanFlaw) {
                let bound = try BoundSkill(step.call, team: team, world: current)
                try bound.check(repeats: step.terms.repeats, votes: step.terms.votes)
                let index = FactIndex(current, rules: team.rules, asking: bound.literals)
                if let unmet = bound.unmetCondition(in: index) {
                    throw PlanFlaw(.conditionUnmet, "\(step.call) needs \(unmet)")
                }
                let footprint = StepFootprint(bound, index: index)
                footprints[step.id] = footprint
                current.facts.subtract(footprint.ending)
                current.facts.formUnion(footprint.beginning)
            } catch {
                throw PlanFlaw(error.code, error.message, step: step.id)
            }
        }
        try checkConcurrency(order, footprints: footprints)
        if let goal, !FactIndex(current, rules: team.rules).holds(goal, in: current) {
            throw PlanFlaw(.goalUnmet, "after the last step this doesn’t hold: \(goal)")
        }
        return current
    }

    /// The steps so that each comes after those it waits for, ties in plan order.
    private func topologicalOrder(_ plan: Plan) throws(PlanFlaw) -> [PlanStep] {
        var position: [StepID: Int] = [:]
        for (offset, step) in plan.steps.enumerated() {
            guard position.updateValue(offset, forKey: step.id) == nil else {
                throw PlanFlaw(.badOrder, "two steps are called \(step.id)", step: step.id)
            }
        }
        var done: Set<StepID> = []
        var order: [PlanStep] = []
        var waiting = plan.steps
        for step in plan.steps {
            if let missing = step.after.first(where: { position[$0] == nil }) {
                throw PlanFlaw(.badOrder, "waits for \(missing), which isn’t in the plan", step: step.id)
            }
        }
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.after.allSatisfy(done.contains) }
            guard let first = ready.first else {
                throw PlanFlaw(.badOrder, "steps wait for each other in a circle", step: waiting[0].id)
            }
            order.append(first)
            done.insert(first.id)
            waiting.removeAll { $0.id == first.id }
        }
        return order
    }

    /// Two steps that neither waits for may run at once, or in either order.
    private func checkConcurrency(
        _ order: [PlanStep], footprints: [StepID: StepFootprint]
    ) throws(PlanFlaw) {
        var earlier: [StepID: Set<StepID>] = [:]
        for (offset, step) in order.enumerated() {
            var before = Set(step.after)
            for id in step.after { before.formUnion(earlier[id] ?? []) }
            earlier[step.id] = before
            for other in order[..<offset] where !before.contains(other.id) {
                if let reason = footprints[step.id]?.conflict(with: footprints[other.id]) {
                    throw PlanFlaw(
                        .conflict, "may run together with \(other.id), but \(reason)", step: step.id)
                }
            }
        }
    }
}

/// What a step touches, for telling whether two may run at once.
private struct StepFootprint {
    let robot: RobotID
    let resources: Set<String>
    let needed: [Literal]
    let ending: Set<Fact>
    let beginning: Set<Fact>

    init(_ skill: BoundSkill, index: FactIndex) {
        robot = skill.robot
        resources = Set(skill.resources)
        needed = skill.startConditions + skill.holdConditions
        (ending, beginning) = skill.changes(in: index)
    }

    /// Base facts only: a conflict through a derived fact shows as an unmet
    /// condition in the order that the validator ran.
    func conflict(with other: StepFootprint?) -> String? {
        guard let other else { return nil }
        if robot == other.robot { return "both are for \(robot)" }
        if let shared = resources.intersection(other.resources).min() { return "both need \(shared)" }
        return breaks(other) ?? other.breaks(self)
    }

    private func breaks(_ other: StepFootprint) -> String? {
        for literal in other.needed {
            let change = literal.isPositive ? ending : beginning
            if let fact = change.first(where: literal.matches) { return "\(fact) changes under it" }
        }
        if let fact = ending.intersection(other.beginning).min() { return "both change \(fact)" }
        return nil
    }
}
