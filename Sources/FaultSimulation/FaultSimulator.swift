import Coordination
import Execution
import PlanRules
import RobotModel

/// Runs a brain, one edge and one skill host a robot, and the links between
/// them, in virtual time with seeded faults. The coordination core, the robots'
/// side, the planner and the journal's records are the shipping ones.
///
/// Links behave as TCP does: while one is cut, frames wait; when the cut lasts
/// longer than the lease, they are gone, and both sides begin a new session.
public struct FaultSimulator {
    static let lease = Duration.milliseconds(1800)
    /// By then everything has come to rest, or never will.
    static let horizon = Duration.seconds(1800)

    enum Event {
        case submit(TaskID, TaskRequest)
        case plan(PlanOrder, life: Int)
        case brain(CoordinationInput, life: Int)
        case brainTimer(CoordinationTimer, life: Int)
        case edge(RobotID, ExecutionInput, life: Int)
        case edgeTimer(RobotID, ExecutionTimer, life: Int)
        /// A motion's end: the world changes, if it may.
        case motionEnds(RobotID, Invocation, life: Int)
        case stop(RobotID, AttemptID, life: Int)
        case fault
        case brainBack
        case edgeBack(RobotID)
        case hostBack(RobotID)
        case linkBack(RobotID)
        case leaseEnds(RobotID, session: Int)
        case hostSilent(RobotID, life: Int)
    }

    struct Edge {
        var isUp = true
        var life = 0
        var machine = ExecutionMachine()
        var ledger = RobotLedger()
        var isCut = false
        /// Counts sessions with the brain; 0 is none.
        var session = 1
        var isLinked = false
        var held: [CoordinationInput] = []
        var heldDown: [ExecutionInput] = []
    }

    let scenario: FaultScenario
    var random: SeededRandom
    var agenda: Agenda<Event>
    var brain: SimulatedBrain
    var edges: [RobotID: Edge] = [:]
    var hosts: [RobotID: SimulatedHost] = [:]
    var truth: WorldState
    var report = FaultReport()
    let robots: [RobotID]
    let start: Instant

    public init(scenario: FaultScenario, seed: UInt64) {
        self.scenario = scenario
        random = SeededRandom(seed: seed)
        start = Instant(nanosecondsSinceEpoch: 1_800_000_000_000_000_000)
        agenda = Agenda(start: start)
        truth = WorldState(scene: scenario.scene)
        brain = SimulatedBrain(belief: truth)
        robots = scenario.team.robots.keys.sorted()
        for robot in robots {
            edges[robot] = Edge()
            hosts[robot] = SimulatedHost(robot: robot)
        }
    }

    /// Runs until all is at rest.
    ///
    /// - Throws: what the journal's codec throws, which is a violation in itself.
    public mutating func run() throws -> FaultReport {
        try tellBrain(.brainStarted(epoch: 1))
        for robot in robots {
            hostJoins(robot)
            try link(robot)
        }
        for (number, request) in scenario.tasks.enumerated() {
            agenda.add(.submit(TaskID("t\(number)"), request), after: random.duration(0...30_000))
        }
        agenda.add(.fault, after: nextFault())
        while let event = agenda.next(), agenda.now < start + Self.horizon {
            log(event)
            try happen(event)
        }
        try judge()
        return report
    }

