public import RobotModel

/// What a skill host goes through, for logs, tests and measurements.
public enum SkillHostEvent: Hashable, Sendable {
    /// The edge has bidden it welcome.
    case connected
    /// The session is gone; skills that stop without a link are being stopped.
    case lost(reason: String)
    /// The edge refuses it, and a person must look.
    case refused(reason: String)
    /// An order's frame has come in; nothing was done about it yet.
    case invoked(Invocation)
    /// A result is on disk here, and its frame is about to go out.
    case ended(AttemptID, AttemptOutcome)
}
