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

    @discardableResult
    mutating func end(_ order: Invocation, _ outcome: AttemptOutcome = .succeeded) -> [CoordinationAction] {
        send(.attemptAccepted(order.attempt, order.token))
        return send(.attemptEnded(order.attempt, order.token, outcome))
    }

    func state(_ task: TaskID) -> TaskState? { self.task(task)?.state }
    func state(_ task: TaskID, _ step: StepID) -> StepState? {
        self.task(task)?.steps.first { $0.step.id == step }?.state
    }
}

func step(
    _ id: StepID, _ robot: RobotID, after: [StepID] = [], resources: [String] = [],
    retries: UInt32 = 2, onLinkLoss: OnLinkLoss = .stop, risk: Risk = .low
) -> PlanStep {
    PlanStep(
        id: id, robot: robot, skill: "work", arguments: [:], after: after,
        terms: StepTerms(
            timeout: .seconds(10), retry: RetryPolicy(attempts: retries, backoffSeconds: 0.5),
            onLinkLoss: onLinkLoss, risk: risk, resources: resources,
            effects: [Effect(Literal("done", [.entity(EntityID(id.rawValue))]))],
            failureEffect: .uncertain))
}

extension [CoordinationAction] {
    var invocations: [Invocation] { compactMap { if case .invoke(let order) = $0 { order } else { nil } } }
    var planOrders: [PlanOrder] { compactMap { if case .plan(let order) = $0 { order } else { nil } } }
    var claims: [EffectClaim] { compactMap { if case .applyEffects(let claim) = $0 { claim } else { nil } } }
    var goalChecks: [TaskID] { compactMap { if case .checkGoal(let id, _, _) = $0 { id } else { nil } } }
    var cancels: [AttemptID] {
        compactMap { if case .cancelAttempt(let id, _, _, _) = $0 { id } else { nil } }
    }
}
