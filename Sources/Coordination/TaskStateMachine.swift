import OrderedCollections
import RobotModel

/// One task's life: which states exist, and what moves them. Stop 5 of «follow
/// one task»: the plan comes from `Planning/GoalPlanner.swift`, and each step
/// goes on to its robot by `MessageBus/RobotLink.swift`.
///
/// ```
/// received → planning → [awaitingApproval] → running ⇄ paused
///               ↑  └→ rejected                 │  └→ succeeded, failed
///               └────────── repair ────────────┘      (canceled from any)
/// ```
/// A value without clock or I/O: ``CoordinationMachine`` moves it, and what
/// follows goes into the ``Outbox``. Its steps' lives are in
/// `TaskStateMachine+Steps`.
struct TaskStateMachine: Hashable, Sendable, Codable {
    let id: TaskID
    let request: TaskRequest
    /// Counts the tasks as they come.
    let number: UInt64
    let firstRecord: UInt64
    var lastRecord: UInt64
    private(set) var state: TaskState = .received
    private(set) var goal: Goal?
    private(set) var revision: UInt32 = 0
    /// The newest revision of which there is a plan.
    private(set) var adopted: UInt32 = 0
    /// The revision at which a person last looked; what came before counts no more.
    private(set) var revisionLookedAt: UInt32 = 0
    /// Steps of all revisions, oldest first.
    var steps = Table<StepID, Boxed<StepRun>>()
    var tally = StepTally()
    /// What must hold at the end, by the first plan.
    private(set) var outcome: Formula = .always
    /// Leading stages of the goal that are over and are not planned for again.
    private(set) var doneStages = 0
    /// The stage that the plan in the making begins with.
    private(set) var stageOffset = 0
    private(set) var rejection: Rejection?
    private(set) var failure: Failure?
    /// Calls that used up their attempts.
    private(set) var avoided: [SkillCall] = []
    /// Why no new step may start; nil where they may.
    private(set) var pause: Pause?
    /// What is to be repaired once the task goes on.
    private(set) var repairAtResume: String?
    private(set) var question: Question?
    /// Questions in a row that nobody answered.
    private(set) var unanswered: UInt32 = 0
    /// How it will end as soon as nothing runs any more.
    private(set) var closing: Closing?
    /// Its place in the queues of its robots, while it waits for them.
    private(set) var waiting: Waiting?
    private(set) var isLate = false
    private var questionCount = 0
    private var orderKeys: OrderedSet<String> = []
    private var makespanSeconds: Double?
    private var explanation: [String] = []
    let receivedAt: Instant
    private var startedAt: Instant?
    private var endedAt: Instant?

    struct Pause: Hashable, Sendable, Codable {
        let by: String
        let reason: String
        let isEmergency: Bool
    }

    struct Closing: Hashable, Sendable, Codable {
        let state: TaskState
        let failure: Failure?
    }

    struct Waiting: Hashable, Sendable, Codable {
        let place: RobotRoster.Place
        let robots: [RobotID]
        /// A person made the plan what it is: it isn't made anew for the wait.
        let isSettled: Bool
        /// The plan was made before the wait, and the world has moved on.
        var isStale = false
    }

    init(id: TaskID, request: TaskRequest, number: UInt64, record: UInt64, outbox: inout Outbox) {
        self.id = id
        self.request = request
        self.number = number
        firstRecord = record
        lastRecord = record
        receivedAt = outbox.now
        publish(note: request.ask.summary, outbox: &outbox)
    }

    /// Robots that still have something to do.
    var neededRobots: [RobotID] { tally.robots }
    var isWorking: Bool { tally.onRobot > 0 }
    /// Whether there are steps that haven't begun.
    var hasWaitingSteps: Bool { tally.open > tally.onRobot }
    /// Whether a new step may start.
    var mayStart: Bool {
        state == .running && pause == nil && question == nil && closing == nil && waiting == nil
    }
    /// Whether a step that was begun may have its next round: a plan in the
    /// making counts on it.
    var mayGoOn: Bool { pause == nil && question == nil && closing == nil }
    /// Plans since a person last looked.
    var plansTried: UInt32 { revision - revisionLookedAt }

    /// What is left to be planned for; nil before the first plan. Where every
    /// stage was gone through and yet the goal doesn't hold, what must hold.
    var remainingGoal: Goal? {
        guard let goal else { return nil }
        guard stageOffset < goal.stages.count else { return Goal(outcome) }
        return Goal(stages: Array(goal.stages.dropFirst(stageOffset)))
    }

