public import RobotModel

/// Turns what a person wants changed in a plan into a checked ``PlanEdit``.
///
/// Only steps that haven't begun are changed. Steps that would meet at one
/// robot or resource are put in order, and the whole of what is left is
/// validated from the world as it will be once the steps under way are over.
/// Whether the goal is reached is seen at the end of the task, as ever.
public struct PlanEditor: Sendable {
    /// Robots, skills and rules.
    public var team: Team
    /// The world as it is now.
    public var world: WorldState
    /// The plan's number, which the edit is good for.
    public var revision: UInt32
    /// Steps that haven't begun, in plan order.
    public var waiting: [PlanStep]
    /// Steps that robots are at.
    public var underWay: [PlanStep]
    /// Every id that the task has used.
    public var taken: Set<StepID>
    /// Robots that get nothing new, each with the reason: `draining`, `lost`, …
    public var closed: [RobotID: String]

    /// How many ways of giving inserted steps to robots are tried.
    private static let mostTrials = 200

    public init(
        team: Team, world: WorldState, revision: UInt32, waiting: [PlanStep], underWay: [PlanStep] = [],
        taken: Set<StepID> = [], closed: [RobotID: String] = [:]
    ) {
        self.team = team
        self.world = world
        self.revision = revision
        self.waiting = waiting
        self.underWay = underWay
        self.taken = taken.union(waiting.map(\.id)).union(underWay.map(\.id))
        self.closed = closed
    }

    /// - Throws: the flaw that the changed plan would have, with step and fact;
    ///   `badOrder` where the change names steps that can't be changed.
    public func edit(_ change: PlanChange) throws(PlanFlaw) -> PlanEdit {
        switch change {
        case .reassign(let id, let robot):
            let index = try index(of: id)
            try checkIsOpen(robot, for: id)
            var steps = waiting
            steps[index] = try bind(waiting[index], to: robot, waiting[index].arguments)
            return try settle(steps, .reassign, touched: [id])
        case .edit(let id, let given):
            let index = try index(of: id)
            let arguments = waiting[index].arguments.merging(given) { $1 }
            var steps = waiting
            steps[index] = try bind(waiting[index], to: waiting[index].robot, arguments)
            return try settle(steps, .edit, touched: [id])
        case .remove(let id):
            let gone = waiting[try index(of: id)]
            var steps = waiting.filter { $0.id != id }
            for index in steps.indices where steps[index].after.contains(id) {
                let known = Set(steps[index].after)
                steps[index].after = steps[index].after.flatMap {
                    $0 == id ? gone.after.filter { !known.contains($0) } : [$0]
                }
            }
            return try settle(steps, .remove, touched: [], removed: [id])
        case .insert(let inserted): return try insert(inserted)
        }
    }

    // MARK: Insertion

    private func insert(_ inserted: [InsertedStep]) throws(PlanFlaw) -> PlanEdit {
        guard !inserted.isEmpty else { throw PlanFlaw(.badOrder, "there is no step to insert") }
        var names = taken
        for new in inserted {
            guard names.insert(new.step.id).inserted else {
                throw PlanFlaw(.badOrder, "the task has a step called \(new.step.id)", step: new.step.id)
            }
        }
        for new in inserted {
            if let unknown = new.step.after.first(where: { !names.contains($0) }) {
                throw PlanFlaw(.badOrder, "waits for \(unknown), which isn’t in the task", step: new.step.id)
            }
        }
        let candidates = try inserted.map { (new) throws(PlanFlaw) in try self.candidates(for: new) }
        var flaw: PlanFlaw?
        var trials = 0
        var choice = Array(repeating: 0, count: inserted.count)
        while trials < Self.mostTrials {
            trials += 1
            do throws(PlanFlaw) {
                return try settle(
                    try placed(inserted, zip(candidates, choice).map { $0[$1] }), .insert,
                    touched: Set(inserted.map(\.step.id)))
            } catch {
                flaw = flaw ?? error
            }
            guard Self.advance(&choice, through: candidates.map(\.count)) else { break }
        }
        throw flaw ?? PlanFlaw(.notCapable, "no robot is free")
    }

    /// The next combination; false after the last.
    private static func advance(_ choice: inout [Int], through counts: [Int]) -> Bool {
        for index in choice.indices {
            choice[index] += 1
            if choice[index] < counts[index] { return true }
            choice[index] = 0
        }
        return false
    }

