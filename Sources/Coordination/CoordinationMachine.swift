import OrderedCollections
public import RobotModel

/// The coordination core: tasks, steps, robots and the rights to act, as one
/// pure state machine. No clock, randomness, I/O or dictionary order is in it,
/// so replaying the journalled inputs gives the same state, byte for byte.
///
/// One file a concern: ``TaskStateMachine`` a task's life,
/// `CoordinationMachine+Robots` a robot's, `CoordinationMachine+Attempts` what
/// robots report, `CoordinationMachine+Admission` which task gets which robots.
public struct CoordinationMachine: Hashable, Sendable {
    public struct Settings: Hashable, Sendable {
        /// How long after a brain's start its robots have to come back.
        public var linkGrace: Duration
        /// How long after its time-out an attempt may be silent.
        public var overdueGrace: Duration

        public init(linkGrace: Duration = .seconds(5), overdueGrace: Duration = .seconds(2)) {
            self.linkGrace = linkGrace
            self.overdueGrace = overdueGrace
        }
    }

    let settings: Settings
    private(set) public var epoch: UInt64 = 0
    private var tokenCounter: UInt64 = 0
    private var eventSequence: UInt64 = 0
    var tasks: OrderedDictionary<TaskID, TaskStateMachine> = [:]
    /// Tasks that haven't ended, in the order they came.
    var active: OrderedSet<TaskID> = []
    private var keys: OrderedDictionary<String, TaskID> = [:]
    var roster = RobotRoster()
    /// Tasks with a plan that wait for their robots, by ``Rank``.
    var waiting: OrderedSet<TaskID> = []
    /// Waiting tasks whose plan was made before the wait, and may be stale.
    var stale: OrderedSet<TaskID> = []
    /// Steps that may start as soon as their robot and resources are free.
    var ready: OrderedDictionary<RobotID, OrderedSet<StepKey>> = [:]
    /// Who holds a resource that a running step has to itself.
    var claims: OrderedDictionary<String, StepKey> = [:]
    /// Robots known from before the brain's start that aren't back yet.
    var settling: OrderedSet<RobotID> = []
    /// Plans to order once the robots are back.
    var deferredPlans: OrderedSet<TaskID> = []

    struct StepKey: Hashable, Sendable {
        let task: TaskID
        let step: StepID
    }

    public init(settings: Settings = Settings()) { self.settings = settings }

    /// Takes one input and says what is to be done about it.
    public mutating func handle(_ input: CoordinationInput, at now: Instant) -> [CoordinationAction] {
        var outbox = Outbox(now: now, eventSequence: eventSequence)
        defer { eventSequence = outbox.eventSequence }
        switch input {
        case .brainStarted(let epoch):
            self.epoch = epoch
            tokenCounter = 0
            brainStarted(outbox: &outbox)
        case .taskSubmitted(let id, let request): submitted(id, request, outbox: &outbox)
        case .planProposed(let id, let revision, let goal, let plan):
            planProposed(id, revision, goal, plan, outbox: &outbox)
        case .planRefused(let id, let revision, let rejection):
            planRefused(id, revision, rejection, outbox: &outbox)
        case .robotLinked(let description, let running):
            robotLinked(description, running: running, outbox: &outbox)
        case .robotLost(let robot, let reason): robotLost(robot, reason: reason, outbox: &outbox)
        case .robotAdministered(let robot, let verb, let by, _):
            robotAdministered(robot, verb, by: by, outbox: &outbox)
        case .attemptAccepted(let attempt, let token): attemptAccepted(attempt, token, outbox: &outbox)
        case .attemptEnded(let attempt, let token, let result):
            attemptEnded(attempt, token, result, outbox: &outbox)
        case .goalChecked(let id, let revision, let unmet):
            goalChecked(id, revision, unmet: unmet, outbox: &outbox)
        case .timerFired(let timer): timerFired(timer, outbox: &outbox)
        case .cancelRequested(let id, let by, let reason):
            cancelRequested(id, by: by, reason: reason, outbox: &outbox)
        case .approvalAnswered(let id, let approved, let by, _):
            approvalAnswered(id, approved: approved, by: by, outbox: &outbox)
        case .settingsChanged, .taskOrdered, .planEdited, .questionAnswered, .scheduleSet, .scheduleRemoved,
            .emergencyStopped, .emergencyReleased:
            break
        }
        admitAndDispatch(outbox: &outbox)
        return outbox.actions
    }

