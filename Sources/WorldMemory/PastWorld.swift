public import RobotModel

/// What shared memory believed at a moment, read from its file without taking
/// it into service: a daemon may be at work on it.
public struct PastWorld: Sendable {
    /// The entities of today; what they were called then isn't kept.
    public let entities: [Entity]
    /// What held then, or was in doubt and believed to hold, in order.
    public let facts: [FactRecord]

    /// - Throws: `WorldMemoryError`; blocks for the disk.
    public init(file path: String, at instant: Instant) throws {
        let file = try MemoryFile(reading: path)
        entities = try file.restore().core.entities.values.sorted { $0.id < $1.id }
        facts = try file.records(asOf: instant, matching: nil).filter(\.holds)
    }
}
