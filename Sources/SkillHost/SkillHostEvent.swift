public import RobotModel

/// What a skill host goes through, for logs, tests and measurements.
public enum SkillHostEvent: Hashable, Sendable {
    /// The edge has bidden it welcome.
    case connected
    /// The session is gone; skills go on until the motion lease ends.
    case lost(reason: String)
    /// The motion lease has ended; skills that stop without a link were told to.
    case leaseEnded
    /// The edge refuses it, and a person must look.
    case refused(reason: String)
    /// The e-stop was pressed, and every skill here has been told to stop;
    /// called on the e-stop's own thread.
    case emergencyStopped(EmergencyPress)
    /// It was released; orders are taken again.
    case emergencyReleased
    /// An order's frame has come in; nothing was done about it yet.
    case invoked(Invocation)
    /// A result is on disk here, and its frame is about to go out.
    case ended(AttemptID, AttemptOutcome)
}
