import OrderedCollections
import RobotModel

/// One task's life: which states exist, and what moves them. Stop 5 of «follow
/// one task»: the plan comes from `Planning/GoalPlanner.swift`, and each step
/// goes on to its robot by `MessageBus/RobotLink.swift`.
///
/// ```
/// received → planning → [awaitingApproval] → running → succeeded
///               ↑  └→ rejected                 │  └→ failed
///               └────────── repair ────────────┘      (canceled from any)
/// ```
/// A value without clock or I/O: ``CoordinationMachine`` moves it, and what
/// follows goes into the ``Outbox``.
struct TaskStateMachine: Hashable {
    let id: TaskID
    let request: TaskRequest
    private(set) var state: TaskState = .received
    private(set) var goal: Goal?
    private(set) var revision: UInt32 = 0
    /// Steps of all revisions, oldest first.
    private(set) var steps: OrderedDictionary<StepID, StepRun> = [:]
    /// What must hold at the end, by the first plan.
    private(set) var outcome: Formula = .always
    /// Leading stages of the goal that are over and are not planned for again.
    private var doneStages = 0
    private(set) var rejection: Rejection?
    private(set) var failure: Failure?
    /// Calls that used up their attempts.
    private(set) var avoided: [SkillCall] = []
    /// The next plan is due as soon as nothing runs any more.
    private(set) var isRepairing = false
    private(set) var isCanceling = false
    private var dependents: [StepID: [StepID]] = [:]
    private var makespanSeconds: Double?
    private var explanation: [String] = []
    private let receivedAt: Instant
    private var startedAt: Instant?
    private var endedAt: Instant?

    init(id: TaskID, request: TaskRequest, outbox: inout Outbox) {
        self.id = id
        self.request = request
        receivedAt = outbox.now
        publishTask(note: request.ask.summary, outbox: &outbox)
    }

    var isWorking: Bool { steps.values.contains { $0.state.isOnRobot } }
    /// The newest plan's steps, done or not.
    var currentSteps: [StepRun] { steps.values.filter { $0.revision == revision } }
    /// Robots that still have something to do in the newest plan.
    var neededRobots: OrderedSet<RobotID> {
        OrderedSet(steps.values.filter { !$0.state.isFinal }.map(\.step.robot))
    }

    /// What is left to be planned for; nil before the first plan. Where every
    /// stage was gone through and yet the goal doesn't hold, what must hold.
    var remainingGoal: Goal? {
        guard let goal else { return nil }
        guard doneStages < goal.stages.count else { return Goal(outcome) }
        return Goal(stages: Array(goal.stages.dropFirst(doneStages)))
    }

    /// Steps that ended well, over all plans.
    var succeededSteps: [StepID] { steps.values.filter { $0.state == .succeeded }.map(\.step.id) }

    // MARK: Planning

    mutating func beginPlanning(outbox: inout Outbox) {
        isRepairing = false
        doneStages += leadingDoneStages
        revision += 1
        move(to: .planning, note: revision == 1 ? "" : "plan \(revision)", outbox: &outbox)
    }

    /// Whether an answer of planning is the one waited for.
    func awaitsPlan(_ revision: UInt32) -> Bool { state == .planning && self.revision == revision }

    /// Takes up a plan. Steps that a person must allow hold the task back.
    mutating func adopt(_ plan: Plan, goal: Goal, outbox: inout Outbox) {
        if revision == 1 {
            self.goal = goal
            outcome = plan.outcome
        }
        makespanSeconds = plan.makespanSeconds
        explanation = plan.explanation
        for step in plan.steps {
            steps[step.id] = StepRun(step: step, revision: revision)
            for before in step.after { dependents[before, default: []].append(step.id) }
        }
        let note = "\(plan.steps.count) steps, \(plan.makespanSeconds.rounded()) s expected"
        if let risky = plan.steps.first(where: { $0.terms.risk == .high }) {
            move(to: .awaitingApproval, note: "\(risky.call) is of high risk; \(note)", outbox: &outbox)
        } else {
            start(note: note, outbox: &outbox)
        }
    }

    mutating func start(note: String, outbox: inout Outbox) {
        if startedAt == nil { startedAt = outbox.now }
        move(to: .running, note: note, outbox: &outbox)
    }

    mutating func reject(_ rejection: Rejection, outbox: inout Outbox) {
        self.rejection = rejection
        end(.rejected, note: rejection.description, outbox: &outbox)
    }

    // MARK: Steps

    func run(of attempt: AttemptID, _ token: FencingToken) -> StepRun? {
        guard let run = steps[attempt.step], run.isCurrent(attempt.number, token) else { return nil }
        return run
    }

    /// Sends a ready step on its way under a fresh token.
    mutating func assign(_ step: StepID, _ token: FencingToken, outbox: inout Outbox) -> Invocation? {
        guard state == .running, let run = steps[step], run.state == .ready else { return nil }
        steps[step]?.assign(token, at: outbox.now)
        publishStep(step, outbox: &outbox)
        return invocation(of: step)
    }

    /// The order for a step's newest attempt, as it was first sent.
    func invocation(of step: StepID) -> Invocation? {
        guard let run = steps[step], let token = run.token else { return nil }
        return Invocation(
            attempt: AttemptID(task: id, step: step, number: run.attempts), token: token,
            robot: run.step.robot, skill: run.step.skill, arguments: run.step.arguments,
            timeout: run.step.terms.timeout, onLinkLoss: run.step.terms.onLinkLoss,
            cancel: run.step.terms.cancel)
    }

