public import RobotModel
public import SkillKit

/// Leaves the surface that the robot stands on for the air.
public struct TakeOffSkill: Skill {
    public let name: SkillName = "take_off"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        _ = try attempt.entity("surface")
        try await attempt.body.takeOff()
        return [:]
    }
}
