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

    /// For hosts to declare. It is tried once.
    static let manifest = """
        {"apiVersion": "pons/v1", "kind": "Skill", "name": "idle",
         "summary": "Takes a time, and does nothing.", "phrases": ["idle"],
         "duration": {"typical_s": 0, "timeout_s": 60}, "retry": {"attempts": 1, "backoff_s": 0},
         "on_link_loss": "stop", "cancel": "stop", "idempotent": true, "host": {"kind": "zmq"}}
        """

    static func robot(_ id: RobotID) -> RobotDescription {
        RobotDescription(id: id, embodiment: "ground_robot", skills: ["idle"])
    }
}
