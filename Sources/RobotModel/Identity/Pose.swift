/// Where something is and how it is turned, in a named frame.
public struct Pose: Hashable, Sendable, Codable {
    /// The frame that the numbers are given in; `map` is the site's.
    public var frame: String
    public var xMeters: Double
    public var yMeters: Double
    public var zMeters: Double
    /// Heading about the vertical axis, counter-clockwise from x, −π to π.
    public var yawRadians: Double

    public init(
        frame: String = "map", xMeters: Double, yMeters: Double, zMeters: Double = 0,
        yawRadians: Double = 0
    ) {
        self.frame = frame
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.zMeters = zMeters
        self.yawRadians = yawRadians
    }

    enum CodingKeys: String, CodingKey {
        case frame
        case xMeters = "x_m"
        case yMeters = "y_m"
        case zMeters = "z_m"
        case yawRadians = "yaw_rad"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        frame = try container.decodeIfPresent(String.self, forKey: .frame) ?? "map"
        xMeters = try container.decode(Double.self, forKey: .xMeters)
        yMeters = try container.decode(Double.self, forKey: .yMeters)
        zMeters = try container.decodeIfPresent(Double.self, forKey: .zMeters) ?? 0
        yawRadians = try container.decodeIfPresent(Double.self, forKey: .yawRadians) ?? 0
    }

    /// Straight-line distance to `other`, in metres; both in one frame.
    public func distanceMeters(to other: Pose) -> Double {
        let (dx, dy, dz) = (other.xMeters - xMeters, other.yMeters - yMeters, other.zMeters - zMeters)
        return (dx * dx + dy * dy + dz * dz).squareRoot()
    }
}
