import PlanRules
import RobotModel

/// A sequence of actions let go into a partial order, with expected times.
struct Timetable {
    let actions: [Int]
    let order: PartialOrder
    let durationSeconds: [Double]
    let startSeconds: [Double]
    let makespanSeconds: Double

    /// What one candidate weighs: seconds until all is done, times steps.
    ///
    /// The trade-off between fast and short: a tenth more steps (a second
    /// robot's way to where the work is) must make the whole a tenth faster.
    var weight: Double { max(makespanSeconds, 0.001) * Double(max(actions.count, 1)) }

    /// Whether this is the better plan of two, by weight, then by steps.
    func isBetter(than other: Timetable) -> Bool {
        let (own, theirs) = (weight, other.weight)
        if abs(own - theirs) > 1e-9 * theirs { return own < theirs }
        return actions.count < other.actions.count
    }
}

/// Makes timetables of sequences for one problem.
struct Scheduler {
    private let task: GroundTask
    private let estimator: DurationEstimator
    private let exclusive: [[String]]
    private var reader: FootprintReader

    init(_ task: GroundTask, team: Team, world: WorldState) {
        self.task = task
        estimator = DurationEstimator(team: team, world: world)
        reader = FootprintReader(task)
        exclusive = task.actions.indices.map { number in
            let call = task.call(of: number)
            let schema = task.lifted.schemas[task.actions[number].schema]
            let names = schema.manifest.resources.map { name in
                name.hasPrefix("self.")
                    ? "\(name.dropFirst(5))(\(schema.robot))" : call.arguments[name]?.entity?.rawValue ?? name
            }
            return names + ["robot \(schema.robot)"]
        }
    }

    /// What an action takes without travel.
    func typicalSeconds(of action: Int) -> Double {
        max(0, task.lifted.schemas[task.actions[action].schema].manifest.duration.typicalSeconds)
    }

    /// - Parameters:
    ///   - start: the state before them.
    ///   - goal: what must hold when all is done.
    ///   - barriers: offsets of steps that come after all before them.
    mutating func timetable(
        of actions: [Int], from start: [UInt64], goal: [Int32], barriers: [Int] = []
    ) -> Timetable {
        let footprints = reader.footprints(of: actions, from: start, goal: goal)
        let order = PartialOrder(
            initial: Set((0..<Int32(task.baseCount)).filter { StateSpace.holds($0, in: start) }),
            footprints: footprints, exclusive: actions.map { exclusive[$0] }, barriers: barriers)
        var estimator = estimator
        var durations: [Double] = []
        var starts: [Double] = []
        var makespan = 0.0
        for (offset, action) in actions.enumerated() {
            let manifest = task.lifted.schemas[task.actions[action].schema].manifest
            let duration = estimator.durationSeconds(of: task.call(of: action), manifest: manifest)
            for atom in footprints[offset].deletes { estimator.enter(task.literals[Int(atom)].negated) }
            for atom in footprints[offset].adds { estimator.enter(task.literals[Int(atom)]) }
            let start = order.predecessors[offset].reduce(0) { max($0, starts[$1] + durations[$1]) }
            durations.append(duration)
            starts.append(start)
            makespan = max(makespan, start + duration)
        }
        return Timetable(
            actions: actions, order: order, durationSeconds: durations, startSeconds: starts,
            makespanSeconds: makespan)
    }
}
