public import RobotModel
public import SkillKit

/// Closes a door or container with an empty gripper.
public struct CloseSkill: Skill {
    public let name: SkillName = "close"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        try await attempt.body.close(try attempt.entity("target"))
        return [:]
    }
}
