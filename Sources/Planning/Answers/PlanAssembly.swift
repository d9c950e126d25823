import PlanRules
import RobotModel

/// Writes a timetable as a plan: steps named, ordered, timed and with terms.
struct PlanAssembly {
    let problem: PlanningProblem
    let task: GroundTask

    /// - Parameter inSequence: keeps every step after the one before it, for
    ///   when nothing looser is wanted.
    func plan(_ timetable: Timetable, explanation: [String], inSequence: Bool = false) throws(Rejection)
        -> Plan
    {
        let count = timetable.actions.count
        var starts = timetable.startSeconds
        if inSequence {
            for step in 1..<max(1, count) {
                starts[step] = starts[step - 1] + timetable.durationSeconds[step - 1]
            }
        }
        let listed = (0..<count).sorted { (starts[$0], $0) < (starts[$1], $1) }
        var ids = Array(repeating: StepID(""), count: count)
        for (offset, step) in listed.enumerated() { ids[step] = StepID("\(problem.stepPrefix)\(offset + 1)") }
        var steps: [PlanStep] = []
        for (offset, step) in listed.enumerated() {
            let call = task.call(of: timetable.actions[step])
            let bound: BoundSkill
            do {
                bound = try BoundSkill(call, team: problem.team, world: problem.world)
            } catch {
                throw Rejection(.invalidPlan, "the planner chose a call that can’t be made: \(error)")
            }
            let after =
                inSequence
                ? (offset > 0 ? [ids[listed[offset - 1]]] : [])
                : timetable.order.predecessors[step].map { ids[$0] }.sorted {
                    Self.number($0) < Self.number($1)
                }
            steps.append(
                PlanStep(
                    id: ids[step], robot: bound.robot, skill: bound.manifest.name, arguments: call.arguments,
                    after: after, expectedStartSeconds: starts[step],
                    expectedDurationSeconds: timetable.durationSeconds[step], terms: StepTerms(bound)))
        }
        let links = timetable.order.links.map { link in
            CausalLink(
                producer: link.producer.map { ids[$0] },
                literal: link.isPositive
                    ? task.literals[Int(link.atom)] : task.literals[Int(link.atom)].negated,
                consumer: link.consumer.map { ids[$0] })
        }
        let makespan = zip(starts, timetable.durationSeconds).map(+).max() ?? 0
        return Plan(
            steps: steps, links: links.filter { !$0.literal.predicate.contains("#") },
            makespanSeconds: makespan, explanation: explanation)
    }

    private static func number(_ id: StepID) -> Int {
        Int(String(id.rawValue.reversed().prefix { $0.isNumber }.reversed())) ?? 0
    }
}
