public import RobotModel

/// One thing that a body does in the world, and what it does it to.
public struct Motion: Hashable, Sendable {
    public let kind: MotionKind
    /// In the order of the law's parameters, see ``MotionKind/law``.
    public let targets: [EntityID]

    public init(_ kind: MotionKind, _ targets: EntityID...) {
        self.kind = kind
        self.targets = targets
    }
}

extension Motion: CustomStringConvertible {
    /// E.g. `put_on(apple, table)`.
    public var description: String {
        "\(kind.rawValue)(\(targets.map(\.rawValue).joined(separator: ", ")))"
    }
}

/// The motions that a simulated body may have.
public enum MotionKind: String, Hashable, Sendable, Codable, CaseIterable {
    case approach, enter, grasp
    case putOn = "put_on"
    case putInto = "put_into"
    case open, close
    case takeOff = "take_off"
    case land
    /// Cleans the floor of a room.
    case mop
    /// Cleans a surface.
    case wipe
}
