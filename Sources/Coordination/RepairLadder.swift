import RobotModel

/// What to do about a failed attempt: the lowest rung that can help.
///
/// 1. Try again on the same robot, as the skill's retry policy allows.
/// 2. Plan the rest anew from what is true now; a call that used up its
///    attempts is avoided, so that another robot or skill takes its place.
/// 3. Give the task up.
enum RepairLadder {
    enum Rung: Hashable {
        case retry(after: Duration, reason: String)
        case replan(avoid: Bool, reason: String)
        case giveUp(reason: String)
    }

    /// Plans a task may have in all; beyond that it goes round in circles.
    static let mostRevisions: UInt32 = 8
    /// Tries at a step that found its robot or resource taken.
    static let mostConflicts: UInt32 = 5

    static func rung(for failure: Failure, step: StepRun, revision: UInt32) -> Rung {
        let attempts = step.attempts
        let retry = step.step.terms.retry
        let backoff = Duration.seconds(retry.backoffSeconds * Double(attempts))
        switch failure.code {
        case .skillError, .timeout, .effectUnverified:
            if attempts < retry.attempts {
                return .retry(
                    after: backoff, reason: "attempt \(attempts) of \(retry.attempts) failed: \(failure)")
            }
        case .resourceConflict:
            if attempts < mostConflicts { return .retry(after: backoff, reason: "\(failure)") }
        case .unsafe:
            return .giveUp(reason: "\(failure)")
        case .conditionUnmet, .robotLost, .rejectedBySkill, .unreachable, .canceled:
            break
        }
        guard revision < mostRevisions else {
            return .giveUp(reason: "\(failure); \(revision) plans didn’t lead to the goal")
        }
        // What a lost robot or a changed world hindered may work the next time.
        let isCircumstance = [.conditionUnmet, .robotLost, .canceled].contains(failure.code)
        return .replan(avoid: !isCircumstance, reason: "\(step.step.call) failed: \(failure)")
    }

    /// Whether a failed attempt may have left its work half done.
    static func leavesDoubt(_ failure: Failure) -> Bool {
        switch failure.code {
        case .conditionUnmet, .rejectedBySkill, .resourceConflict: false
        case .effectUnverified, .timeout, .robotLost, .skillError, .unsafe, .unreachable, .canceled: true
        }
    }
}
