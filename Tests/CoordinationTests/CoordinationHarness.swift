import RobotModel

@testable import Coordination

/// A coordination machine with a hand on its clock, and shorthand for inputs.
struct CoordinationHarness {
    var machine = CoordinationMachine()
    var now = Instant(nanosecondsSinceEpoch: 1_000_000_000)
    /// Every input so far, as a journal would have it.
    private(set) var journal: [JournalledInput] = []
    /// Tasks that ended.
    private(set) var archive: [TaskID: TaskView] = [:]

    init(robots: [RobotID] = ["dog", "arm"]) {
        send(.brainStarted(epoch: 1))
        for robot in robots { send(.robotLinked(description(robot), running: [])) }
    }

    func description(_ robot: RobotID) -> RobotDescription {
        RobotDescription(id: robot, embodiment: "test", skills: ["work"])
    }

    @discardableResult
    mutating func send(_ input: CoordinationInput) -> [CoordinationAction] {
        journal.append(JournalledInput(input, at: now))
        let actions = machine.handle(input, at: now)
        for case .archive(let view) in actions { archive[view.id] = view }
        return actions
    }

    /// A task that lives, or as it ended.
    func task(_ id: TaskID) -> TaskView? { machine.task(id) ?? archive[id] }

    mutating func advance(_ duration: Duration) { now = now + duration }

    /// Submits a task and answers its planning with `steps`.
    @discardableResult
    mutating func start(
        _ task: TaskID, priority: Int = 0, steps: [PlanStep], outcome: Formula = .always
    ) -> [CoordinationAction] {
        send(.taskSubmitted(task, TaskRequest(.words("do \(task)"), priority: priority)))
        return propose(task, revision: 1, steps: steps, outcome: outcome)
    }

    @discardableResult
    mutating func propose(
        _ task: TaskID, revision: UInt32, steps: [PlanStep], outcome: Formula = .always
    ) -> [CoordinationAction] {
        send(
            .planProposed(
                task, revision: revision, goal: Goal(outcome), plan: Plan(steps: steps, outcome: outcome)))
    }

    mutating func accept(_ order: Invocation) { send(.attemptAccepted(order.attempt, order.token)) }

    @discardableResult
    mutating func end(_ order: Invocation, _ outcome: AttemptOutcome = .succeeded) -> [CoordinationAction] {
        accept(order)
        return send(.attemptEnded(order.attempt, order.token, outcome))
    }

    func state(_ task: TaskID) -> TaskState? { self.task(task)?.state }
    func state(_ task: TaskID, _ step: StepID) -> StepState? {
        self.task(task)?.steps.first { $0.step.id == step }?.state
    }
}

func step(
    _ id: StepID, _ robot: RobotID, after: [StepID] = [], resources: [String] = [],
    retries: UInt32 = 2, onLinkLoss: OnLinkLoss = .stop, risk: Risk = .low,
    _ change: (inout PlanStep) -> Void = { _ in }
) -> PlanStep {
    var step = PlanStep(
        id: id, robot: robot, skill: "work", arguments: [:], after: after,
        terms: StepTerms(
            timeout: .seconds(10), retry: RetryPolicy(attempts: retries, backoffSeconds: 0.5),
            onLinkLoss: onLinkLoss, risk: risk, resources: resources,
            effects: [Effect(Literal("done", [.entity(EntityID(id.rawValue))]))],
            failureEffect: .uncertain))
    change(&step)
    return step
}

extension PersonOrder {
    static var anna: PersonOrder { PersonOrder(by: "anna", reason: "because") }
}

extension AttemptOutcome {
    static func failed(_ code: FailureCode) -> AttemptOutcome { .failed(Failure(code, "no")) }
}

extension CoordinationHarness {
    /// Submits a task that asks people, and answers its planning.
    @discardableResult
    mutating func startAsking(_ task: TaskID, steps: [PlanStep]) -> [CoordinationAction] {
        send(.taskSubmitted(task, TaskRequest(.words("do \(task)"), asksPeople: true)))
        return propose(task, revision: 1, steps: steps)
    }

    @discardableResult
    mutating func order(_ task: TaskID, _ verb: TaskVerb) -> [CoordinationAction] {
        send(.taskOrdered(task, verb, .anna))
    }

    @discardableResult
    mutating func administer(_ robot: RobotID, _ verb: RobotVerb) -> [CoordinationAction] {
        send(.robotAdministered(robot, verb, by: "anna"))
    }

    @discardableResult
    mutating func link(_ robot: RobotID, running: [AttemptID] = []) -> [CoordinationAction] {
        send(.robotLinked(description(robot), running: running))
    }

    @discardableResult
    mutating func cancel(_ task: TaskID) -> [CoordinationAction] {
        send(.cancelRequested(task, by: "anna", reason: "dinner"))
    }

    @discardableResult
    mutating func fire(_ timer: CoordinationTimer) -> [CoordinationAction] { send(.timerFired(timer)) }

    @discardableResult
    mutating func answer(_ task: TaskID, _ answer: String) -> [CoordinationAction] {
        let question = self.task(task)?.question?.id ?? "none"
        return send(.questionAnswered(task, question, answer: answer, .anna))
    }

    /// Ends whatever orders lead to, with success, until nothing is sent.
    mutating func finish(_ actions: [CoordinationAction]) {
        var open = actions
        while !open.isEmpty {
            var next: [CoordinationAction] = []
            for order in open.invocations { next += end(order) }
            for case .checkGoal(let id, let revision, _) in open {
                next += send(.goalChecked(id, revision: revision, unmet: nil))
            }
            open = next
        }
    }
}

extension [CoordinationAction] {
    var invocations: [Invocation] { compactMap { if case .invoke(let order) = $0 { order } else { nil } } }
    var planOrders: [PlanOrder] { compactMap { if case .plan(let order) = $0 { order } else { nil } } }
    var claims: [EffectClaim] { compactMap { if case .applyEffects(let claim) = $0 { claim } else { nil } } }
    var events: [TaskEvent] { compactMap { if case .publish(let event) = $0 { event } else { nil } } }
    func events(_ kind: TaskEventKind) -> [String] { events.filter { $0.kind == kind }.map(\.state) }
    func notes(_ kind: TaskEventKind) -> [String] { events.filter { $0.kind == kind }.map(\.note) }
    var refusals: [CoordinationRefusal.Code] {
        compactMap { if case .refuse(let refusal) = $0 { refusal.code } else { nil } }
    }
    var confirmed: [AttemptID] {
        compactMap { if case .confirmResult(let id, _, _) = $0 { id } else { nil } }
    }
    var archived: [TaskID] { compactMap { if case .archive(let view) = $0 { view.id } else { nil } } }
    func moment(of timer: CoordinationTimer) -> Instant? {
        for case .startTimer(timer, let moment) in self { return moment }
        return nil
    }
    var goalChecks: [TaskID] { compactMap { if case .checkGoal(let id, _, _) = $0 { id } else { nil } } }
    var cancels: [AttemptID] {
        compactMap { if case .cancelAttempt(let id, _, _, _) = $0 { id } else { nil } }
    }
}
