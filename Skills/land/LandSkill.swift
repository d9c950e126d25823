public import RobotModel
public import SkillKit

/// Comes down on a surface that bears a landing.
public struct LandSkill: Skill {
    public let name: SkillName = "land"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        try await attempt.body.land(on: try attempt.entity("surface"))
        return [:]
    }
}
