public import RobotModel

/// How a simulation went.
public struct SimulationReport: Sendable {
    /// What was run.
    public var options: SimulationOptions
    /// Of the log: equal for equal options.
    public var logHash: UInt64
    /// Virtual time that went by.
    public var duration: Duration
    /// Events of the agenda.
    public var events: Int
    /// The log's lines, where they were asked for.
    public var lines: [String]
    /// How many tasks ended in each state.
    public var endings: [TaskState: Int]
    /// What went wrong, and how often.
    public var faults: [String: Int]
    /// Records in the brain's journal.
    public var records: UInt64
    /// Effects that reached the world.
    public var effects: Int
    /// Broken promises; empty is good. The run ends with the first.
    public var violations: [Violation]
    /// The names of all that the scenario is made of.
    public var parts: [String]
}
