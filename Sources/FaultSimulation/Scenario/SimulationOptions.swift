/// What is to be simulated. Equal options give equal runs, byte for byte.
public struct SimulationOptions: Hashable, Sendable {
    public var seed: UInt64
    public var robots: Int
    public var tasks: Int
    /// How long things go wrong; then all has to come to rest.
    public var duration: Duration
    public var faults: FaultClasses
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
        if let kept { words.append("--only \(kept.sorted().joined(separator: ","))") }
        return words.joined(separator: " ")
    }
}
