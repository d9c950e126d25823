import RobotModel

/// Shares the facts of a goal out among the robots that can bring them about
/// alone, so that they work at the same time.
///
/// 1. Each fact goes to the robot that would have it soonest, nearest first
///    (relaxed estimates from where that robot would then be).
/// 2. Each robot's facts are planned together, robot after robot, each keeping
///    what the ones before made true; what nobody can do alone, all do at last.
/// 3. Facts of the robot that ends last are moved to others while that helps.
///
/// The outcome is a sequence; that the robots work at once is the doing of
/// ``PartialOrder``. It replaces the given plan only where its timetable is better.
struct GoalSharing {
    /// Plans made while moving facts, at most.
    private static let mostMoves = 40
    /// States looked at for one robot's share.
    private static let firstEvaluations = 2_000
    private static let shorterEvaluations = 400
    /// Estimates made while sharing out.
    private static let mostEstimates = 20_000

    private let task: GroundTask
    private let start: [UInt64]
    private let goal: [Int32]
    private let allowed: [Bool]
    private let budget: PlanningBudget
    private let robots: [RobotID]
    private let masks: [[Bool]]
    /// Goal atoms that don't hold yet.
    private let open: [Int32]

    init(task: GroundTask, start: [UInt64], goal: [Int32], allowed: [Bool], budget: PlanningBudget) {
        self.task = task
        self.start = start
        self.goal = goal
        self.allowed = allowed
        self.budget = budget
        let robots = Set(task.actions.indices.filter { allowed[$0] }.map(task.robot)).sorted()
        masks = robots.map { robot in
            task.actions.indices.map { allowed[$0] && task.robot(of: $0) == robot }
        }
        self.robots = robots
        open = goal.filter { !StateSpace.holds($0, in: start) }
    }

    /// Which robot, by number, is to bring about each open atom; nil for all together.
    private typealias Shares = [Int?]

    /// A plan by shares alone; nil where sharing finds none.
    func plan(search: inout PlanSearch, scheduler: inout Scheduler) -> [Int]? {
        guard open.count > 1, robots.count > 1 else { return nil }
        guard let shares = shareOut(search: &search, scheduler: scheduler) else { return nil }
        return sequence(of: shares, shortens: false, search: &search)
    }

    /// The better of `actions` and the best that sharing finds.
    func improve(_ actions: [Int], search: inout PlanSearch, scheduler: inout Scheduler) -> [Int] {
        guard open.count > 1, robots.count > 1, !budget.isSpent else { return actions }
        let best = scheduler.timetable(of: actions, from: start, goal: goal)
        guard var shares = shareOut(search: &search, scheduler: scheduler),
            var current = timetable(of: shares, search: &search, scheduler: &scheduler)
        else { return actions }
        var moves = 0
        var improves = true
        while improves, moves < Self.mostMoves {
            improves = false
            guard let latest = latestRobot(current) else { break }
            search: for (place, share) in shares.enumerated() where share == latest {
                for robot in robots.indices where robot != latest {
                    guard moves < Self.mostMoves, !budget.isSpent else { break search }
                    moves += 1
                    var other = shares
                    other[place] = robot
                    guard let moved = timetable(of: other, search: &search, scheduler: &scheduler),
                        moved.isBetter(than: current)
                    else { continue }
                    (shares, current, improves) = (other, moved, true)
                    break search
                }
            }
        }
        return current.isBetter(than: best) ? current.actions : best.actions
    }

    /// The robot whose last step ends last.
    private func latestRobot(_ timetable: Timetable) -> Int? {
        var ends = Array(repeating: 0.0, count: robots.count)
        for (offset, action) in timetable.actions.enumerated() {
            guard let robot = robots.firstIndex(of: task.robot(of: action)) else { continue }
            ends[robot] = max(ends[robot], timetable.startSeconds[offset] + timetable.durationSeconds[offset])
        }
        return ends.indices.max { (ends[$0], -$0) < (ends[$1], -$1) }
    }

