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
    /// Robots of whom something else is to be told now.
    public private(set) var changed: OrderedSet<RobotID> = []

    public init() {}

    public mutating func add(_ more: [ExecutionAction], causedBy input: ExecutionInput) {
        if let robot = input.robot { changed.append(robot) }
        for action in more {
            switch action {
            case .store(let robot, let ledger): stores[robot] = ledger
            case .storeLater(let robot): later.append(robot)
            default: actions.append(action)
            }
        }
    }
}

extension ExecutionInput {
    /// The one robot whose state it may change; nil where it is several, who
    /// then come with `rosterChanged`, or none.
    var robot: RobotID? {
        switch self {
        case .restored, .hostJoined, .hostLost, .progressed, .brainLost, .emergencyChanged: nil
        case .invoked(let order): order.robot
        case .cancelRequested(_, _, let robot, _), .resultConfirmed(_, let robot), .accepted(_, let robot),
            .ended(_, let robot, _):
            robot
        case .timerFired(.overdue(let robot, _)), .timerFired(.unstoppable(let robot, _)): robot
        }
    }
}
