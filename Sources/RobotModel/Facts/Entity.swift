/// A thing in shared memory: a place, surface, container, item, robot, person.
public struct Entity: Hashable, Sendable, Codable {
    public var id: EntityID
    /// Every type it has, flattened: a mug is `["item", "container", "mug"]`.
    /// ``StandardTypes`` lists those that the shipped skills know.
    public var types: [String]
    /// What people call it, best first: `["coffee table", "low table"]`.
    public var names: [String]
    /// In its frame, from the scene or the newest observation.
    public var pose: Pose?
    public var properties: [String: Value]

    public init(
        id: EntityID, types: [String], names: [String] = [], pose: Pose? = nil,
        properties: [String: Value] = [:]
    ) {
        self.id = id
        self.types = types
        self.names = names
        self.pose = pose
        self.properties = properties
    }

    enum CodingKeys: String, CodingKey { case id, types, names, pose, properties }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(EntityID.self, forKey: .id)
        types = try container.decodeIfPresent([String].self, forKey: .types) ?? []
        names = try container.decodeIfPresent([String].self, forKey: .names) ?? []
        pose = try container.decodeIfPresent(Pose.self, forKey: .pose)
        properties = try container.decodeIfPresent([String: Value].self, forKey: .properties) ?? [:]
    }
}

/// The types that the shipped skills and scenes use. Scenes may add more.
public enum StandardTypes {
    public static let room = "room"
    public static let door = "door"
    /// Things stand on it: a table, shelf, floor or tray.
    public static let surface = "surface"
    /// Things lie in it: a fridge, box, plate or basket.
    public static let container = "container"
    /// A gripper can take it.
    public static let item = "item"
    public static let robot = "robot"
    public static let person = "person"
    /// It can be opened and closed: some doors and containers.
    public static let openable = "openable"
    /// A flying robot may land on it.
    public static let landable = "landable"
}
