/// Somebody pressed the e-stop.
public struct EmergencyPress: Hashable, Sendable, Codable {
    /// Where: a brain, an edge or a skill host, by its own name.
    public var station: NodeID
    /// Grows with every press at that station, over its restarts too.
    public var number: UInt64
    public var by: String
    public var reason: String
    /// By the station's clock.
    public var at: Instant

    public init(station: NodeID, number: UInt64, by: String, reason: String, at: Instant) {
        self.station = station
        self.number = number
        self.by = by
        self.reason = reason
        self.at = at
    }

    /// Who and why, in one line.
    public var text: String { reason.isEmpty ? by : "\(by): \(reason)" }
}

/// Every press at a station up to a number is released.
public struct EmergencyRelease: Hashable, Sendable, Codable {
    public var station: NodeID
    public var number: UInt64

    public init(station: NodeID, number: UInt64) {
        self.station = station
        self.number = number
    }
}
