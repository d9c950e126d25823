package import RobotModel

/// What the core decided; the shell writes it to disk, in order and in one
/// transaction, and then tells watchers.
package enum CoreChange: Hashable, Sendable {
    /// A record for the history. One that lost against a later writer (`won`
    /// false) is kept there and changes nothing else.
    case fact(revision: UInt64, FactRecord, won: Bool)
    case entity(revision: UInt64, Entity, HybridStamp)
    case entityRemoved(revision: UInt64, EntityID, HybridStamp)
    /// A pose that is due for the history.
    case pose(EntityID, PoseRecord)
    case effectsApplied(upTo: UInt64)
    case sceneLoaded(String)

    var event: MemoryEvent? {
        switch self {
        case .fact(let revision, let record, true): .fact(revision: revision, record)
        case .entity(let revision, let entity, _): .entity(revision: revision, entity)
        case .entityRemoved(let revision, let id, _): .entityRemoved(revision: revision, id)
        case .fact(_, _, false), .pose, .effectsApplied, .sceneLoaded: nil
        }
    }
}
