import Coordination
import PlanRules
import Planning
import RobotModel

/// Planning with the shipping planner, which takes its time, and fails or
/// stays silent where the scenario has it.
final class SimulatedPlanner {
    private unowned let site: Site
    private var faults: [PlannerFault] = []
    private var freeAt = Instant.zero

    init(site: Site) { self.site = site }

    func fail(_ fault: PlannerFault) { faults.append(fault) }

    /// - Returns: the answer and how long it takes; nil for none ever.
    func answer(_ order: PlanOrder, in world: WorldState) -> (after: Duration, CoordinationInput)? {
        let now = site.agenda.now
        freeAt = max(freeAt, now) + site.draw(1...25)
        let wait = freeAt - now
        if !faults.isEmpty {
            switch faults.removeFirst() {
            case .error:
                site.say("the planner fails")
                return (
                    wait, .planRefused(order.task, revision: order.revision, Rejection(.outOfTime, "no plan"))
                )
            case .silence:
                site.say("the planner stays silent")
                return nil
            case .late: return (wait + .seconds(12), input(order, world))
            }
        }
        return (wait, input(order, world))
    }

    private func input(_ order: PlanOrder, _ world: WorldState) -> CoordinationInput {
        do throws(Rejection) {
            let (goal, plan) = try plan(order, in: world)
            return .planProposed(order.task, revision: order.revision, goal: goal, plan: plan)
        } catch {
            return .planRefused(order.task, revision: order.revision, error)
        }
    }

    private func plan(_ order: PlanOrder, in world: WorldState) throws(Rejection) -> (Goal, Plan) {
        let question = PlanningQuestion(
            ask: order.ask, goal: order.goal, finished: order.finished, running: order.running,
            revision: order.revision, unavailable: order.unavailable, busy: order.busy,
            suspended: order.suspended, excluded: order.excluded)
        let answer = PlanAnswer(question, team: site.scenario.world.team, world: world)
        return try answer.plan { (_, _, _) throws(Rejection) in
            throw Rejection(.invalidRequest, "nobody speaks here")
        }
    }
}
