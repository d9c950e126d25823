import RobotModel

/// All that a run is made of, drawn from its seed beforehand. Any part can be
/// left out without changing the others.
struct Scenario {
    let options: SimulationOptions
    let world: SmallWorld
    let layout: Layout
    private(set) var arrivals: [Arrival]
    private(set) var faults: [Fault]
    private(set) var orders: [Order]

    /// Which edge a robot is at, and whether its skills run in the edge's own
    /// process. Edge 0 may live in the brain's.
    struct Layout {
        let edges: Int
        let edgeOfRobot: [Int]
        let isBuiltIn: [Bool]
        /// Whether its skills bring observations with their results.
        let hasEyes: [Bool]
        /// Whether its body remembers what was done over a restart.
        let remembers: [Bool]
        let isFirstEdgeWithBrain: Bool
        /// Links to the brain come first, one for each edge; then one for each robot.
        var links: Int { edges + edgeOfRobot.count }
    }

    /// Names of all parts, for shrinking.
    var names: [String] { faults.map(\.name) + orders.map(\.name) + arrivals.map(\.name) }

    init(_ options: SimulationOptions) {
        self.options = options
        var random = SeededRandom(seed: options.seed, stream: 1)
        world = SmallWorld(robots: options.robots, random: &random)
        layout = Self.layout(options, random: &random)
        let seconds = max(1, Int(options.duration.inSeconds))
        arrivals = Self.arrivals(options, seconds, world)
        faults = Self.faults(options, seconds, layout)
        orders = Self.orders(options, seconds)
        if let kept = options.kept {
            arrivals.removeAll { !kept.contains($0.name) }
            faults.removeAll { !kept.contains($0.name) }
            orders.removeAll { !kept.contains($0.name) }
        }
    }

    private static func layout(_ options: SimulationOptions, random: inout SeededRandom) -> Layout {
        let robots = options.robots
        // Where tasks are long, they needn't all end with an edge.
        let edges = 1 + (options.work == .long ? robots / 6 : random.below(min(robots, 3)))
        return Layout(
            edges: edges, edgeOfRobot: (0..<robots).map { $0 < edges ? $0 : random.below(edges) },
            isBuiltIn: (0..<robots).map { _ in random.happens(oneIn: 3) },
            hasEyes: (0..<robots).map { _ in !random.happens(oneIn: 3) },
            remembers: (0..<robots).map { _ in random.happens(oneIn: 2) },
            isFirstEdgeWithBrain: random.happens(oneIn: 3))
    }

    private static func arrivals(
        _ options: SimulationOptions, _ seconds: Int, _ world: SmallWorld
    ) -> [Arrival] {
        (0..<options.tasks).map { number in
            var random = SeededRandom(seed: options.seed, stream: 0x1_0000 + UInt64(number))
            let at = random.milliseconds(0...(seconds * 800))
            var request = world.request(options.work, number: number, random: &random)
            if options.work == .usual, random.happens(oneIn: 5) {
                request.deadline = Site.start + at + random.milliseconds(1000...40_000)
            }
            return Arrival(name: "t\(number)", at: at, request: request)
        }
    }

    private static func orders(_ options: SimulationOptions, _ seconds: Int) -> [Order] {
        // Where nothing is to go wrong, nobody meddles either.
        guard options.faults != .none else { return [] }
        let usual: [PersonVerb] = [
            .cancel, .pause, .pause, .resume, .skip, .retry, .replan, .approve, .approve, .reject, .answer,
            .answer, .edit, .edit, .drain, .takeOver, .maintain, .giveBack, .giveBack, .schedule, .look,
            .look, .repeatOrder, .emergencyStop, .retire, .unschedule,
        ]
        var random = SeededRandom(seed: options.seed, stream: 2)
        let gap = seconds > 180 ? 20_000 : 3_500
        var orders: [Order] = []
        var at = random.milliseconds(0...(2 * gap))
        while at < options.duration {
            var verb = random.pick(usual)
            // Rare ones, so that something is left to go on with.
            if verb == .retire, !random.happens(oneIn: max(2, seconds / 30)) { verb = .drain }
            orders.append(Order(name: "o\(orders.count)", at: at, verb: verb, roll: random.next()))
            if verb == .emergencyStop {
                orders.append(
                    Order(
                        name: "o\(orders.count)", at: at + random.milliseconds(500...8000),
                        verb: .emergencyRelease, roll: random.next()))
            }
            at += random.milliseconds(1...(2 * gap))
        }
        return orders
    }
}