    /// Steps that are behind it, over all plans.
    var finishedSteps: [StepID] {
        stepIDs { $0.state == .succeeded || $0.state == .skipped }
    }
    /// Steps that robots are at.
    var runningSteps: [PlanStep] {
        guard isWorking else { return [] }
        var running: [PlanStep] = []
        steps.visit { _, run in if run.value.state.isOnRobot { running.append(run.value.step) } }
        return running
    }
    var readySteps: [StepID] { stepIDs { $0.state == .ready } }

    func stepIDs(where isMeant: (Boxed<StepRun>) -> Bool) -> [StepID] {
        var ids: [StepID] = []
        steps.visit { id, run in if isMeant(run) { ids.append(id) } }
        return ids
    }

    // MARK: Planning

    mutating func beginPlanning(outbox: inout Outbox) {
        repairAtResume = nil
        settleStages()
        revision += 1
        move(to: .planning, note: revision == 1 ? "" : "plan \(revision)", outbox: &outbox)
        outbox.plan(id)
    }

    /// Whether an answer of planning is the one waited for.
    func awaitsPlan(_ revision: UInt32) -> Bool {
        state == .planning && self.revision == revision && closing == nil
    }

    /// Whether nothing is left to do but to see whether the goal holds.
    @inline(__always)
    func awaitsCheck(_ revision: UInt32) -> Bool {
        state == .running && self.revision == revision && tally.open == 0 && closing == nil
            && question == nil && repairAtResume == nil
    }

