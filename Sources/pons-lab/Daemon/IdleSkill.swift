import Foundation
import RobotModel
import SkillKit

/// Takes a time, and does nothing.
struct IdleSkill: Skill {
    let name: SkillName = "idle"
    let duration: Duration

    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        if duration > .zero { try await Task.sleep(for: duration) }
        return [:]
    }

    /// As JSON, for hosts to declare. It is tried once.
    static var manifest: String {
        get throws {
            let manifest = SkillManifest(
                name: "idle", summary: "Takes a time, and does nothing.", phrases: ["idle"],
                duration: SkillDuration(typicalSeconds: 0, timeoutSeconds: 60),
                retry: RetryPolicy(attempts: 1))
            return String(decoding: try JSONEncoder().encode(manifest), as: UTF8.self)
        }
    }

    static func robot(_ id: RobotID) -> RobotDescription {
        RobotDescription(id: id, embodiment: "ground_robot", skills: ["idle"])
    }
}
