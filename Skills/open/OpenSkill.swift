public import RobotModel
public import SkillKit

/// Opens a door or container with an empty gripper.
public struct OpenSkill: Skill {
    public let name: SkillName = "open"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        try await attempt.body.open(try attempt.entity("target"))
        return [:]
    }
}
