public import RobotModel

/// What planning starts from: a picture of the world at one moment.
public struct WorldSnapshot: Sendable {
    public var entities: [EntityID: Entity]
    /// What surely holds.
    public var facts: Set<Fact>
    /// What is in doubt; `holds` says what was believed before the doubt.
    public var uncertain: [FactRecord]
    public var revision: UInt64
}

/// An entity with all that is believed about it.
public struct EntityView: Hashable, Sendable, Codable {
    /// Its pose is the newest that is known.
    public var entity: Entity
    /// Facts that name it and hold or are in doubt, in order.
    public var facts: [FactRecord]
    /// The newest observed pose; nil where it stands as the scene says.
    public var pose: PoseRecord?
}

/// All that one journal record changes in shared memory, entered together and
/// once: effects first, then doubt, then what was seen.
public struct MemoryUpdate: Hashable, Sendable {
    /// Facts that end; the sign is ignored and `*` fits everything.
    public var ending: [Literal] = []
    public var beginning: [Fact] = []
    /// Facts that are in doubt from now on; `*` and variables fit everything.
    public var doubtful: [Literal] = []
    /// Who is answerable for the three above, usually an attempt.
    public var source: FactSource
    /// What someone saw or says, positive or negative.
    public var observed: [Literal] = []
    public var observer: FactSource

    public init(
        ending: [Literal] = [], beginning: [Fact] = [], doubtful: [Literal] = [], source: FactSource,
        observed: [Literal] = [], observer: FactSource? = nil
    ) {
        self.ending = ending
        self.beginning = beginning
        self.doubtful = doubtful
        self.source = source
        self.observed = observed
        self.observer = observer ?? source
    }
}

/// What became of a ``MemoryUpdate``.
public struct EnteredUpdate: Hashable, Sendable {
    /// The records that are new and count.
    public var records: [FactRecord]
    /// What couldn't be entered: it names an entity that isn't there, or says
    /// nothing definite.
    public var leftOut: [Literal]
}
