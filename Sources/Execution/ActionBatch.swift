public import OrderedCollections
public import RobotModel

/// Actions of several inputs, to be carried out together: what must be on disk
/// goes there in one transaction, and then the rest happens in order.
public struct ActionBatch: Sendable {
    /// By robot, the newest word on each.
    public private(set) var stores: OrderedDictionary<RobotID, RobotLedger> = [:]
    /// Robots whose ledgers are to be on disk soon.
    public private(set) var later: OrderedSet<RobotID> = []
    /// Everything that isn't a store.
    public private(set) var actions: [ExecutionAction] = []

    public init() {}

    public mutating func add(_ more: [ExecutionAction]) {
        for action in more {
            switch action {
            case .store(let robot, let ledger): stores[robot] = ledger
            case .storeLater(let robot): later.append(robot)
            default: actions.append(action)
            }
        }
    }
}
