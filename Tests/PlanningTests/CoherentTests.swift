import Foundation
import PlanRules
import Planning
import RobotModel
import Testing

/// The 42 household tasks of the COHERENT set, given as goals.
@Suite struct CoherentTests {
    @Test func `all 42 household tasks are solved in about as many steps as people need`() throws {
        guard CoherentTask.folder != nil else { return }
        let tasks = try CoherentTask.all()
        #expect(tasks.count == 42)
        var (steps, human, solved) = (0, 0, 0)
        var times: [Double] = []
        for task in tasks {
            let problem = PlanningProblem(team: task.team, world: task.world, goal: task.goal)
            human += task.humanSteps
            let start = ContinuousClock.now
            let plan: Plan
            do {
                plan = try GoalPlanner().plan(problem)
            } catch {
                Issue.record("\(task.name): \(error) (\(task.instruction))")
                continue
            }
            let elapsed = (ContinuousClock.now - start) / .milliseconds(1)
            times.append(elapsed)
            solved += 1
            steps += plan.steps.count
            if ProcessInfo.processInfo.environment["PONS_VERBOSE"] != nil {
                let shown = (elapsed * 10).rounded() / 10
                print(
                    "\(task.name): \(plan.steps.count) steps (\(task.humanSteps)), \(plan.makespanSeconds) s, \(shown) ms"
                )
            }
        }
        times.sort()
        print(
            "coherent: \(solved) of \(tasks.count), \(steps) steps (people \(human)), p50 \(times[times.count / 2]) ms, worst \(times.last ?? 0) ms"
        )
        #expect(solved == 42)
        #expect(
            steps <= human + 6,
            "landing on a floor takes a move of its own here, which the count of five tasks lacks")
    }
}
