/// Which steps must wait for which, made from a sequence by letting go of
/// every order that nothing depends on.
///
/// What stays ordered: the steps of one robot; users of one resource; who makes
/// a fact true before who needs it; who needs it before who ends it; opposite
/// changes of one fact. So all orders that it allows run through the same
/// changes and end in the same world.
struct PartialOrder {
    /// A fact, or its denial, that one step makes so for another.
    struct Link: Hashable {
        /// Nil for the start.
        let producer: Int?
        let atom: Int32
        let isPositive: Bool
        /// Nil for the goal.
        let consumer: Int?
    }

    /// For each step the earlier steps that it directly waits for, in order.
    private(set) var predecessors: [[Int]]
    private(set) var links: [Link] = []

    private enum Change { case add, delete }

    /// The recent past of one base atom.
    private struct History {
        var last: Change?
        /// Steps of the latest run of equal changes, and of the run before it.
        var run: [Int] = []
        var previousRun: [Int] = []
        /// Steps that needed it as it is since the latest run, and as it was before.
        var users: [Int] = []
        var previousUsers: [Int] = []
        var observers: [Int] = []
        var changers: [Int] = []
    }

    /// - Parameters:
    ///   - initial: base atoms that hold at the start.
    ///   - footprints: one per step, and one for the goal.
    ///   - exclusive: per step the names of what it has to itself, its robot included.
    ///   - barriers: steps that come after every step before them in the sequence.
    init(initial: Set<Int32>, footprints: [StepFootprint], exclusive: [[String]], barriers: [Int]) {
        let count = footprints.count - 1
        predecessors = []
        var histories: [Int32: History] = [:]
        var lastUser: [String: Int] = [:]
        var edges: [Set<Int>] = Array(repeating: [], count: count)
        var floor: Int?
        for step in 0...count {
            let footprint = footprints[step]
            var before: Set<Int> = []
            let consumer = step < count ? step : nil
            for atom in footprint.needsTrue.sorted() {
                link(atom, .add, consumer, &histories, &before)
            }
            for atom in footprint.needsFalse.sorted() {
                link(atom, .delete, consumer, &histories, &before)
            }
            guard step < count else { break }
            for atom in footprint.observes {
                before.formUnion(histories[atom]?.changers ?? [])
                histories[atom, default: History()].observers.append(step)
            }
            for atom in footprint.deletes {
                change(atom, .delete, step, isNeeded: initial.contains(atom), &histories, &before)
            }
            for atom in footprint.adds {
                change(atom, .add, step, isNeeded: !initial.contains(atom), &histories, &before)
            }
            for name in exclusive[step] {
                if let user = lastUser.updateValue(step, forKey: name) { before.insert(user) }
            }
            if barriers.contains(step) { floor = step }
            if let floor { before.formUnion(0..<floor) }
            before.remove(step)
            edges[step] = before
        }
        predecessors = Self.reduced(edges)
    }

    private mutating func link(
        _ atom: Int32, _ kind: Change, _ consumer: Int?, _ histories: inout [Int32: History],
        _ before: inout Set<Int>
    ) {
        let history = histories[atom]
        let producer = history?.last == kind ? history?.run.first : nil
        if let producer { before.insert(producer) }
        links.append(Link(producer: producer, atom: atom, isPositive: kind == .add, consumer: consumer))
        if let consumer { histories[atom, default: History()].users.append(consumer) }
    }

    /// - Parameter isNeeded: whether the change differs from how the world began.
    private func change(
        _ atom: Int32, _ kind: Change, _ step: Int, isNeeded: Bool, _ histories: inout [Int32: History],
        _ before: inout Set<Int>
    ) {
        var history = histories[atom] ?? History()
        if history.last == nil, !isNeeded {
            // It changes nothing as long as it comes before the first real change.
            history.users.append(step)
            histories[atom] = history
            return
        }
        before.formUnion(history.observers)
        history.changers.append(step)
        if history.last == kind {
            before.formUnion(history.previousRun)
            before.formUnion(history.previousUsers)
            history.run.append(step)
        } else {
            before.formUnion(history.run)
            before.formUnion(history.users)
            history.previousRun = history.run
            history.previousUsers = history.users
            history.run = [step]
            history.users = []
            history.last = kind
        }
        histories[atom] = history
    }

    /// Edges that follow from others taken out.
    private static func reduced(_ edges: [Set<Int>]) -> [[Int]] {
        let wordCount = (edges.count + 63) / 64
        var closure: [[UInt64]] = []
        var result: [[Int]] = []
        for before in edges {
            var all = Array(repeating: UInt64(0), count: wordCount)
            var direct: [Int] = []
            for step in before.sorted(by: >) where all[step >> 6] & (1 << UInt64(step & 63)) == 0 {
                direct.append(step)
                all[step >> 6] |= 1 << UInt64(step & 63)
                for word in 0..<wordCount { all[word] |= closure[step][word] }
            }
            closure.append(all)
            result.append(direct.sorted())
        }
        return result
    }
}
