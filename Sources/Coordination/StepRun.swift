import RobotModel

/// One step of a task on its way through the states of ``StepState``.
struct StepRun: Hashable {
    let step: PlanStep
    /// The plan that brought it, from 1.
    let revision: UInt32
    private(set) var state: StepState = .blocked
    /// Steps before it that haven't succeeded yet.
    private(set) var blockers: Int
    private(set) var attempts: UInt32 = 0
    private(set) var token: FencingToken?
    private(set) var failure: Failure?
    private(set) var startedAt: Instant?
    private(set) var endedAt: Instant?

    init(step: PlanStep, revision: UInt32) {
        self.step = step
        self.revision = revision
        blockers = step.after.count
        if blockers == 0 { state = .ready }
    }

    /// Whether the one that reports is the attempt that this step waits for.
    func isCurrent(_ number: UInt32, _ token: FencingToken) -> Bool {
        state.isOnRobot && attempts == number && self.token == token
    }

    /// - Returns: whether the step became ready.
    mutating func blockerSucceeded() -> Bool {
        blockers -= 1
        guard blockers == 0, state == .blocked else { return false }
        state = .ready
        return true
    }

    mutating func assign(_ token: FencingToken, at now: Instant) {
        attempts += 1
        self.token = token
        state = .assigned
        startedAt = now
    }

    mutating func accepted() { state = .running }
    mutating func linkLost() { state = .lost }
    /// The robot is back and never had the attempt: it is sent again.
    mutating func sentAgain() { state = .assigned }

    mutating func willRetry(after failure: Failure) {
        self.failure = failure
        state = .blocked
    }

    mutating func retryDue() { state = .ready }

    mutating func end(_ state: StepState, failure: Failure? = nil, at now: Instant) {
        self.state = state
        if let failure { self.failure = failure }
        endedAt = now
    }

    var view: StepView {
        StepView(
            step: step, revision: revision, state: state, attempts: attempts, failure: failure,
            startedAt: startedAt, endedAt: endedAt)
    }
}
