import OrderedCollections
public import RobotModel

/// The coordination core: tasks, steps, robots and the rights to act, as one
/// pure state machine. No clock, randomness, I/O or dictionary order is in it,
/// so replaying the journalled inputs gives the same state, byte for byte. It
/// keeps what is alive: a task that ended goes to the archive. An input costs
/// what it changes, however much else there is.
///
/// One file a concern:
/// - ``TaskStateMachine`` a task's life, `TaskStateMachine+Steps` its steps';
/// - `+Tasks` from submission to the end, `+Attempts` what robots report,
///   `+Repair` what is done about failures;
/// - `+Robots` a robot's life, `+Admission` which task gets which robots,
///   `+Dispatch` which step starts, with what resources;
/// - `+Orders` what people order, `+Refusals` which orders make no sense;
/// - `+Emergency` the e-stop, `+Schedules` tasks by the clock, `+Start` a new brain.
public struct CoordinationMachine: Hashable, Sendable, Codable {
    public internal(set) var settings: CoordinationSettings
    private(set) public var epoch: UInt64 = 0
    private var tokenCounter: UInt64 = 0
    private var eventSequence: UInt64 = 0
    private(set) var taskCount: UInt64 = 0
    /// The journal's number of the newest input.
    public internal(set) var lastRecord: UInt64 = 0
    /// Tasks that haven't ended, in the order they came.
    var tasks = Table<TaskID, Boxed<TaskStateMachine>>()
    /// Which task was submitted under a key.
    var keys = Table<String, TaskID>()
    /// When the tasks behind keys ended, oldest first.
    var endedKeys = Table<String, Instant>()
    var roster = RobotRoster()
    /// Who holds a resource that a running step has to itself.
    var claims = Table<String, StepKey>()
    /// Steps that wait for a resource, first come, first served.
    var resourceQueues = Table<String, Line<StepKey>>()
    /// Robots known from before the brain's start that aren't back yet.
    var settling: OrderedSet<RobotID> = []
    /// Plans to order once the robots are back.
    var deferredPlans: OrderedSet<TaskID> = []
    /// Attempts that were given up without a word from their robot, which may
    /// still report them; the oldest are forgotten.
    var departed = Table<AttemptID, RobotID>()
    var schedules = Table<ScheduleID, ScheduleRun>()
    public internal(set) var emergency: Emergency?

    /// Who latched the e-stop, and why.
    public struct Emergency: Hashable, Sendable, Codable {
        public var by: String
        public var reason: String
        public var at: Instant
    }

    public init(settings: CoordinationSettings = CoordinationSettings()) { self.settings = settings }

    /// Takes one input and says what is to be done about it.
    ///
    /// - Parameter record: the journal's number of the input, for the archive;
    ///   0 counts by itself.
    public mutating func handle(
        _ input: CoordinationInput, at now: Instant, record: UInt64 = 0
    ) -> [CoordinationAction] {
        lastRecord = record == 0 ? lastRecord + 1 : record
        var outbox = Outbox(now: now, eventSequence: eventSequence)
        if let task = input.task { tasks[task]?.value.lastRecord = lastRecord }
        if let refusal = refusal(of: input, at: now) {
            outbox.add(.refuse(refusal))
        } else {
            take(input, outbox: &outbox)
            conclude(outbox: &outbox)
        }
        eventSequence = outbox.eventSequence
        return outbox.actions
    }

    private mutating func take(_ input: CoordinationInput, outbox: inout Outbox) {
        switch input {
        case .brainStarted(let epoch):
            // Tokens only ever grow, whatever a shell says.
            if epoch > self.epoch {
                self.epoch = epoch
                tokenCounter = 0
            }
            brainStarted(outbox: &outbox)
        case .settingsChanged(let settings): self.settings = settings
        case .taskSubmitted(let id, let request): submitted(id, request, outbox: &outbox)
        case .planProposed(let id, let revision, let goal, let plan):
            planProposed(id, revision, goal, plan, outbox: &outbox)
        case .planRefused(let id, let revision, let rejection):
            planRefused(id, revision, rejection, outbox: &outbox)
        case .robotLinked(let description, let running):
            robotLinked(description, running: running, outbox: &outbox)
        case .robotLost(let robot, let reason): robotLost(robot, reason: reason, outbox: &outbox)
        case .robotAdministered(let robot, let verb, let by, let reason):
            robotAdministered(robot, verb, by: by, reason: reason, outbox: &outbox)
        case .attemptAccepted(let attempt, let token): attemptAccepted(attempt, token, outbox: &outbox)
        case .attemptEnded(let attempt, let token, let result):
            attemptEnded(attempt, token, result, outbox: &outbox)
        case .goalChecked(let id, let revision, let unmet):
            goalChecked(id, revision, unmet: unmet, outbox: &outbox)
        case .timerFired(let timer): timerFired(timer, outbox: &outbox)
        case .cancelRequested(let id, let by, let reason):
            cancelRequested(id, by: by, reason: reason, outbox: &outbox)
        case .approvalAnswered(let id, let approved, let by, let reason):
            approvalAnswered(id, approved: approved, by: by, reason: reason, outbox: &outbox)
        case .taskOrdered(let id, let verb, let order): taskOrdered(id, verb, order, outbox: &outbox)
        case .planEdited(let id, let edit, let order): planEdited(id, edit, order, outbox: &outbox)
        case .questionAnswered(let id, _, let answer, let order):
            guard tasks[id]?.value.remember(order.key) == true else { return }
            questionAnswered(id, answer, by: order.by, reason: order.reason, outbox: &outbox)
        case .scheduleSet(let schedule, let order): scheduleSet(schedule, order, outbox: &outbox)
        case .scheduleRemoved(let id, let order): scheduleRemoved(id, order, outbox: &outbox)
        case .emergencyStopped(let by, let reason):
            emergencyStopped(by: by, reason: reason, outbox: &outbox)
        case .emergencyReleaseAsked(let by, let reason):
            outbox.publish(.emergency, state: "releaseAsked", note: "\(by): \(reason)")
        case .emergencyReleased(let by, let reason):
            emergencyReleased(by: by, reason: reason, outbox: &outbox)
        }
    }

