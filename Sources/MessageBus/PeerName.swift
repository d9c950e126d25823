public import RobotModel

/// A client's own name, stable over its restarts: an edge's node, or a skill
/// host. Two clients of one server never share one.
public struct PeerName: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}
