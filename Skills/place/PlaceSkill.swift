public import RobotModel
public import SkillKit

/// Puts a held item on a surface.
public struct PlaceSkill: Skill {
    public let name: SkillName = "place"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        let item = try attempt.entity("item")
        try await attempt.body.put(item, on: try attempt.entity("surface"))
        return [:]
    }
}
