public import RobotModel

/// One change of shared memory, as its event stream tells it.
public struct MemoryChange: Hashable, Sendable, Codable {
    /// Grows with every change; the `id` of an SSE event.
    public var revision: UInt64
    public var at: Instant
    /// The fact that began or ceased to hold. Exactly one of `fact` and
    /// `entity` is there.
    public var fact: FactRecord?
    /// The entity as it is now, where it is new or its pose or properties changed.
    public var entity: Entity?

    public init(revision: UInt64, at: Instant, fact: FactRecord) {
        self.revision = revision
        self.at = at
        self.fact = fact
    }

    public init(revision: UInt64, at: Instant, entity: Entity) {
        self.revision = revision
        self.at = at
        self.entity = entity
    }
}
