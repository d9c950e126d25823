import RobotModel
import SkillKit

/// Moves its robot a little every two milliseconds, as a control loop does,
/// until its time is over or it must stop; and notes when it came to rest.
struct MovingSkill: Skill {
    let name: SkillName = "idle"
    let duration: Duration
    let log: MotionLog

    func run(_ attempt: SkillAttempt) async throws -> [String: Value] {
        var last = MonotonicTime.now
        let end = SuspendingClock.now + duration
        log.write(.began(attempt.id, attempt.robot, at: last))
        defer { log.write(.rested(attempt.id, attempt.robot, lastMotion: last, at: .now)) }
        while SuspendingClock.now < end {
            // Read before the right is: a process that stood still in between
            // must not look as if it had moved then.
            let now = MonotonicTime.now
            guard attempt.mayMove() else { throw CancellationError() }
            last = now
            try await Task.sleep(for: .milliseconds(2))
        }
        return [:]
    }
}
