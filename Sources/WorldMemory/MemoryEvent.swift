public import RobotModel

/// Where something was seen, by whom and when.
public struct PoseRecord: Hashable, Sendable, Codable {
    public var pose: Pose
    public var stamp: HybridStamp
    public var source: FactSource

    public init(pose: Pose, stamp: HybridStamp, source: FactSource) {
        self.pose = pose
        self.stamp = stamp
        self.source = source
    }
}

/// One change of shared memory, as watchers see it.
public enum MemoryEvent: Hashable, Sendable {
    /// A fact began, ended, or became more or less certain.
    case fact(revision: UInt64, FactRecord)
    /// An entity is new or was described anew.
    case entity(revision: UInt64, Entity)
    case entityRemoved(revision: UInt64, EntityID)
    /// Something moved. Poses have no revision; a watch that resumes gets only
    /// newer ones.
    case pose(EntityID, PoseRecord)
    /// The watcher was too slow and the stream ends here; a new watch from
    /// `resumeFrom` misses nothing.
    case overflow(resumeFrom: UInt64)
}