    private mutating func happen(_ event: Event) throws {
        switch event {
        case .submit(let id, let request):
            // A caller whose brain is away tries again.
            if brain.isUp {
                try tellBrain(.taskSubmitted(id, request))
            } else {
                agenda.add(event, after: .seconds(1))
            }
        case .plan(let order, let life):
            guard brain.isUp, brain.life == life else { return }
            try tellBrain(brain.answer(order, team: scenario.team))
        case .brain(let input, let life): if brain.isUp, brain.life == life { try tellBrain(input) }
        case .brainTimer(let timer, let life):
            if brain.isUp, brain.life == life { try tellBrain(.timerFired(timer)) }
        case .edge(let robot, let input, let life): if edges[robot]?.life == life { tellEdge(robot, input) }
        case .edgeTimer(let robot, let timer, let life):
            if edges[robot]?.life == life { tellEdge(robot, .timerFired(timer)) }
        case .motionEnds(let robot, let order, let life): motionEnds(robot, order, life: life)
        case .stop(let robot, let attempt, let life): stop(robot, attempt, life: life)
        case .fault: beginFault()
        case .brainBack: try brainBack()
        case .edgeBack(let robot): try edgeBack(robot)
        case .hostBack(let robot):
            hosts[robot]?.isUp = true
            if edges[robot]?.isUp == true { hostJoins(robot) }
        case .linkBack(let robot): try linkBack(robot)
        case .leaseEnds(let robot, let session): try leaseEnds(robot, session: session)
        case .hostSilent(let robot, let life):
            guard let host = hosts[robot], !host.isUp, host.life == life else { return }
            tellEdge(robot, .hostLost("host", reason: "silent"))
        }
    }

    // MARK: The brain

    mutating func tellBrain(_ input: CoordinationInput) throws {
        let (actions, cause) = try brain.take(input, at: agenda.now)
        for action in actions { perform(action, cause: cause) }
    }

    private mutating func perform(_ action: CoordinationAction, cause: UInt64) {
        switch action {
        case .plan(let order): agenda.add(.plan(order, life: brain.life), after: random.duration(1...40))
        case .invoke(let order): sendDown(.invoked(order), to: order.robot)
        case .cancelAttempt(let attempt, let token, let robot, let reason):
            sendDown(.cancelRequested(attempt, token, robot, reason: reason), to: robot)
        case .confirmResult(let attempt, _, let robot): sendDown(.resultConfirmed(attempt, robot), to: robot)
        case .applyEffects(let claim): brain.apply(claim, cause: cause)
        case .tell: break
        case .checkGoal(let id, let revision, let formula):
            let holds = FactIndex(brain.belief, rules: scenario.team.rules).holds(formula, in: brain.belief)
            let answer = CoordinationInput.goalChecked(
                id, revision: revision, unmet: holds ? nil : "\(formula)")
            agenda.add(.brain(answer, life: brain.life), after: .milliseconds(1))
        case .startTimer(let timer, let moment): agenda.add(.brainTimer(timer, life: brain.life), at: moment)
        // A timer that fires late finds nothing to do.
        case .stopTimer, .archive, .refuse: break
        case .publish(let event):
            if event.kind == .step, event.state == StepState.assigned.rawValue { checkNotDone(event) }
        }
    }

    private mutating func checkNotDone(_ event: TaskEvent) {
        guard let task = event.task, let step = event.step,
            let view = brain.machine.task(task)?.steps.first(where: { $0.step.id == step })
        else { return }
        if view.state == .succeeded { report.violations.append("\(task)/\(step) is done and was sent again") }
    }

    // MARK: The robots' side

    mutating func tellEdge(_ robot: RobotID, _ input: ExecutionInput) {
        guard edges[robot]?.isUp == true else { return }
        for action in edges[robot]?.machine.handle(input, at: agenda.now) ?? [] { perform(action, robot) }
    }

    private mutating func perform(_ action: ExecutionAction, _ robot: RobotID) {
        guard let life = edges[robot]?.life else { return }
        switch action {
        case .store(_, let ledger): edges[robot]?.ledger = ledger
        // Always lost: the worst that a crash can do.
        case .storeLater: break
        case .invoke(_, let order): invokeHost(robot, order)
        case .cancel(_, let attempt, _, _):
            agenda.add(.stop(robot, attempt, life: hosts[robot]?.life ?? 0), after: random.duration(1...50))
        case .confirm(_, let attempt, _): hosts[robot]?.forget(attempt)
        case .reportAccepted(let attempt, let token): sendUp(.attemptAccepted(attempt, token), from: robot)
        case .reportProgress: break
        case .reportEnded(let attempt, let token, let outcome):
            sendUp(.attemptEnded(attempt, token, outcome), from: robot)
        case .rosterChanged: sendRoster(robot)
        case .startTimer(let timer, let moment): agenda.add(.edgeTimer(robot, timer, life: life), at: moment)
        case .stopTimer: break
        }
    }