    /// Takes up a plan. Steps that a person must allow hold the task back.
    mutating func adopt(_ plan: Plan, goal: Goal, outbox: inout Outbox) {
        if revision == 1 {
            self.goal = goal
            outcome = plan.outcome
        }
        makespanSeconds = plan.makespanSeconds
        explanation = plan.explanation
        adopted = revision
        // All that is still open goes on.
        for id in stepIDs(where: { !$0.state.isFinal }) { steps[id]?.value.plan = revision }
        add(plan.steps, stageOffset: stageOffset)
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

    func rank(headStart: Duration) -> Rank {
        Rank(
            request: request, receivedAt: receivedAt, number: number,
            makespanSeconds: makespanSeconds ?? 0, headStart: headStart)
    }

    mutating func wait(for robots: [RobotID], at place: RobotRoster.Place, isSettled: Bool) {
        waiting = Waiting(place: place, robots: robots, isSettled: isSettled)
    }

    mutating func markStale() { if waiting?.isSettled == false { waiting?.isStale = true } }
    mutating func endWait() { waiting = nil }

    // MARK: Repair and end

    /// Gives up the rest of the plan; what runs on a robot goes on, and the
    /// next plan counts on it.
    mutating func beginRepair(
        _ failure: Failure?, step: StepID?, avoid: SkillCall?, reason: String, outbox: inout Outbox
    ) {
        if let failure { self.failure = failure }
        if let avoid, !avoided.contains(avoid) { avoided.append(avoid) }
        outbox.publish(
            .repair, task: id, step: step, robot: step.flatMap { steps[$0]?.value.step.robot },
            state: "replan",
            note: reason)
        dropWaitingSteps(outbox: &outbox)
        if pause != nil || question != nil {
            repairAtResume = reason
            if state == .planning { revision += 1 }
        } else {
            beginPlanning(outbox: &outbox)
        }
    }

    /// From here on the task only comes to its end.
    mutating func beginClosing(_ state: TaskState, _ failure: Failure?, note: String, outbox: inout Outbox) {
        closing = Closing(state: state, failure: failure)
        // Ending is what people want now; the e-stop holds robots by itself.
        pause = nil
        question = nil
        publish(note: note, outbox: &outbox)
        dropWaitingSteps(outbox: &outbox)
    }

    /// Ends a task of which nothing runs any more.
    mutating func close(outbox: inout Outbox) {
        guard let closing else { return }
        failure = closing.failure ?? failure
        end(closing.state, note: closing.failure?.description ?? "", outbox: &outbox)
    }

    mutating func succeed(outbox: inout Outbox) {
        failure = nil
        end(.succeeded, note: "", outbox: &outbox)
    }

    // MARK: People

    mutating func pause(_ pause: Pause, outbox: inout Outbox) {
        self.pause = pause
        publish(
            note: "paused by \(pause.by)" + (pause.reason.isEmpty ? "" : ": \(pause.reason)"), outbox: &outbox
        )
    }

    mutating func resume(note: String, outbox: inout Outbox) {
        pause = nil
        publish(note: note, outbox: &outbox)
    }

    /// What is to be repaired before it goes on.
    mutating func takeRepair() -> String? {
        defer { repairAtResume = nil }
        return repairAtResume
    }

    mutating func repairLater(_ reason: String) { repairAtResume = reason }
    /// A person has just looked at the plan: it needn't be made anew.
    mutating func keepPlan() { repairAtResume = nil }

    mutating func ask(
        _ failure: Failure, step: StepID?, options: [String], policy: QuestionPolicy, outbox: inout Outbox
    ) {
        questionCount += 1
        self.failure = failure
        let text = "\(failure). What now?"
        let fallback = options.contains(policy.defaultOption) ? policy.defaultOption : "fail"
        question = Question(
            id: QuestionID("q\(questionCount)"), step: step, channel: policy.channel, text: text,
            options: options, defaultOption: fallback, askedAt: outbox.now,
            dueAt: outbox.now + policy.timeout)
        publishQuestion("asked", note: "\(policy.channel): \(text)", outbox: &outbox)
    }

    mutating func escalate(to channel: String, for timeout: Duration, outbox: inout Outbox) {
        question?.channel = channel
        question?.isEscalated = true
        question?.dueAt = outbox.now + timeout
        publishQuestion("escalated", note: channel, outbox: &outbox)
    }

    mutating func answered(_ answer: String, by person: String, reason: String, outbox: inout Outbox) {
        publishQuestion(
            "answered", note: "\(answer), says \(person)" + (reason.isEmpty ? "" : ": \(reason)"),
            outbox: &outbox)
        question = nil
        unanswered = 0
        revisionLookedAt = revision
    }

    mutating func setUnanswered(_ count: UInt32) { unanswered = count }

    mutating func deadlinePassed(outbox: inout Outbox) {
        isLate = true
        publish(note: "the deadline has passed", outbox: &outbox)
    }

    /// - Returns: whether the key is new.
    mutating func remember(_ key: String?) -> Bool {
        guard let key else { return true }
        return orderKeys.append(key).inserted
    }

    func knows(_ key: String?) -> Bool { key.map(orderKeys.contains) ?? false }

    // MARK: What callers see

    /// As people know it: a task that is held shows as paused.
    var shownState: String {
        (state == .running && (pause != nil || question != nil) ? TaskState.paused : state).rawValue
    }

    var view: TaskView {
        let isHeld = state == .running && (pause != nil || question != nil)
        let note =
            pause.map { "paused by \($0.by)" + ($0.reason.isEmpty ? "" : ": \($0.reason)") }
            ?? closing.map { "is being ended: \($0.state.rawValue)" }
            ?? waiting.map { "waits for \($0.robots.map(\.rawValue).joined(separator: ", "))" } ?? ""
        return TaskView(
            id: id, request: request, state: isHeld ? .paused : state, goal: goal, rejection: rejection,
            failure: failure, revision: revision, steps: steps.values.map { $0.value.view },
            expectedMakespanSeconds: makespanSeconds, explanation: explanation,
            receivedAt: receivedAt, startedAt: startedAt, endedAt: endedAt, question: question,
            note: state.isFinal ? "" : note, firstRecord: firstRecord, lastRecord: lastRecord)
    }

    // MARK: Private

    /// Which stages are over, and with which the next plan begins: what runs
    /// is taken to succeed.
    private mutating func settleStages() {
        guard let goal else { return }
        // The first stages that something of the newest plan is still open for,
        // and that something is for which doesn't run.
        var (open, waiting) = (goal.stages.count, goal.stages.count)
        steps.visit { _, run in
            let state = run.value.state
            guard run.value.plan == adopted, state != .succeeded, state != .skipped, !run.value.isCompensation
            else { return }
            open = min(open, run.value.stage)
            if !state.isOnRobot { waiting = min(waiting, run.value.stage) }
        }
        doneStages = max(doneStages, open)
        stageOffset = max(doneStages, waiting)
    }

    private mutating func end(_ state: TaskState, note: String, outbox: inout Outbox) {
        question = nil
        pause = nil
        closing = nil
        dropWaitingSteps(outbox: &outbox)
        endedAt = outbox.now
        move(to: state, note: note, outbox: &outbox)
    }

    private mutating func move(to state: TaskState, note: String, outbox: inout Outbox) {
        self.state = state
        publish(note: note, outbox: &outbox)
    }

    func publish(note: String, outbox: inout Outbox) {
        outbox.publish(.task, task: id, state: shownState, note: note)
    }

    private func publishQuestion(_ state: String, note: String, outbox: inout Outbox) {
        outbox.publish(.question, task: id, step: question?.step, state: state, note: note)
    }
}
