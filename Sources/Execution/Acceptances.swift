import RobotModel

/// Words that an order was accepted, held back for a moment: one whose attempt
/// ends meanwhile needn't be told, since the result says it too. So a step that
/// takes no time costs the brain one input, and not two. Pure.
public struct Acceptances: Sendable {
    private var held: [AttemptID: FencingToken] = [:]

    public init() {}

    public var isEmpty: Bool { held.isEmpty }

    /// Keeps acceptances back, and forgets those that are overtaken.
    ///
    /// - Returns: all other actions, in their order.
    public mutating func sift(_ actions: [ExecutionAction]) -> [ExecutionAction] {
        var rest: [ExecutionAction] = []
        rest.reserveCapacity(actions.count)
        for action in actions {
            switch action {
            case .reportAccepted(let attempt, let token): held[attempt] = token
            case .reportEnded(let attempt, _, _):
                held[attempt] = nil
                rest.append(action)
            default: rest.append(action)
            }
        }
        return rest
    }

    /// What is still to be told.
    public mutating func take() -> [ExecutionAction] {
        defer { held = [:] }
        return held.sorted { $0.key < $1.key }.map { .reportAccepted($0.key, $0.value) }
    }
}
