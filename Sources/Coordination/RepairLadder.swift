import RobotModel

/// What to do about a failed attempt: the lowest rung that can help.
///
/// 1. Try again on the same robot, as the skill's retry policy allows.
/// 2. Plan the rest anew from what is true now, keeping what is done and what
///    runs; a call that used up its attempts is avoided, so that another robot
///    or skill takes its place.
/// 3. Ask a person, where the task wants that.
/// 4. Give the task up, and compensate what its skills say.
enum RepairLadder {
    enum Rung: Hashable {
        case retry(after: Duration, reason: String)
        case replan(avoid: Bool, reason: String)
        case giveUp(reason: String)
    }

    /// Tries at a step that found its robot or resource taken.
    static let mostConflicts: UInt32 = 8
    /// Questions in a row that nobody answered, after which the task fails
    /// whatever the default is.
    static let mostUnanswered: UInt32 = 3

    /// - Parameters:
    ///   - plans: plans that the task has had since a person last looked.
    ///   - isSuspended: whether the skill failed too often on this robot.
    static func rung(
        for failure: Failure, step run: StepRun, plans: UInt32, isSuspended: Bool,
        settings: CoordinationSettings
    ) -> Rung {
        let retry = run.step.terms.retry
        let backoff = Duration.seconds(max(0, min(retry.backoffSeconds * Double(run.tries), 86_400)))
        switch failure.code {
        case .skillError, .timeout, .effectUnverified:
            if run.tries < retry.attempts, !isSuspended {
                return .retry(
                    after: backoff, reason: "attempt \(run.tries) of \(retry.attempts) failed: \(failure)")
            }
        case .resourceConflict:
            if run.tries < mostConflicts {
                return .retry(after: max(backoff, patience(after: run.tries)), reason: "\(failure)")
            }
        case .unsafe:
            return .giveUp(reason: "\(failure)")
        case .conditionUnmet, .robotLost, .rejectedBySkill, .unreachable, .canceled:
            break
        }
        guard plans < settings.mostRevisions else {
            return .giveUp(reason: "\(failure); \(plans) plans didn’t lead to the goal")
        }
        // What a lost robot or a changed world hindered may work the next time.
        let isCircumstance = [.conditionUnmet, .robotLost, .canceled].contains(failure.code)
        return .replan(avoid: !isCircumstance, reason: "\(run.step.call) failed: \(failure)")
    }

    /// How long what is taken is left alone: twice as long each time, up to
    /// 3.2 s, and 9.5 s over all tries, in which an e-stop's channel comes back.
    private static func patience(after tries: UInt32) -> Duration {
        .milliseconds(100 << min(max(tries, 1) - 1, 5))
    }

    /// Whether a failed attempt may have left its work half done.
    static func leavesDoubt(_ failure: Failure) -> Bool {
        switch failure.code {
        case .conditionUnmet, .rejectedBySkill, .resourceConflict: false
        case .effectUnverified, .timeout, .robotLost, .skillError, .unsafe, .unreachable, .canceled: true
        }
    }

    /// Whether it speaks against the skill on this robot.
    static func countsAgainst(_ failure: Failure) -> Bool {
        switch failure.code {
        case .skillError, .timeout, .effectUnverified, .rejectedBySkill: true
        case .conditionUnmet, .robotLost, .unsafe, .resourceConflict, .unreachable, .canceled: false
        }
    }

    /// What an observation says against effects that were claimed; nil where
    /// it bears them out or doesn't speak of them.
    static func contradiction(of effects: [Effect], by observed: [Literal]) -> String? {
        guard !observed.isEmpty else { return nil }
        let seen = Set(observed.compactMap { $0.isPositive ? $0.fact : nil })
        let denied = observed.filter { !$0.isPositive }
        for effect in effects where effect.conditions.isEmpty {
            let claim = effect.literal
            if claim.isPositive {
                guard let fact = claim.fact, !seen.contains(fact) else { continue }
                if denied.contains(where: { $0.matches(fact) }) { return "\(fact) was seen not to hold" }
            } else if let fact = seen.first(where: { claim.matches($0) }),
                !effects.contains(where: { $0.literal.isPositive && $0.literal.fact == fact })
            {
                return "\(fact) was seen to hold"
            }
        }
        return nil
    }
}
