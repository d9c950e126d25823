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

    /// Longer texts are cut: a stop must fit into any frame and file.
    static let longestName = 128
    static let longestReason = 512

    public init(station: NodeID, number: UInt64, by: String, reason: String, at: Instant) {
        self.station = station
        self.number = number
        self.by = Self.line(by, atMost: Self.longestName)
        self.reason = Self.line(reason, atMost: Self.longestReason)
        self.at = at
    }

    /// One line of at most so many bytes.
    private static func line(_ text: String, atMost limit: Int) -> String {
        var result = ""
        var left = limit
        for character in text {
            let plain =
                character.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
                ? character : " "
            left -= plain.utf8.count
            guard left >= 0 else { break }
            result.append(plain)
        }
        return result
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
