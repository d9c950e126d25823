import RobotModel
import Yams

/// Reads a workflow and checks that its steps can be put in an order.
enum WorkflowReader {
    static func read(_ map: MapReader) -> Workflow? {
        var steps: [(step: WorkflowStep, node: Node)] = []
        var waits: [(step: StepID, after: StepID, node: Node)] = []
        let nodes = map.items("steps", isRequired: true)
        if map.has("steps") && nodes.isEmpty && map.problems.errors.isEmpty {
            map.problems.note(.badValue, "a workflow needs at least one step", at: map.node)
        }
        for node in nodes {
            guard let entry = MapReader(node, "a step", map.problems) else { continue }
            let id = entry.identifier("id", isRequired: true)
            let skill = entry.identifier("skill", isRequired: true)
            let robot = entry.identifier("robot").map { RobotID($0) }
            let arguments = entry.value("arguments").map { map.problems.values($0, "arguments") } ?? [:]
            let after = entry.items("after").compactMap { item in
                map.problems.identifier(item, "an entry of after").map { (id: StepID($0), node: item) }
            }
            let repeats = readRepeat(entry)
            let votes = readVotes(entry)
            entry.finish()
            guard let id, let skill else { continue }
            if steps.contains(where: { $0.step.id == StepID(id) }) {
                map.problems.note(.duplicate, "two steps are called “\(id)”", at: node)
                continue
            }
            waits += after.map { (StepID(id), $0.id, $0.node) }
            let step = WorkflowStep(
                id: StepID(id), skill: SkillName(skill), robot: robot, arguments: arguments,
                after: after.map(\.id), repeats: repeats, votes: votes)
            steps.append((step, node))
        }
        let ids = steps.map(\.step.id)
        for wait in waits where !ids.contains(wait.after) {
            map.problems.note(
                .unknownName,
                "step “\(wait.step)” waits for “\(wait.after)”, which is no step"
                    + NearMatches.hint(for: wait.after.rawValue, among: ids.map(\.rawValue)),
                at: wait.node)
        }
        noteCycle(steps, map.problems)
        return Workflow(steps: steps.map(\.step))
    }

    private static func readRepeat(_ step: MapReader) -> RepeatPolicy? {
        guard let inner = step.map("repeat") else { return nil }
        let until = inner.identifier("until", isRequired: true)
        let most = inner.count("most", 1...UInt64(1 << 53))
        inner.finish()
        return until.map { RepeatPolicy(until: $0, most: most) }
    }

    private static func readVotes(_ step: MapReader) -> VotePolicy? {
        guard let inner = step.map("votes") else { return nil }
        let ahead = inner.count("ahead", isRequired: true, 1...100).map { UInt32($0) }
        let most = inner.count("most", 1...10_000).map { UInt32($0) }
        inner.finish()
        guard let ahead else { return nil }
        var policy = VotePolicy(ahead: ahead)
        policy.most = most ?? max(policy.most, ahead)
        if policy.most < ahead {
            inner.problems.note(
                .badValue, "most is \(policy.most), with which nobody can be \(ahead) ahead",
                at: inner.node)
        }
        return policy
    }

    /// Takes away steps that wait for nothing that is left; what stays, waits
    /// for itself.
    private static func noteCycle(_ steps: [(step: WorkflowStep, node: Node)], _ problems: Problems) {
        var left = Dictionary(uniqueKeysWithValues: steps.map { ($0.step.id, Set($0.step.after)) })
        let known = Set(left.keys)
        for id in known { left[id]?.formIntersection(known) }
        while let free = left.first(where: { $0.value.isEmpty })?.key {
            left[free] = nil
            for id in known { left[id]?.remove(free) }
        }
        guard let first = steps.first(where: { left[$0.step.id] != nil }) else { return }
        let names = left.keys.sorted().map { "“\($0)”" }.joined(separator: ", ")
        problems.note(.cycle, "the steps \(names) wait for each other or for such steps", at: first.node)
    }
}
