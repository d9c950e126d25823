/// Steps to the goal if nothing that holds ever ended (the FF heuristic, with
/// additive costs for choosing supporters: Hoffmann & Nebel 2001, Keyder &
/// Geffner 2008). Derived rules are free.
struct RelaxedPlanHeuristic {
    struct Estimate {
        /// Actions in the relaxed plan.
        var steps: Int
        /// Those of them that can be done at once.
        var helpful: [Int32]
        /// All of them.
        var actions: [Int32]
    }

    private static let unreached = Int32.max
    private static let highest = 4095

    private var goal: [Int32]
    private var isGoal: [Bool]
    private let axiomCount: Int
    private let operatorsByAtom: Incidence
    private let heads: Incidence
    private let sizes: [Int32]
    private let baseCosts: [Int32]
    private let actionOf: [Int32]
    private let free: [Int32]
    private let bodies: Incidence
    private let conditions: [[Int32]]

    private var open: [Int32]
    private var sums: [Int32]
    private var cost: [Int32]
    private var supporter: [Int32]
    private var buckets: [[Int32]]
    private var isMarked: [Bool]
    private var isChosen: [Bool]

    /// - Parameters:
    ///   - goal: atoms, each once.
    ///   - allowed: by action, whether it may be used.
    init(_ task: GroundTask, goal: [Int32], allowed: [Bool]? = nil) {
        self.goal = goal
        isGoal = Array(repeating: false, count: task.atomCount)
        for atom in goal { isGoal[Int(atom)] = true }
        axiomCount = task.axioms.count
        var bodies = task.axioms.map(\.body)
        var heads = task.axioms.map { [$0.head] }
        var costs = Array(repeating: Int32(0), count: axiomCount)
        var actionOf = Array(repeating: Int32(-1), count: axiomCount)
        for (number, action) in task.actions.enumerated() where allowed?[number] ?? true {
            for effect in action.effects where !effect.relaxedAdds.isEmpty {
                bodies.append(
                    action.conditions + effect.conditions.filter { !action.conditions.contains($0) })
                heads.append(effect.relaxedAdds)
                costs.append(1)
                actionOf.append(Int32(number))
            }
        }
        operatorsByAtom = Incidence(inverting: bodies, count: task.atomCount)
        self.heads = Incidence(rows: heads)
        self.bodies = Incidence(rows: bodies)
        self.actionOf = actionOf
        sizes = bodies.map { Int32($0.count) }
        baseCosts = costs
        free = bodies.indices.filter { bodies[$0].isEmpty }.map(Int32.init)
        conditions = task.actions.map(\.conditions)
        open = sizes
        sums = costs
        cost = Array(repeating: Self.unreached, count: task.atomCount)
        supporter = Array(repeating: -1, count: task.atomCount)
        buckets = Array(repeating: [], count: Self.highest + 1)
        isMarked = Array(repeating: false, count: task.atomCount)
        isChosen = Array(repeating: false, count: task.actions.count)
    }

    /// Aims at another goal; atoms, each once.
    mutating func aim(at goal: [Int32]) {
        for atom in self.goal { isGoal[Int(atom)] = false }
        for atom in goal { isGoal[Int(atom)] = true }
        self.goal = goal
    }

    /// Nil where the goal can't be reached from `state`, a completed one.
    mutating func estimate(_ state: [UInt64]) -> Estimate? {
        open = sizes
        sums = baseCosts
        for number in cost.indices { cost[number] = Self.unreached }
        var last = 0
        for word in state.indices {
            var bits = state[word]
            while bits != 0 {
                let atom = word << 6 + bits.trailingZeroBitCount
                bits &= bits - 1
                cost[atom] = 0
                supporter[atom] = -1
                buckets[0].append(Int32(atom))
            }
        }
        for number in free { reach(Int(number), last: &last) }
        var level = 0
        var goalsLeft = goal.count
        search: while level <= last {
            while let atom = buckets[level].popLast() {
                guard cost[Int(atom)] == Int32(level), !isMarked[Int(atom)] else { continue }
                isMarked[Int(atom)] = true
                if isGoal[Int(atom)] {
                    goalsLeft -= 1
                    if goalsLeft == 0 { break search }
                }
                let start = Int(operatorsByAtom.start[Int(atom)])
                let end = Int(operatorsByAtom.start[Int(atom) + 1])
                for offset in start..<end {
                    let number = Int(operatorsByAtom.items[offset])
                    open[number] -= 1
                    sums[number] += Int32(level)
                    if open[number] == 0 { reach(number, last: &last) }
                }
            }
            level += 1
        }
        for bucket in 0...last where !buckets[bucket].isEmpty {
            buckets[bucket].removeAll(keepingCapacity: true)
        }
        for number in isMarked.indices { isMarked[number] = false }
        return goalsLeft == 0 ? extract(state) : nil
    }

    @inline(__always)
    private mutating func reach(_ number: Int, last: inout Int) {
        let sum = min(sums[number], Int32(Self.highest))
        let start = Int(heads.start[number])
        let end = Int(heads.start[number + 1])
        for offset in start..<end {
            let head = Int(heads.items[offset])
            if cost[head] > sum {
                cost[head] = sum
                supporter[head] = Int32(number)
                buckets[Int(sum)].append(Int32(head))
                last = max(last, Int(sum))
            }
        }
    }

    private mutating func extract(_ state: [UInt64]) -> Estimate {
        var estimate = Estimate(steps: 0, helpful: [], actions: [])
        var queue = goal
        var marked: [Int32] = []
        while let atom = queue.popLast() {
            guard !isMarked[Int(atom)] else { continue }
            isMarked[Int(atom)] = true
            marked.append(atom)
            let number = Int(supporter[Int(atom)])
            guard number >= 0 else { continue }
            queue.append(contentsOf: bodies[number])
            let action = actionOf[number]
            guard action >= 0, !isChosen[Int(action)] else { continue }
            isChosen[Int(action)] = true
            estimate.actions.append(action)
            estimate.steps += 1
            if conditions[Int(action)].allSatisfy({ StateSpace.holds($0, in: state) }) {
                estimate.helpful.append(action)
            }
        }
        for atom in marked { isMarked[Int(atom)] = false }
        for action in estimate.actions { isChosen[Int(action)] = false }
        estimate.helpful.sort()
        return estimate
    }
}
