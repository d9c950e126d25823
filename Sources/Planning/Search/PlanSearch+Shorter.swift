extension PlanSearch {
    /// How far estimates may be too high: passing over less finds more of the
    /// shortest plans, for more looking.
    private static let slack = 2

    private static let mostActionsTried = 200

    /// The shortest plan that is found within so many evaluations.
    mutating func shortened(
        _ actions: [Int], from state: [UInt64], goal: [Int32], allowed: [Bool], mostEvaluations: Int
    ) -> [Int] {
        var best = actions
        let end = evaluations + mostEvaluations
        while best.count > 1, evaluations < end,
            case .found(let shorter) = findShorter(
                from: state, goal: goal, allowed: allowed, bound: best.count, slack: Self.slack,
                mostEvaluations: end - evaluations)
        {
            best = withoutIdle(shorter, from: state, goal: goal)
        }
        return best
    }

    /// Leaves out each action, with those that then can't be done, where the
    /// goal is still reached (action elimination: Nakhost & Müller 2010). The
    /// work grows with the square of the steps, so long plans stay as they are.
    mutating func withoutIdle(_ actions: [Int], from start: [UInt64], goal: [Int32]) -> [Int] {
        var actions = actions
        var before = start
        var offset = 0
        guard actions.count <= Self.mostActionsTried else { return actions }
        while offset < actions.count, offset % 16 != 0 || !budget.isSpent {
            var kept: [Int] = []
            var state = before
            for action in actions[(offset + 1)...] where isApplicable(action, in: state) {
                kept.append(action)
                state = self.state(after: [action], from: state)
            }
            if holds(goal, in: state) {
                actions.replaceSubrange(offset..., with: kept)
            } else {
                before = self.state(after: [actions[offset]], from: before)
                offset += 1
            }
        }
        return actions
    }
}