    private mutating func timerFired(_ timer: CoordinationTimer, outbox: inout Outbox) {
        switch timer {
        case .attemptOverdue(let attempt): attemptOverdue(attempt, outbox: &outbox)
        case .retryDue(let task, let step): retryDue(task, step, outbox: &outbox)
        case .linkOverdue(let robot):
            guard settling.contains(robot) else { return }
            robotLost(robot, reason: "didn’t come back after the brain’s restart", outbox: &outbox)
        case .planOverdue(let task, let revision):
            let rejection = Rejection(.outOfTime, "planning didn’t answer within \(settings.planningLimit)")
            planRefused(task, revision, rejection, outbox: &outbox)
        case .questionOverdue(let task, let question): questionOverdue(task, question, outbox: &outbox)
        case .breakerDue(let robot, let skill): breakerDue(robot, skill, outbox: &outbox)
        case .scheduleDue(let id): scheduleDue(id, outbox: &outbox)
        case .deadlineDue(let id):
            guard let deadline = tasks[id]?.value.request.deadline, deadline <= outbox.now else { return }
            tasks[id]?.value.deadlinePassed(outbox: &outbox)
        }
    }

    /// Does what follows from an input until nothing more does; plans last, so
    /// that they count on who holds which robot then.
    private mutating func conclude(outbox: inout Outbox) {
        while true {
            if let task = outbox.nextSettling() {
                settle(task, outbox: &outbox)
            } else if let robot = outbox.nextTouched() {
                serve(robot, outbox: &outbox)
            } else if let task = outbox.nextAdmissible() {
                admit(task, outbox: &outbox)
            } else {
                break
            }
        }
        while let task = outbox.nextPlanning() { orderPlan(task, outbox: &outbox) }
    }

    // MARK: What callers ask

    /// A task that hasn't ended.
    public func task(_ id: TaskID) -> TaskView? { tasks[id]?.value.view }
    /// Tasks that haven't ended, newest first.
    public var taskViews: [TaskView] { tasks.values.reversed().map(\.view) }
    /// The task that was submitted under an idempotency key.
    public func task(forKey key: String) -> TaskID? { keys[key] }
    public var robotViews: [RobotView] { roster.members.values.map { Self.view($0.value) } }
    public func robot(_ id: RobotID) -> RobotView? { roster[id].map { Self.view($0.value) } }
    public var scheduleViews: [ScheduleView] { schedules.values.map(\.view) }
    /// Tasks that wait for their robots, most urgent first, by robot.
    public func queue(for robot: RobotID) -> [TaskID] { roster[robot]?.value.queue.tasks ?? [] }

    private static func view(_ member: RobotRoster.Member) -> RobotView {
        RobotView(
            description: member.description, state: member.state, isLinked: member.isLinked,
            attempt: member.attempt)
    }

    mutating func nextToken() -> FencingToken {
        tokenCounter += 1
        return FencingToken(epoch: epoch, counter: tokenCounter)
    }

    mutating func nextTaskNumber() -> UInt64 {
        taskCount += 1
        return taskCount
    }
}

extension CoordinationInput {
    /// The task that it is about, if any.
    public var task: TaskID? {
        switch self {
        case .taskSubmitted(let id, _), .planProposed(let id, _, _, _), .planRefused(let id, _, _),
            .goalChecked(let id, _, _), .cancelRequested(let id, _, _), .approvalAnswered(let id, _, _, _),
            .taskOrdered(let id, _, _), .planEdited(let id, _, _), .questionAnswered(let id, _, _, _):
            id
        case .attemptAccepted(let attempt, _), .attemptEnded(let attempt, _, _): attempt.task
        case .timerFired(let timer):
            switch timer {
            case .attemptOverdue(let attempt): attempt.task
            case .retryDue(let id, _), .planOverdue(let id, _), .questionOverdue(let id, _),
                .deadlineDue(let id):
                id
            case .linkOverdue, .breakerDue, .scheduleDue: nil
            }
        case .brainStarted, .settingsChanged, .robotLinked, .robotLost, .robotAdministered, .scheduleSet,
            .scheduleRemoved, .emergencyStopped, .emergencyReleaseAsked, .emergencyReleased:
            nil
        }
    }
}