    mutating func accepted(_ step: StepID, outbox: inout Outbox) {
        guard let state = steps[step]?.state, state == .assigned || state == .lost else { return }
        steps[step]?.accepted()
        publishStep(step, outbox: &outbox)
    }

    mutating func linkLost(_ step: StepID, outbox: inout Outbox) {
        steps[step]?.linkLost()
        publishStep(step, outbox: &outbox)
    }

    mutating func sendAgain(_ step: StepID, outbox: inout Outbox) -> Invocation? {
        steps[step]?.sentAgain()
        publishStep(step, note: "sent again: the robot never had it", outbox: &outbox)
        return invocation(of: step)
    }

    /// - Returns: the steps that became ready.
    mutating func succeeded(_ step: StepID, outbox: inout Outbox) -> [StepID] {
        steps[step]?.end(.succeeded, at: outbox.now)
        publishStep(step, outbox: &outbox)
        guard !isRepairing, !isCanceling else { return [] }
        return (dependents[step] ?? []).filter { steps[$0]?.blockerSucceeded() == true }
    }

    mutating func willRetry(_ step: StepID, _ failure: Failure, reason: String, outbox: inout Outbox) {
        steps[step]?.willRetry(after: failure)
        publishRepair(step, "retry", reason, outbox: &outbox)
    }

    /// - Returns: whether the step is ready to be sent again.
    mutating func retryDue(_ step: StepID) -> Bool {
        guard state == .running, !isRepairing, let run = steps[step], run.state == .blocked,
            run.blockers == 0
        else { return false }
        steps[step]?.retryDue()
        return true
    }

    mutating func stepFailed(_ step: StepID, _ failure: Failure, outbox: inout Outbox) {
        steps[step]?.end(failure.code == .canceled ? .canceled : .failed, failure: failure, at: outbox.now)
        publishStep(step, note: failure.description, outbox: &outbox)
    }

    // MARK: Repair and end

    /// Gives up the rest of the plan; what runs on a robot goes on to its end.
    mutating func beginRepair(
        _ failure: Failure?, step: StepID?, avoid: SkillCall?, reason: String, outbox: inout Outbox
    ) {
        if let failure { self.failure = failure }
        if let avoid, !avoided.contains(avoid) { avoided.append(avoid) }
        publishRepair(step, "replan", reason, outbox: &outbox)
        isRepairing = true
        dropWaitingSteps(outbox: &outbox)
    }

    mutating func beginCancel(note: String, outbox: inout Outbox) {
        isCanceling = true
        isRepairing = false
        publishTask(note: note, outbox: &outbox)
        dropWaitingSteps(outbox: &outbox)
    }

    mutating func succeed(outbox: inout Outbox) {
        failure = nil
        end(.succeeded, note: "", outbox: &outbox)
    }

    mutating func fail(_ failure: Failure, outbox: inout Outbox) {
        self.failure = failure
        end(.failed, note: failure.description, outbox: &outbox)
    }

    mutating func cancel(outbox: inout Outbox) { end(.canceled, note: "", outbox: &outbox) }

    var view: TaskView {
        TaskView(
            id: id, request: request, state: state, goal: goal, rejection: rejection,
            failure: failure, revision: revision, steps: steps.values.map(\.view),
            expectedMakespanSeconds: makespanSeconds, explanation: explanation,
            receivedAt: receivedAt, startedAt: startedAt, endedAt: endedAt)
    }

    // MARK: Private

    /// How many stages of the newest plan's goal have all their steps, and all
    /// steps before, behind them.
    private var leadingDoneStages: Int {
        guard let goal, revision > 0 else { return 0 }
        let open = currentSteps.filter { $0.state != .succeeded }.map(\.step.stage).min()
        let left = goal.stages.count - doneStages
        return min(open ?? left, left)
    }

    private mutating func dropWaitingSteps(outbox: inout Outbox) {
        for (id, run) in steps where !run.state.isFinal && !run.state.isOnRobot {
            steps[id]?.end(.canceled, at: outbox.now)
            publishStep(id, outbox: &outbox)
        }
    }

    private mutating func end(_ state: TaskState, note: String, outbox: inout Outbox) {
        isRepairing = false
        isCanceling = false
        dropWaitingSteps(outbox: &outbox)
        endedAt = outbox.now
        move(to: state, note: note, outbox: &outbox)
    }

    private mutating func move(to state: TaskState, note: String, outbox: inout Outbox) {
        self.state = state
        publishTask(note: note, outbox: &outbox)
    }

    private func publishTask(note: String, outbox: inout Outbox) {
        outbox.publish(.task, task: id, state: state.rawValue, note: note)
    }

    private func publishStep(_ step: StepID, note: String? = nil, outbox: inout Outbox) {
        guard let run = steps[step] else { return }
        outbox.publish(
            .step, task: id, step: step, robot: run.step.robot, state: run.state.rawValue,
            note: note ?? run.step.call.description)
    }

    private func publishRepair(_ step: StepID?, _ rung: String, _ reason: String, outbox: inout Outbox) {
        outbox.publish(
            .repair, task: id, step: step, robot: step.flatMap { steps[$0]?.step.robot },
            state: rung, note: reason)
    }
}
