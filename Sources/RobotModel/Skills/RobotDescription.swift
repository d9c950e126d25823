/// A robot as its file in `robots.d`, its skill host or a scene declares it.
public struct RobotDescription: Hashable, Sendable, Codable {
    public var id: RobotID
    /// Its kind, e.g. `quadrotor`, `fixed_arm`.
    public var embodiment: String
    /// What people call it, best first.
    public var names: [String]
    public var skills: [SkillName]
    public var limits: RobotLimits
    /// What its skills have to themselves, e.g. `gripper`, `left_arm`.
    public var resources: [String]
    /// Entities that move with it, e.g. a basket or tray.
    public var parts: [Entity]
    /// Facts that hold of it from the start: `tall(dog)`, `in(dog, hall)`.
    public var facts: [Fact]
    /// Where it stands at the start.
    public var pose: Pose?

    public init(
        id: RobotID, embodiment: String, names: [String] = [], skills: [SkillName] = [],
        limits: RobotLimits = RobotLimits(), resources: [String] = [], parts: [Entity] = [],
        facts: [Fact] = [], pose: Pose? = nil
    ) {
        self.id = id
        self.embodiment = embodiment
        self.names = names
        self.skills = skills
        self.limits = limits
        self.resources = resources
        self.parts = parts
        self.facts = facts
        self.pose = pose
    }

    enum CodingKeys: String, CodingKey {
        case id, embodiment, names, skills, limits, resources, parts, facts, pose
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(RobotID.self, forKey: .id)
        embodiment = try container.decode(String.self, forKey: .embodiment)
        names = try container.decodeIfPresent([String].self, forKey: .names) ?? []
        skills = try container.decodeIfPresent([SkillName].self, forKey: .skills) ?? []
        limits = try container.decodeIfPresent(RobotLimits.self, forKey: .limits) ?? RobotLimits()
        resources = try container.decodeIfPresent([String].self, forKey: .resources) ?? []
        parts = try container.decodeIfPresent([Entity].self, forKey: .parts) ?? []
        facts = try container.decodeIfPresent([Fact].self, forKey: .facts) ?? []
        pose = try container.decodeIfPresent(Pose.self, forKey: .pose)
    }

    /// The robot as an entity of shared memory.
    public var entity: Entity {
        Entity(id: EntityID(id), types: [StandardTypes.robot, embodiment], names: names, pose: pose)
    }
}

/// What a body can do, as its maker says.
public struct RobotLimits: Hashable, Sendable, Codable {
    public var speedMetersPerSecond: Double
    public var reachMeters: Double
    public var payloadKilograms: Double
    /// Share of a full battery that an hour of work takes, 0 to 1.
    public var batteryRatioPerHour: Double

    public init(
        speedMetersPerSecond: Double = 0.8, reachMeters: Double = 0.8,
        payloadKilograms: Double = 3, batteryRatioPerHour: Double = 0.25
    ) {
        self.speedMetersPerSecond = speedMetersPerSecond
        self.reachMeters = reachMeters
        self.payloadKilograms = payloadKilograms
        self.batteryRatioPerHour = batteryRatioPerHour
    }

    enum CodingKeys: String, CodingKey {
        case speedMetersPerSecond = "speed_m_per_s"
        case reachMeters = "reach_m"
        case payloadKilograms = "payload_kg"
        case batteryRatioPerHour = "battery_ratio_per_h"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let usual = RobotLimits()
        func number(_ key: CodingKeys, _ fallback: Double) throws -> Double {
            try container.decodeIfPresent(Double.self, forKey: key) ?? fallback
        }
        speedMetersPerSecond = try number(.speedMetersPerSecond, usual.speedMetersPerSecond)
        reachMeters = try number(.reachMeters, usual.reachMeters)
        payloadKilograms = try number(.payloadKilograms, usual.payloadKilograms)
        batteryRatioPerHour = try number(.batteryRatioPerHour, usual.batteryRatioPerHour)
    }
}
