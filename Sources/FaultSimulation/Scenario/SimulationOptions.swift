/// What is to be simulated. Equal options give equal runs, byte for byte.
public struct SimulationOptions: Hashable, Sendable {
    /// What everything is drawn from.
    public var seed: UInt64
    /// At least 1.
    public var robots: Int
    /// How many are asked for, spread over the first four fifths of the time;
    /// schedules bring more.
    public var tasks: Int
    /// How long things go wrong; then all has to come to rest.
    public var duration: Duration
    /// What goes wrong; with `none`, nobody meddles either.
    public var faults: FaultClasses
    /// What is asked for.
    public var work = SimulatedWork.usual
    /// The parts of the scenario that happen, by name; nil for all.
    public var kept: Set<String>?
    /// Whether to keep the log's lines.
    public var isTold = false

    public init(
        seed: UInt64, robots: Int = 4, tasks: Int = 8, duration: Duration = .seconds(60),
        faults: FaultClasses = .all, kept: Set<String>? = nil
    ) {
        self.seed = seed
        self.robots = max(1, robots)
        self.tasks = max(0, tasks)
        self.duration = duration
        self.faults = faults
        self.kept = kept
    }

    /// The command that gives this run again.
    public var command: String {
        var words = [
            "pons sim run --seed \(seed) --robots \(robots) --tasks \(tasks)",
            "--seconds \(duration.components.seconds) --faults \(faults.text)",
        ]
        if work != .usual { words.append("--work \(work.rawValue)") }
        if let kept { words.append("--only \(kept.sorted().joined(separator: ","))") }
        return words.joined(separator: " ")
    }
}
