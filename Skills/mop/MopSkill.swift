public import RobotModel
public import SkillKit

/// Mops the floor of the room that the robot is in.
public struct MopSkill: Skill {
    public let name: SkillName = "mop"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        let room = try attempt.entity("room")
        let report = attempt.report
        try await attempt.body.clean(room) { ratio in
            report(AttemptProgress(ratio: ratio, note: "mopping \(room)"))
        }
        return [:]
    }
}
