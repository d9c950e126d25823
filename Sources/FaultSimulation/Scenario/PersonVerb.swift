import RobotModel

/// What people do to a running site, now and then. A new verb is a case here
/// and a line in ``People/input(for:roll:)``.
enum PersonVerb: Hashable, Sendable, CaseIterable {
    case cancel, pause, resume, skip, retry, replan, approve, reject, answer, edit
    case drain, takeOver, maintain, giveBack, retire
    case emergencyStop, emergencyRelease
    case schedule, unschedule
    case look
    /// The same order sent twice.
    case repeatOrder
}

/// One order, and when it is given.
struct Order: Hashable, Sendable {
    /// `o` and a number.
    let name: String
    let at: Duration
    let verb: PersonVerb
    /// Chooses among what there is then.
    let roll: UInt64
}

/// One task, and when someone asks for it.
struct Arrival: Sendable {
    /// `t` and a number.
    let name: String
    let at: Duration
    let request: TaskRequest
}