    // MARK: Sharing out

    /// Greedy, by earliest estimated end. Nil where only one robot can do anything.
    private func shareOut(search: inout PlanSearch, scheduler: Scheduler) -> Shares? {
        var heuristics = masks.map { RelaxedPlanHeuristic(task, goal: [], allowed: $0) }
        var shares: Shares = Array(repeating: nil, count: open.count)
        var estimates: [[Double?]] = Array(
            repeating: Array(repeating: nil, count: open.count), count: robots.count)
        var clocks = Array(repeating: 0.0, count: robots.count)
        var states = Array(repeating: start, count: robots.count)
        var count = 0
        func estimate(_ robot: Int, _ place: Int) -> Double? {
            count += 1
            heuristics[robot].aim(at: [open[place]])
            guard let relaxed = heuristics[robot].estimate(states[robot]) else { return nil }
            return relaxed.actions.reduce(0) { $0 + scheduler.typicalSeconds(of: Int($1)) }
        }
        for robot in robots.indices {
            for place in open.indices { estimates[robot][place] = estimate(robot, place) }
        }
        var isTaken = Array(repeating: false, count: open.count)
        while count < Self.mostEstimates, !budget.isSpent {
            var best: (end: Double, robot: Int, place: Int)?
            for robot in robots.indices {
                for place in open.indices where !isTaken[place] {
                    guard let seconds = estimates[robot][place] else { continue }
                    let end = clocks[robot] + seconds
                    if best.map({ end < $0.end }) ?? true { best = (end, robot, place) }
                }
            }
            guard let (_, robot, place) = best else { break }
            guard
                case .found(let actions) = search.findFirst(
                    from: states[robot], goal: [open[place]], allowed: masks[robot],
                    mostEvaluations: Self.firstEvaluations)
            else {
                estimates[robot][place] = nil
                continue
            }
            isTaken[place] = true
            shares[place] = robot
            states[robot] = search.state(after: actions, from: states[robot])
            clocks[robot] += actions.reduce(0) { $0 + scheduler.typicalSeconds(of: $1) }
            for rest in open.indices where !isTaken[rest] && estimates[robot][rest] != nil {
                estimates[robot][rest] = estimate(robot, rest)
            }
        }
        return Set(shares.compactMap { $0 }).isEmpty ? nil : shares
    }

    // MARK: Plans of shares

    private func timetable(
        of shares: Shares, search: inout PlanSearch, scheduler: inout Scheduler
    ) -> Timetable? {
        sequence(of: shares, shortens: true, search: &search).map {
            scheduler.timetable(of: $0, from: start, goal: goal)
        }
    }

    /// - Parameter shortens: whether each robot's part is made shorter after it is found.
    private func sequence(of shares: Shares, shortens: Bool, search: inout PlanSearch) -> [Int]? {
        var state = start
        var kept = goal.filter { StateSpace.holds($0, in: start) }
        var sequence: [Int] = []
        for (robot, mask) in (masks + [allowed]).enumerated() {
            let own = open.indices.filter { shares[$0] == (robot < robots.count ? robot : nil) }.map {
                open[$0]
            }
            let wanted = kept + own
            guard !own.isEmpty, !search.holds(wanted, in: state) else {
                kept = wanted
                continue
            }
            guard
                case .found(let first) = search.findFirst(
                    from: state, goal: wanted, allowed: mask, mostEvaluations: Self.firstEvaluations)
            else { return nil }
            var actions = search.withoutIdle(first, from: state, goal: wanted)
            if shortens {
                actions = search.shortened(
                    actions, from: state, goal: wanted, allowed: mask,
                    mostEvaluations: Self.shorterEvaluations)
            }
            sequence += actions
            state = search.state(after: actions, from: state)
            kept = wanted
        }
        guard search.holds(goal, in: state) else { return nil }
        return search.withoutIdle(sequence, from: start, goal: goal)
    }
}
