public import RobotModel

/// One change of shared memory on its way to another replica.
public enum MemoryOperation: Hashable, Sendable {
    case fact(FactRecord)
    case pose(EntityPose)
    case entity(Entity)
}

/// Where something was seen.
public struct EntityPose: Hashable, Sendable {
    public var entity: EntityID
    public var pose: Pose
    public var stamp: HybridStamp
    public var source: FactSource

    public init(entity: EntityID, pose: Pose, stamp: HybridStamp, source: FactSource) {
        self.entity = entity
        self.pose = pose
        self.stamp = stamp
        self.source = source
    }
}
