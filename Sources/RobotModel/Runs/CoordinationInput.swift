/// Everything that can change what the coordinator knows: what was asked,
/// what robots reported, what planning answered, which timer ran out.
///
/// Inputs are journalled before anything is done about them, and replaying
/// them rebuilds the coordinator's state byte for byte. They are facts in the
/// past tense: the journal's format, so cases are only ever added.
public enum CoordinationInput: Hashable, Sendable {
    /// A brain process began; `epoch` is greater than every earlier one.
    case brainStarted(epoch: UInt64)
    case taskSubmitted(TaskID, TaskRequest)
    /// Planning answered the `revision`-th request for this task.
    case planProposed(TaskID, revision: UInt32, goal: Goal, plan: Plan)
    case planRefused(TaskID, revision: UInt32, Rejection)
    /// A robot's skill host is connected and says what it is still at.
    case robotLinked(RobotDescription, running: [AttemptID])
    case robotLost(RobotID, reason: String)
    case robotAdministered(RobotID, RobotVerb, by: String)
    case attemptAccepted(AttemptID, FencingToken)
    case attemptEnded(AttemptID, FencingToken, AttemptOutcome)
    /// The goal was held against shared memory after the last step;
    /// `unmet` says what doesn't hold, nil that all does.
    case goalChecked(TaskID, revision: UInt32, unmet: String?)
    case timerFired(CoordinationTimer)
    case cancelRequested(TaskID, by: String, reason: String)
    /// A person answered a task that awaits approval.
    case approvalAnswered(TaskID, approved: Bool, by: String)
}

/// What an operator may do to a robot.
public enum RobotVerb: String, Hashable, Sendable, Codable, CaseIterable {
    /// Finish what it is at and take no more.
    case drain
    /// Take work again.
    case resume
    /// Leave the team for good.
    case retire
}

/// A moment that the coordinator asked to be told of.
public enum CoordinationTimer: Hashable, Sendable, Comparable {
    /// The robot should have reported by now.
    case attemptOverdue(AttemptID)
    /// Back-off before the next attempt is over.
    case retryDue(TaskID, StepID)
    /// A robot that was away when the brain started has not come back.
    case linkOverdue(RobotID)
    /// Nobody could take the step; look again.
    case planOverdue(TaskID, revision: UInt32)
}
