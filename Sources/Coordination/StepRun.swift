import RobotModel

/// One step of a task on its way through the states of ``StepState``.
struct StepRun: Hashable, Sendable, Codable {
    private var boxed: Boxed<PlanStep>
    /// The plan that brought it, from 1.
    let revision: UInt32
    /// The newest plan that counts on it: a step that runs while the rest is
    /// planned anew belongs to the new plan too.
    var plan: UInt32
    /// Which of the goal's stages it works for, counted over all plans.
    let stage: Int
    /// Puts right what a stopped step left; runs while its task is being ended.
    let isCompensation: Bool
    private(set) var state: StepState = .blocked
    /// Steps before it that aren't over yet.
    private(set) var blockers: Int
    var dependents: [StepID] = []
    /// Numbers the attempts, over all retries and rounds.
    private(set) var attempts: UInt32 = 0
    /// Attempts since the step, or its round, began.
    private(set) var tries: UInt32 = 0
    private(set) var rounds: UInt64 = 0
    private(set) var token: FencingToken?
    private(set) var failure: Failure?
    private(set) var startedAt: Instant?
    private(set) var endedAt: Instant?
    /// What is to become of it once the robot has stopped it.
    private(set) var intent: Intent?

    enum Intent: String, Hashable, Sendable, Codable {
        case skip, retry, yield
    }

    init(
        step: PlanStep, revision: UInt32, stage: Int = 0, blockers: Int, isCompensation: Bool = false
    ) {
        boxed = Boxed(step)
        self.revision = revision
        plan = revision
        self.stage = stage
        self.blockers = blockers
        self.isCompensation = isCompensation
        if blockers == 0 { state = .ready }
    }

    var step: PlanStep {
        _read { yield boxed.value }
    }
    var id: StepID { boxed.value.id }
    var robot: RobotID { boxed.value.robot }
    var skill: SkillName { boxed.value.skill }

    /// What counts of it.
    var place: StepTally.Place {
        StepTally.Place(robot: robot, isOpen: !state.isFinal, isOnRobot: state.isOnRobot)
    }

    /// Whether the one that reports is the attempt that this step waits for.
    func isCurrent(_ number: UInt32, _ token: FencingToken) -> Bool {
        state.isOnRobot && attempts == number && self.token == token
    }

    /// Whether it has rounds behind it and goes on to the next one.
    var isBetweenRounds: Bool { state == .ready && rounds > 0 }
    /// Whether a person may still change or remove it.
    var isWaiting: Bool { state == .blocked || state == .ready }
    /// Whether it waits for its back-off, or for a person's word.
    var isHeldBack: Bool { state == .blocked && blockers == 0 }

    /// - Returns: whether the step became ready.
    mutating func blockerEnded() -> Bool {
        blockers -= 1
        guard blockers == 0, state == .blocked else { return false }
        state = .ready
        return true
    }

    mutating func assign(_ token: FencingToken, at now: Instant) {
        attempts += 1
        tries += 1
        self.token = token
        state = .assigned
        startedAt = now
    }

    mutating func accepted() { state = .running }
    mutating func linkLost() { state = .lost }
    /// The robot is back and never had the attempt: it is sent again.
    mutating func sentAgain() { state = .assigned }
    mutating func intend(_ intent: Intent) { self.intent = intent }

    mutating func holdBack(after failure: Failure) {
        self.failure = failure
        state = .blocked
        intent = nil
    }

    mutating func beReady() {
        state = .ready
        intent = nil
    }

    /// What counted against it is forgotten.
    mutating func beginAgain() { tries = 0 }

    mutating func nextRound(_ returns: [String: Value]) {
        rounds += 1
        tries = 0
        for (name, value) in returns where step.arguments[name] != nil { boxed.value.arguments[name] = value }
        state = .ready
    }

    mutating func end(_ state: StepState, failure: Failure? = nil, at now: Instant) {
        self.state = state
        if let failure { self.failure = failure }
        endedAt = now
        intent = nil
    }

    /// Takes another form, before it begins.
    mutating func replace(by step: PlanStep, blockers: Int) {
        boxed = Boxed(step)
        self.blockers = blockers
        state = blockers == 0 ? .ready : .blocked
        failure = nil
        tries = 0
    }

    /// What it waited for is left out.
    mutating func forget(_ removed: [StepID]) {
        boxed.value.after.removeAll(where: removed.contains)
    }

    mutating func setBlockers(_ count: Int) {
        blockers = count
        if state == .ready || state == .blocked { state = count == 0 ? .ready : .blocked }
    }

    var view: StepView {
        StepView(
            step: step, revision: revision, state: state, attempts: attempts, failure: failure,
            rounds: rounds, startedAt: startedAt, endedAt: endedAt)
    }
}

/// A step among all tasks.
struct StepKey: Hashable, Sendable, Codable {
    let task: TaskID
    let step: StepID
}
