public import RobotModel
public import SkillKit

/// Goes through an open door into the next room.
public struct EnterSkill: Skill {
    public let name: SkillName = "enter"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        let room = try attempt.entity("room")
        let report = attempt.report
        try await attempt.body.enter(room) { ratio in
            report(AttemptProgress(ratio: ratio, note: "on the way into \(room)"))
        }
        return [:]
    }
}
