import Coordination
import PlanRules
import Planning
import RobotModel
import WireFormat

/// The brain as the simulation has it: the shipping core, journal records in
/// their shipping form, and beliefs that change by what steps report.
struct SimulatedBrain {
    var isUp = true
    var life = 0
    private(set) var machine = CoordinationMachine()
    /// Tasks that ended.
    private(set) var archive: [TaskID: TaskView] = [:]
    // On disk:
    private(set) var journal: [[UInt8]] = []
    private(set) var belief: WorldState
    private(set) var effectsAppliedUpTo: UInt64 = 0

    init(belief: WorldState) { self.belief = belief }

    mutating func take(
        _ input: CoordinationInput, at now: Instant
    ) throws -> (actions: [CoordinationAction], cause: UInt64) {
        journal.append(try JournalEntryCodec.encode(input, at: now))
        let actions = machine.handle(input, at: now)
        for case .archive(let view) in actions { archive[view.id] = view }
        return (actions, UInt64(journal.count))
    }

    mutating func crash() {
        isUp = false
        life += 1
    }

    /// What a restart does: the state comes from the journal alone.
    mutating func recover() throws {
        isUp = true
        var recovery = CoordinatorRecovery(memoryUpTo: effectsAppliedUpTo)
        for (offset, payload) in journal.enumerated() {
            let (input, at) = try JournalEntryCodec.decode(payload)
            recovery.replay(JournalledInput(input, at: at), sequence: UInt64(offset) + 1)
        }
        machine = recovery.machine
        for (cause, action) in recovery.memoryActions {
            if case .applyEffects(let claim) = action { apply(claim, cause: cause) }
        }
    }

    /// The core as a fresh replay of the journal has it.
    func replayed() throws -> CoordinationMachine {
        var replica = CoordinationMachine()
        for payload in journal {
            let (input, at) = try JournalEntryCodec.decode(payload)
            _ = replica.handle(input, at: at)
        }
        return replica
    }

    mutating func apply(_ claim: EffectClaim, cause: UInt64) {
        guard cause > effectsAppliedUpTo else { return }
        effectsAppliedUpTo = cause
        if claim.standing == .success {
            let (ending, beginning) = FactIndex(belief, rules: StandardRules.rules).changes(of: claim.effects)
            belief.facts.subtract(ending)
            belief.facts.formUnion(beginning)
        }
        for literal in claim.observed where !literal.isPositive {
            belief.facts = belief.facts.filter { !literal.matches($0) }
        }
        belief.facts.formUnion(claim.observed.compactMap { $0.isPositive ? $0.fact : nil })
    }

    func answer(_ order: PlanOrder, team: Team) -> CoordinationInput {
        guard case .goal(let asked) = order.ask else {
            return .planRefused(
                order.task, revision: order.revision, Rejection(.invalidRequest, "only goals here"))
        }
        let goal = order.goal ?? asked
        var expected = belief
        for step in order.running { expected.apply(step.terms.effects, rules: team.rules) }
        var problem = PlanningProblem(
            team: team, world: expected, goal: goal, unavailable: order.unavailable,
            stepPrefix: "r\(order.revision)s", timeLimit: .seconds(60))
        for robot in order.busy { problem.unavailable[robot] = "at another task" }
        for isLastTry in [false, true] {
            if isLastTry { problem.unavailable = order.unavailable }
            do throws(Rejection) {
                var plan = try GoalPlanner().plan(problem)
                for index in plan.steps.indices where plan.steps[index].after.isEmpty {
                    plan.steps[index].after = order.running.map(\.id)
                }
                return .planProposed(order.task, revision: order.revision, goal: goal, plan: plan)
            } catch {
                if isLastTry || order.busy.isEmpty {
                    return .planRefused(order.task, revision: order.revision, error)
                }
            }
        }
        return .planRefused(order.task, revision: order.revision, Rejection(.outOfTime, "no plan"))
    }
}