    // MARK: What callers ask

    public func task(_ id: TaskID) -> TaskView? { tasks[id]?.view }
    /// Newest first.
    public var taskViews: [TaskView] { tasks.values.reversed().map(\.view) }
    /// The task that was submitted under an idempotency key.
    public func task(forKey key: String) -> TaskID? { keys[key] }
    public var robotViews: [RobotView] { roster.members.keys.compactMap(robot) }

    public func robot(_ id: RobotID) -> RobotView? {
        guard let member = roster[id] else { return nil }
        return RobotView(
            description: member.description, state: member.state, isLinked: member.isLinked,
            attempt: member.attempt)
    }

    mutating func nextToken() -> FencingToken {
        tokenCounter += 1
        return FencingToken(epoch: epoch, counter: tokenCounter)
    }

    // MARK: Tasks

    private mutating func submitted(_ id: TaskID, _ request: TaskRequest, outbox: inout Outbox) {
        guard tasks[id] == nil else { return }
        if let key = request.idempotencyKey {
            guard keys[key] == nil else { return }
            keys[key] = id
        }
        tasks[id] = TaskStateMachine(id: id, request: request, outbox: &outbox)
        active.append(id)
        beginPlanning(id, outbox: &outbox)
    }

    func planOrder(_ id: TaskID) -> PlanOrder? {
        guard let task = tasks[id] else { return nil }
        return PlanOrder(
            task: id, revision: task.revision, ask: task.request.ask, goal: task.remainingGoal,
            finished: task.succeededSteps, requester: task.request.requester, unavailable: roster.unavailable,
            busy: roster.held(byOthersThan: id), excluded: task.avoided)
    }

    mutating func beginPlanning(_ id: TaskID, outbox: inout Outbox) {
        tasks[id]?.beginPlanning(outbox: &outbox)
        orderPlan(id, outbox: &outbox)
    }

    private mutating func orderPlan(_ id: TaskID, outbox: inout Outbox) {
        guard settling.isEmpty else {
            deferredPlans.append(id)
            return
        }
        if let order = planOrder(id) { outbox.add(.plan(order)) }
    }

    private mutating func planProposed(
        _ id: TaskID, _ revision: UInt32, _ goal: Goal, _ plan: Plan, outbox: inout Outbox
    ) {
        guard tasks[id]?.awaitsPlan(revision) == true else { return }
        if revision == 1, !goal.observations.isEmpty, let task = tasks[id] {
            outbox.add(.tell(goal.observations, by: task.request.requester))
        }
        tasks[id]?.adopt(plan, goal: goal, outbox: &outbox)
        if tasks[id]?.state == .running { enqueue(id, outbox: &outbox) }
    }

    private mutating func planRefused(
        _ id: TaskID, _ revision: UInt32, _ rejection: Rejection, outbox: inout Outbox
    ) {
        guard let task = tasks[id], task.awaitsPlan(revision) else { return }
        if let failure = task.failure {
            let message = "\(failure.message); and no other way: \(rejection.message)"
            tasks[id]?.fail(Failure(failure.code, message), outbox: &outbox)
        } else if revision > 1 {
            tasks[id]?.fail(Failure(.unreachable, rejection.message), outbox: &outbox)
        } else {
            tasks[id]?.reject(rejection, outbox: &outbox)
        }
        retire(id)
    }

    private mutating func approvalAnswered(
        _ id: TaskID, approved: Bool, by person: String, outbox: inout Outbox
    ) {
        guard tasks[id]?.state == .awaitingApproval else { return }
        if approved {
            tasks[id]?.start(note: "approved by \(person)", outbox: &outbox)
            enqueue(id, outbox: &outbox)
        } else {
            tasks[id]?.beginCancel(note: "refused by \(person)", outbox: &outbox)
            tasks[id]?.cancel(outbox: &outbox)
            retire(id)
        }
    }

    private mutating func cancelRequested(
        _ id: TaskID, by person: String, reason: String, outbox: inout Outbox
    ) {
        guard let task = tasks[id], !task.state.isFinal, !task.isCanceling else { return }
        let note = "canceled by \(person)" + (reason.isEmpty ? "" : ": \(reason)")
        tasks[id]?.beginCancel(note: note, outbox: &outbox)
        for run in task.steps.values where run.state.isOnRobot {
            if let order = task.invocation(of: run.step.id) {
                outbox.add(.cancelAttempt(order.attempt, order.token, order.robot, reason: note))
            }
        }
        settle(id, outbox: &outbox)
    }