    /// The step for each robot that could take it, those of the plan first.
    private func candidates(for new: InsertedStep) throws(PlanFlaw) -> [PlanStep] {
        let blank = PlanStep(
            id: new.step.id, robot: "", skill: new.step.skill, arguments: new.step.arguments,
            after: new.step.after, stage: stage(of: new),
            terms: StepTerms(repeats: new.step.repeats, votes: new.step.votes))
        if let robot = new.step.robot {
            try checkIsOpen(robot, for: new.step.id)
            return [try bind(blank, to: robot, new.step.arguments)]
        }
        let used = Set((waiting + underWay).map(\.robot))
        let robots = team.robots.keys.filter { closed[$0] == nil }
            .sorted { (used.contains($0) ? 0 : 1, $0) < (used.contains($1) ? 0 : 1, $1) }
        var flaw: PlanFlaw?
        var able: [PlanStep] = []
        for robot in robots {
            do throws(PlanFlaw) {
                able.append(try bind(blank, to: robot, new.step.arguments))
            } catch {
                if flaw == nil || flaw?.code == .notCapable { flaw = error }
            }
        }
        guard able.isEmpty else { return able }
        throw flaw ?? PlanFlaw(.notCapable, "no robot is free for \(new.step.skill)", step: new.step.id)
    }

    private func stage(of new: InsertedStep) -> Int {
        let next = waiting.first { new.before.contains($0.id) }
        let last = waiting.last { new.step.after.contains($0.id) }
        return (next ?? last)?.stage ?? waiting.map(\.stage).max() ?? 0
    }

    private func placed(_ inserted: [InsertedStep], _ steps: [PlanStep]) throws(PlanFlaw) -> [PlanStep] {
        var result = waiting + steps
        for new in inserted {
            for id in new.before {
                guard let index = result.firstIndex(where: { $0.id == id }) else {
                    throw PlanFlaw(
                        .badOrder, "goes before \(id), which isn’t a step that waits", step: new.step.id)
                }
                if !result[index].after.contains(new.step.id) { result[index].after.append(new.step.id) }
            }
        }
        return result
    }

    // MARK: Checks

    private func index(of id: StepID) throws(PlanFlaw) -> Int {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else {
            throw PlanFlaw(.badOrder, "\(id) isn’t a step that waits to begin", step: id)
        }
        return index
    }

    private func checkIsOpen(_ robot: RobotID, for step: StepID) throws(PlanFlaw) {
        if team.robots[robot] != nil, let reason = closed[robot] {
            throw PlanFlaw(.notCapable, "\(robot) takes nothing new: it is \(reason)", step: step)
        }
    }

    /// The step as this robot would run it, with terms of its own.
    private func bind(
        _ step: PlanStep, to robot: RobotID, _ arguments: [String: Value]
    ) throws(PlanFlaw) -> PlanStep {
        do throws(PlanFlaw) {
            let bound = try BoundSkill(
                SkillCall(skill: step.skill, robot: robot, arguments: arguments), team: team, world: world)
            var step = step
            step.robot = robot
            step.arguments = bound.arguments
            step.terms = try StepTerms(bound, repeats: step.terms.repeats, votes: step.terms.votes)
            if step.expectedDurationSeconds == 0 {
                step.expectedDurationSeconds = bound.manifest.duration.typicalSeconds
            }
            return step
        } catch {
            throw PlanFlaw(error.code, error.message, step: step.id)
        }
    }

    /// Puts the changed steps in order with the others, validates what is left,
    /// and keeps what differs.
    private func settle(
        _ changed: [PlanStep], _ kind: PlanEdit.Kind, touched: Set<StepID>, removed: [StepID] = []
    ) throws(PlanFlaw) -> PlanEdit {
        var order = StepOrder(changed, ignoring: taken.subtracting(changed.map(\.id)))
        try order.separate(touched)
        let remaining = Plan(steps: order.steps.map { $0.waiting(only: order.ids) })
        let validator = PlanValidator(team: team)
        let needsAll: Bool
        do throws(PlanFlaw) {
            try validator.validate(remaining, from: world)
            needsAll = false
        } catch {
            guard !underWay.isEmpty else { throw error }
            var expected = world
            for step in underWay { expected.apply(step.terms.effects, rules: team.rules) }
            try validator.validate(remaining, from: expected)
            needsAll = true
        }
        let before = Dictionary(uniqueKeysWithValues: waiting.map { ($0.id, $0) })
        let steps = order.steps.map { step in
            guard touched.contains(step.id) else { return step }
            var step = step
            let isFirst = step.after.allSatisfy { !order.ids.contains($0) }
            for other in underWay where other.robot == step.robot || (needsAll && isFirst) {
                if !step.after.contains(other.id) { step.after.append(other.id) }
            }
            return step
        }
        return PlanEdit(
            kind: kind, revision: revision, steps: steps.filter { before[$0.id] != $0 }, removed: removed)
    }
}

extension PlanStep {
    fileprivate func waiting(only ids: Set<StepID>) -> PlanStep {
        var step = self
        step.after.removeAll { !ids.contains($0) }
        return step
    }
}
