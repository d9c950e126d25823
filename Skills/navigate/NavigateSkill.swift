// Stop 7 of «follow one task»: what does the robot do? The step came over
// `Sources/MessageBus/RobotLink.swift` to the robot's skill host, which ran
// this; what the robot changed and saw goes back the same way and on to
// `Sources/WorldMemory/WorldMemory.swift`.

public import RobotModel
public import SkillKit

/// Goes to within reach of something in the same room.
public struct NavigateSkill: Skill {
    public let name: SkillName = "navigate"

    /// `skill.yaml`, as compiled in.
    public static let manifestText = String(decoding: PackageResources.skill_yaml, as: UTF8.self)

    public init() {}

    public func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        let target = try attempt.entity("target")
        let report = attempt.report
        try await attempt.body.approach(target) { ratio in
            report(AttemptProgress(ratio: ratio, note: "on the way to \(target)"))
        }
        return [:]
    }
}
