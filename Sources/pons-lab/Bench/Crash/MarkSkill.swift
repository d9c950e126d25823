import Foundation
import RobotModel
import SkillKit

/// Marks a thing: takes a moment, then writes a line to a file of the robot's
/// own, on disk before it returns. It shares nothing with Pons, so that it can
/// bear witness to what Pons has it do.
struct MarkSkill: Skill {
    let name: SkillName = "mark"
    let file: String

    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        let thing = try attempt.entity("thing")
        try await Task.sleep(for: .milliseconds(Int.random(in: 5...120)))
        try Self.write("\(attempt.id) \(thing)\n", to: file)
        return [:]
    }

    private static func write(_ line: String, to file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(.skillError, "\(file): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let bytes = Array(line.utf8)
        guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw Failure(.skillError, "\(file): \(String(cString: strerror(errno)))")
        }
    }

    static let manifest = """
        {"apiVersion": "pons/v1", "kind": "Skill", "name": "mark",
         "summary": "Marks a thing, once.", "phrases": ["mark {thing}"],
         "parameters": [{"name": "thing", "type": "entity"}],
         "effects": {"success": ["marked(thing)"], "failure": "none"},
         "duration": {"typical_s": 0.1, "timeout_s": 30}, "retry": {"attempts": 5, "backoff_s": 0.05},
         "on_link_loss": "stop", "cancel": "stop", "idempotent": false, "host": {"kind": "zmq"}}
        """

    static func robot(_ id: RobotID) -> RobotDescription {
        RobotDescription(id: id, embodiment: "ground_robot", skills: ["mark"])
    }
}
