/// What a simulated brain journalled, and what its state was along the way.
public struct SimulationRecording: Sendable {
    public var report: SimulationReport
    /// From number 1, in the journal's form; those after the last state weren't
    /// all acted on.
    public var records: [[UInt8]]
    /// The live states' hashes, from the first.
    public var states: [RecordedState]
}

/// The hash of the coordinator's state after a record.
public struct RecordedState: Hashable, Sendable, Codable {
    public var record: UInt64
    public var hash: UInt64

    public init(record: UInt64, hash: UInt64) {
        self.record = record
        self.hash = hash
    }
}