    private mutating func invokeHost(_ robot: RobotID, _ order: Invocation) {
        guard hosts[robot]?.begin(order) == true, let life = hosts[robot]?.life else { return }
        tellEdge(robot, .accepted(order.attempt, robot))
        agenda.add(.motionEnds(robot, order, life: life), after: random.duration(300...3000))
    }

    private mutating func motionEnds(_ robot: RobotID, _ order: Invocation, life: Int) {
        guard let host = hosts[robot], host.life == life, host.running == order else { return }
        finish(robot, order, move(order))
    }

    /// The world changes once, at the motion's end, if its laws allow it.
    private mutating func move(_ order: Invocation) -> AttemptOutcome {
        let call = SkillCall(skill: order.skill, robot: order.robot, arguments: order.arguments)
        let chance = scenario.skillFailureOneIn
        if chance > 0, random.happens(oneIn: chance) {
            return .failed(Failure(.skillError, "slipped"), observed: sight)
        }
        do throws(PlanFlaw) {
            let skill = try BoundSkill(call, team: scenario.team, world: truth)
            if let unmet = skill.unmetCondition(in: FactIndex(truth, rules: scenario.team.rules)) {
                return .failed(Failure(.conditionUnmet, "\(unmet)"), observed: sight)
            }
            truth.apply(skill, rules: scenario.team.rules)
            report.effects[order.attempt, default: 0] += 1
            return .succeeded
        } catch {
            return .failed(Failure(.rejectedBySkill, "\(error)"), observed: sight)
        }
    }

    /// All that can be seen: what is, and by that what isn't.
    private var sight: [Literal] {
        let seen = ["on", "inside", "holding", "at", "in"].map {
            Literal($0, [.any, .any], isPositive: false)
        }
        let names = Set(seen.map(\.predicate))
        return seen + truth.facts.filter { names.contains($0.predicate) }.sorted().map { Literal($0) }
    }

    private mutating func stop(_ robot: RobotID, _ attempt: AttemptID, life: Int) {
        guard let host = hosts[robot], host.life == life, let order = host.running, order.attempt == attempt
        else { return }
        finish(robot, order, .failed(Failure(.canceled, "stopped"), observed: sight))
    }

    private mutating func finish(_ robot: RobotID, _ order: Invocation, _ outcome: AttemptOutcome) {
        hosts[robot]?.end(outcome)
        tellEdge(robot, .ended(order.attempt, robot, outcome))
    }

    mutating func hostJoins(_ robot: RobotID) {
        guard let host = hosts[robot], host.isUp, let description = scenario.team.robots[robot] else {
            return
        }
        tellEdge(robot, .hostJoined("host", [host.offer(description)]))
    }

    // MARK: Verdict

    private mutating func judge() throws {
        report.tasks = brain.machine.taskViews + brain.archive.values.sorted { $0.firstRecord > $1.firstRecord }
        report.journal = brain.journal
        if try brain.replayed() != brain.machine {
            report.violations.append("the journal replays to another state")
        }
        for (attempt, count) in report.effects.sorted(by: { $0.key < $1.key }) where count > 1 {
            report.violations.append("\(attempt) changed the world \(count) times")
        }
        if report.tasks.count != scenario.tasks.count { report.violations.append("a task was lost") }
        for task in report.tasks where !task.state.isFinal {
            report.violations.append("\(task.id) never ended: \(task.state.rawValue)")
        }
    }

    /// The event's name and when; what it says is in the journal.
    private mutating func log(_ event: Event) {
        let name = Mirror(reflecting: event).children.first?.label ?? "\(event)"
        report.log.append("\(agenda.now.nanosecondsSinceEpoch) \(name)")
    }
}
