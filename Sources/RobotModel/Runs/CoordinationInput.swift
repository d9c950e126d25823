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
    case robotAdministered(RobotID, RobotVerb, by: String, reason: String = "")
    case attemptAccepted(AttemptID, FencingToken)
    case attemptEnded(AttemptID, FencingToken, AttemptOutcome)
    /// The goal was held against shared memory after the last step;
    /// `unmet` says what doesn't hold, nil that all does.
    case goalChecked(TaskID, revision: UInt32, unmet: String?)
    case timerFired(CoordinationTimer)
    case cancelRequested(TaskID, by: String, reason: String)
    /// A person answered a task that awaits approval.
    case approvalAnswered(TaskID, approved: Bool, by: String, reason: String = "")
    /// How the coordinator is to behave from here on: journalled, since replay
    /// must not depend on today's configuration.
    case settingsChanged(CoordinationSettings)
    case taskOrdered(TaskID, TaskVerb, PersonOrder)
    /// A person changed the part of a plan that hasn't begun.
    case planEdited(TaskID, PlanEdit, PersonOrder)
    /// A question's answer: one of its options.
    case questionAnswered(TaskID, QuestionID, answer: String, PersonOrder)
    case scheduleSet(Schedule, PersonOrder)
    case scheduleRemoved(ScheduleID, PersonOrder)
    /// The e-stop was sent to every robot; it is latched.
    case emergencyStopped(by: String, reason: String)
    /// The first step of the release: somebody was given the code for it.
    case emergencyReleaseAsked(by: String, reason: String)
    /// The second step of the release.
    case emergencyReleased(by: String, reason: String)
}

/// Who ordered something, and why: kept in the journal with the order.
public struct PersonOrder: Hashable, Sendable, Codable {
    public var by: String
    public var reason: String
    /// The same order sent twice under one key is carried out once; nil for
    /// orders that are harmless to repeat.
    public var key: String?

    public init(by: String, reason: String = "", key: String? = nil) {
        self.by = by
        self.reason = reason
        self.key = key
    }
}

/// What a person may do to a running task, beyond canceling and approving it.
public enum TaskVerb: Hashable, Sendable {
    /// Start no new step; what runs goes on to its end.
    case pause
    case resume
    /// Go on as if the step had succeeded, without its effects. One that runs
    /// is stopped first.
    case skip(StepID)
    /// Try the step anew, with its attempts counted from the start; one that
    /// runs is stopped first.
    case retry(StepID)
    /// Give the rest of the plan up and plan it anew.
    case replan

    /// The word for it in URLs, commands, logs and journal.
    public var name: String {
        switch self {
        case .pause: "pause"
        case .resume: "resume"
        case .skip: "skip"
        case .retry: "retry"
        case .replan: "replan"
        }
    }

    /// The step that it concerns; nil for those that concern the whole task.
    public var step: StepID? {
        switch self {
        case .skip(let step), .retry(let step): step
        case .pause, .resume, .replan: nil
        }
    }

    /// Nil for a word that is no verb, or a verb that lacks its step.
    public init?(name: String, step: StepID? = nil) {
        switch (name, step) {
        case ("pause", nil): self = .pause
        case ("resume", nil): self = .resume
        case ("replan", nil): self = .replan
        case ("skip", let step?): self = .skip(step)
        case ("retry", let step?): self = .retry(step)
        default: return nil
        }
    }
}

/// What an operator may do to a robot.
public enum RobotVerb: String, Hashable, Sendable, Codable, CaseIterable {
    /// Finish what it is at and take no more.
    case drain
    /// Take work again.
    case resume
    /// Leave the team for good.
    case retire
    /// A person drives the robot; what it is at is stopped.
    case takeOver = "takeover"
    /// The person gives it back.
    case giveBack = "giveback"
    /// Out of service for a while; what it is at goes on to its end.
    case maintain
}

/// A moment that the coordinator asked to be told of.
public enum CoordinationTimer: Hashable, Sendable, Comparable {
    /// The robot should have reported by now.
    case attemptOverdue(AttemptID)
    /// Back-off before the next attempt is over.
    case retryDue(TaskID, StepID)
    /// A robot that was away when the brain started has not come back.
    case linkOverdue(RobotID)
    /// Planning didn't answer.
    case planOverdue(TaskID, revision: UInt32)
    /// A question wasn't answered: it is escalated, or its default is taken.
    case questionOverdue(TaskID, QuestionID)
    /// A skill that failed too often on a robot may be tried again.
    case breakerDue(RobotID, SkillName)
    case scheduleDue(ScheduleID)
    /// The task should have ended by now.
    case deadlineDue(TaskID)
}
