public import RobotModel
public import SkillKit

/// Takes an item into the gripper.
public struct PickSkill: Skill {
    public let name: SkillName = "pick"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        try await attempt.body.grasp(try attempt.entity("item"))
        return [:]
    }
}