    private mutating func goalChecked(
        _ id: TaskID, _ revision: UInt32, unmet: String?, outbox: inout Outbox
    ) {
        guard let task = tasks[id], task.state == .running, task.revision == revision,
            task.currentSteps.allSatisfy({ $0.state == .succeeded })
        else { return }
        guard let unmet else {
            tasks[id]?.succeed(outbox: &outbox)
            retire(id)
            return
        }
        let failure = Failure(.effectUnverified, "all steps succeeded, but \(unmet)")
        if revision >= RepairLadder.mostRevisions {
            fail(id, failure, outbox: &outbox)
        } else {
            tasks[id]?.beginRepair(failure, step: nil, avoid: nil, reason: "\(failure)", outbox: &outbox)
            settle(id, outbox: &outbox)
        }
    }

    /// Does what a task waits to do once none of its steps runs any more.
    mutating func settle(_ id: TaskID, outbox: inout Outbox) {
        guard let task = tasks[id], !task.state.isFinal, !task.isWorking else { return }
        if task.isCanceling {
            tasks[id]?.cancel(outbox: &outbox)
            retire(id)
        } else if task.isRepairing {
            waiting.remove(id)
            beginPlanning(id, outbox: &outbox)
        } else if task.state == .running, task.currentSteps.allSatisfy({ $0.state == .succeeded }) {
            outbox.add(.checkGoal(id, revision: task.revision, task.outcome))
        }
    }

    mutating func fail(_ id: TaskID, _ failure: Failure, outbox: inout Outbox) {
        guard let task = tasks[id], !task.state.isFinal else { return }
        for run in task.steps.values where run.state.isOnRobot {
            guard let order = task.invocation(of: run.step.id) else { continue }
            outbox.add(.cancelAttempt(order.attempt, order.token, order.robot, reason: failure.message))
            free(run.step, of: id, attempt: order.attempt, outbox: &outbox)
            tasks[id]?.stepFailed(run.step.id, Failure(.canceled, failure.message), outbox: &outbox)
        }
        tasks[id]?.fail(failure, outbox: &outbox)
        retire(id)
    }

    /// Forgets what only a living task needs.
    private mutating func retire(_ id: TaskID) {
        active.remove(id)
        waiting.remove(id)
        stale.remove(id)
        deferredPlans.remove(id)
        _ = roster.release(from: id)
        for robot in ready.keys { ready[robot]?.removeAll { $0.task == id } }
    }

    // MARK: A new brain

    private mutating func brainStarted(outbox: inout Outbox) {
        roster.unlinkAll()
        settling = OrderedSet(roster.members.filter { $0.value.order != .retire }.map(\.key))
        for robot in settling {
            outbox.add(.startTimer(.linkOverdue(robot), at: outbox.now + settings.linkGrace))
        }
        for id in active {
            guard let task = tasks[id] else { continue }
            for run in task.steps.values {
                if run.state.isOnRobot { tasks[id]?.linkLost(run.step.id, outbox: &outbox) }
                if run.state == .blocked, run.blockers == 0 {
                    outbox.add(.startTimer(.retryDue(id, run.step.id), at: outbox.now))
                }
            }
            switch task.state {
            case .planning: orderPlan(id, outbox: &outbox)
            case .running: settle(id, outbox: &outbox)
            default: break
            }
        }
    }

    /// Goes on once every robot is back, or has had its time.
    mutating func endSettling(of robot: RobotID, outbox: inout Outbox) {
        guard settling.remove(robot) != nil, settling.isEmpty else { return }
        let plans = deferredPlans
        deferredPlans = []
        for id in plans { orderPlan(id, outbox: &outbox) }
    }

    private mutating func timerFired(_ timer: CoordinationTimer, outbox: inout Outbox) {
        switch timer {
        case .attemptOverdue(let attempt): attemptOverdue(attempt, outbox: &outbox)
        case .retryDue(let task, let step):
            if tasks[task]?.retryDue(step) == true { makeReady([step], of: task) }
        case .linkOverdue(let robot):
            guard settling.contains(robot) else { return }
            robotLost(robot, reason: "didn’t come back after the brain’s restart", outbox: &outbox)
        case .planOverdue, .questionOverdue, .breakerDue, .scheduleDue, .deadlineDue: break
        }
    }
}
