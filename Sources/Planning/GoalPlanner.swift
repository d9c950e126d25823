// Stop 4 of «follow one task»: how does a goal become steps? It comes from
// `Coordination/Coordinator.swift`, which asks for a plan, and goes on to
// `Coordination/TaskStateMachine.swift`, which runs the steps.

public import RobotModel

/// Makes a checked, timed plan for a team out of a goal.
///
/// 1. Skills and rules are instantiated for what can be reached (`Grounding`).
/// 2. A first plan is searched, then shorter ones (`Search`).
/// 3. Goals are shared out among the robots that can do them (`Sharing`).
/// 4. The sequence is let go into a partial order and timed (`Ordering`).
/// 5. `PlanValidator`, which shares no code with all this, checks the result.
///
/// The same problem gives the same plan, unless time runs out. Blocks for as
/// long as it works: run it on a thread of its own.
public struct GoalPlanner: Sendable {
    public init() {}

    /// - Parameter isCancelled: asked every so often; true ends the work.
    /// - Throws: `unknownEntity`, `unknownRobot`, `unknownSkill` or
    ///   `invalidRequest` for a goal that can't be read; `contradictoryGoal`;
    ///   `noCapableRobot` and `unreachableGoal`, with what is in the way;
    ///   `outOfTime` when no plan was found in time, and `overBudget` for a
    ///   world or goal that is too large.
    public func plan(
        _ problem: PlanningProblem, isCancelled: @escaping () -> Bool = { false }
    ) throws(Rejection) -> Plan {
        let budget = PlanningBudget(limit: problem.timeLimit, isCancelled: isCancelled)
        let trees = try GoalReader(problem).trees()
        do throws(Rejection) {
            return try StagePlanner.plan(problem, trees: trees, avoidsExcluded: true, budget: budget)
        } catch {
            guard !problem.excluded.isEmpty, error.code == .unreachableGoal || error.code == .noCapableRobot
            else { throw error }
            return try StagePlanner.plan(problem, trees: trees, avoidsExcluded: false, budget: budget)
        }
    }
}
