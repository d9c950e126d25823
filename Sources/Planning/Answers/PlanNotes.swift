import PlanRules
import RobotModel

/// The lines that tell people why a plan is as it is: who does what, who else
/// could have, and who couldn't and why.
struct PlanNotes {
    let problem: PlanningProblem
    let task: GroundTask
    let choice: [String: RobotID]

    func lines(for timetable: Timetable) -> [String] {
        guard !timetable.actions.isEmpty else { return ["Nothing is to be done: the goal holds already."] }
        var lines: [String] = []
        for (label, robot) in choice.sorted(by: { $0.key < $1.key }) {
            lines.append("“\(label)” is \(robot), which ends soonest of those that can.")
        }
        var counts: [RobotID: Int] = [:]
        for action in timetable.actions { counts[task.robot(of: action), default: 0] += 1 }
        let shares = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        lines.append(
            "\(timetable.actions.count) steps, shared so: \(shares.joined(separator: ", ")); "
                + "expected to take \(Self.seconds(timetable.makespanSeconds)).")
        for link in timetable.order.links where link.consumer == nil {
            guard let producer = link.producer else { continue }
            lines.append(reason(for: timetable.actions[producer], atom: link.atom))
        }
        for (robot, reason) in problem.unavailable.sorted(by: { $0.key < $1.key })
        where problem.team.robots[robot] != nil {
            lines.append("\(robot) was left out: \(reason).")
        }
        for call in problem.excluded.sorted(by: { ($0.robot, $0.skill) < ($1.robot, $1.skill) }) {
            lines.append("\(call.robot): \(call.skill) failed before and was avoided where possible.")
        }
        return lines
    }

    /// Who makes a fact of the goal true, and how the others stand.
    private func reason(for action: Int, atom: Int32) -> String {
        let robot = task.robot(of: action)
        let call = task.call(of: action)
        var able: [RobotID] = []
        var unable: [String] = []
        for other in problem.team.robots.keys.sorted()
        where other != robot && problem.unavailable[other] == nil {
            let could = task.actions.indices.contains { number in
                task.robot(of: number) == other
                    && task.actions[number].effects.contains { $0.adds.contains(atom) }
            }
            if could {
                able.append(other)
            } else if problem.team.skill(call.skill, of: other) == nil {
                unable.append("\(other) has no skill \(call.skill)")
            } else {
                unable.append("\(other) can’t get into reach")
            }
        }
        let fact = task.literals[Int(atom)]
        var line = "\(fact.predicate.contains("#") ? call.description : fact.description): by \(robot)"
        if !able.isEmpty { line += "; \(able.map(\.rawValue).joined(separator: ", ")) could too, no better" }
        if !unable.isEmpty { line += "; \(unable.joined(separator: ", "))" }
        return line + "."
    }

    private static func seconds(_ seconds: Double) -> String {
        "\((seconds * 10).rounded() / 10) s"
    }
}
