import RobotModel

/// Finds actions from a state to a goal.
struct PlanSearch {
    enum Outcome {
        case found([Int])
        /// Every state that can be reached has been looked at.
        case exhausted
        /// The limit of evaluations or the time ran out first.
        case gaveUp
    }

    private var space: StateSpace
    private let task: GroundTask
    var budget: PlanningBudget
    /// States evaluated so far, over all searches.
    private(set) var evaluations = 0

    init(_ task: GroundTask, budget: PlanningBudget) {
        self.task = task
        self.budget = budget
        space = StateSpace(task)
    }

    mutating func initialState() -> [UInt64] { space.initialState() }

    mutating func state(after actions: [Int], from state: [UInt64]) -> [UInt64] {
        var state = state
        for action in actions { state = space.successor(of: state, by: action) }
        return state
    }

    func holds(_ atoms: [Int32], in state: [UInt64]) -> Bool { space.holdsAll(atoms, in: state) }

    func isApplicable(_ action: Int, in state: [UInt64]) -> Bool {
        space.holdsAll(task.actions[action].conditions, in: state)
    }

    /// A plan soon, not the shortest: greedy best-first search with deferred
    /// evaluation, in which helpful actions get extra turns (Helmert 2006).
    mutating func findFirst(
        from start: [UInt64], goal: [Int32], allowed: [Bool]? = nil, mostEvaluations: Int = .max
    ) -> Outcome {
        struct Edge {
            let parent: Int32
            let action: Int32
        }
        if space.holdsAll(goal, in: start) { return .found([]) }
        var heuristic = RelaxedPlanHeuristic(task, goal: goal, allowed: allowed)
        let usable = task.actions.indices.filter { allowed?[$0] ?? true }
        var table = StateTable(space: space)
        var all = BucketQueue<Edge>(newestFirst: false)
        var helpful = BucketQueue<Edge>(newestFirst: false)
        var credit = 0
        var best = Int.max
        var evaluated = 0
        var next: (edge: Edge, state: [UInt64])? = (Edge(parent: -1, action: -1), start)
        while let (edge, state) = next {
            next = nil
            let depth = edge.parent < 0 ? 0 : table.nodes[Int(edge.parent)].depth + 1
            let (node, isNew) = table.insert(state, parent: edge.parent, action: edge.action, depth: depth)
            if isNew {
                if space.holdsAll(goal, in: state) { return .found(table.path(to: node)) }
                evaluated += 1
                evaluations += 1
                if evaluated > mostEvaluations { return .gaveUp }
                if evaluated % 64 == 0, budget.isSpent { return .gaveUp }
                if let estimate = heuristic.estimate(state) {
                    if estimate.steps < best {
                        best = estimate.steps
                        credit += 1000
                    }
                    for action in usable where space.holdsAll(task.actions[action].conditions, in: state) {
                        all.insert(Edge(parent: node, action: Int32(action)), priority: estimate.steps)
                    }
                    for action in estimate.helpful {
                        helpful.insert(Edge(parent: node, action: action), priority: estimate.steps)
                    }
                }
            }
            let takesHelpful = !helpful.isEmpty && (credit > 0 || all.isEmpty)
            if takesHelpful { credit -= 1 } else if !helpful.isEmpty { credit += 1 }
            guard let edge = takesHelpful ? helpful.popFirst() : all.popFirst() else { return .exhausted }
            next = (edge, space.successor(of: table.state(edge.parent), by: Int(edge.action)))
        }
        return .exhausted
    }

    /// A plan with fewer than `bound` steps: best-first by steps done plus steps
    /// estimated, passing over states that seem too far even if the estimate,
    /// which may be too high, is `slack` less.
    mutating func findShorter(
        from start: [UInt64], goal: [Int32], allowed: [Bool]? = nil, bound: Int, slack: Int,
        mostEvaluations: Int
    ) -> Outcome {
        struct Entry {
            let node: Int32
            let depth: Int32
        }
        if space.holdsAll(goal, in: start) { return bound > 0 ? .found([]) : .exhausted }
        var heuristic = RelaxedPlanHeuristic(task, goal: goal, allowed: allowed)
        let usable = task.actions.indices.filter { allowed?[$0] ?? true }
        var table = StateTable(space: space)
        var estimates: [Int32] = []
        var open = BucketQueue<Entry>(newestFirst: true)
        guard let first = heuristic.estimate(start) else { return .exhausted }
        _ = table.insert(start, parent: -1, action: -1, depth: 0)
        estimates.append(Int32(first.steps))
        open.insert(Entry(node: 0, depth: 0), priority: first.steps)
        var evaluated = 1
        while let entry = open.popFirst() {
            let depth = table.nodes[Int(entry.node)].depth
            guard depth == entry.depth else { continue }
            let state = table.state(entry.node)
            for action in usable where space.holdsAll(task.actions[action].conditions, in: state) {
                let next = space.successor(of: state, by: action)
                let (node, isNew) = table.insert(
                    next, parent: entry.node, action: Int32(action), depth: depth + 1)
                if isNew {
                    if space.holdsAll(goal, in: next) {
                        if Int(depth) + 1 < bound { return .found(table.path(to: node)) }
                        estimates.append(0)
                        continue
                    }
                    evaluated += 1
                    evaluations += 1
                    if evaluated > mostEvaluations { return .gaveUp }
                    if evaluated % 64 == 0, budget.isSpent { return .gaveUp }
                    let steps = heuristic.estimate(next).map { Int32($0.steps) } ?? .max
                    estimates.append(steps)
                } else {
                    guard table.nodes[Int(node)].depth > depth + 1 else { continue }
                    table.shorten(node, parent: entry.node, action: Int32(action), depth: depth + 1)
                }
                let steps = Int(estimates[Int(node)])
                guard steps < Int32.max, Int(depth) + 1 + max(1, steps - slack) < bound else { continue }
                open.insert(Entry(node: node, depth: depth + 1), priority: Int(depth) + 1 + steps)
            }
        }
        return .exhausted
    }
}
