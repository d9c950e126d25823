import PlanRules
import Planning
import RobotModel
import Testing

@Suite struct RandomWorldTests {
    @Test func `every plan of a random world holds in every order that it allows`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("random worlds: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        var (planned, parallel) = (0, 0)
        for round in 0..<30 {
            let world = SmallWorld.random(&generator)
            let goal = world.randomGoal(&generator)
            var problem = world.problem(Goal(goal))
            problem.timeLimit = .seconds(2)
            let plan: Plan
            do throws(Rejection) {
                plan = try GoalPlanner().plan(problem)
            } catch {
                let expected: Set<RejectionCode> = [
                    .unreachableGoal, .noCapableRobot, .contradictoryGoal, .outOfTime,
                ]
                #expect(expected.contains(error.code), "seed \(seed), round \(round): \(error)")
                continue
            }
            planned += 1
            if plan.steps.contains(where: { $0.after.isEmpty && $0.id != plan.steps[0].id }) { parallel += 1 }
            let validator = PlanValidator(team: world.team)
            for _ in 0..<6 {
                var other = plan
                other.steps = shuffled(plan.steps, &generator)
                do throws(PlanFlaw) {
                    try validator.validate(other, from: world.world, goal: goal)
                } catch {
                    Issue.record(
                        "seed \(seed), round \(round): \(error); goal \(goal)\n\(other.steps.map { "\($0.id) \($0.call) after \($0.after)" }.joined(separator: "\n"))"
                    )
                }
            }
        }
        print("random worlds: \(planned) planned, \(parallel) with steps at the same time")
        #expect(planned > 8)
        #expect(parallel > 0)
    }

    /// The steps in another order that the plan allows.
    private func shuffled(_ steps: [PlanStep], _ generator: inout SeededGenerator) -> [PlanStep] {
        var done: Set<StepID> = []
        var order: [PlanStep] = []
        var waiting = steps
        while !waiting.isEmpty {
            let ready = waiting.indices.filter { waiting[$0].after.allSatisfy(done.contains) }
            guard let next = ready.randomElement(using: &generator) else { return steps }
            done.insert(waiting[next].id)
            order.append(waiting.remove(at: next))
        }
        return order
    }
}
