import Coordination
import RobotModel

/// The coordinator alone, on a stage: plans made up to get into one another's
/// way, robots that end what they are at in any order and any way, people who
/// order what comes to their mind. Where the whole site shows what happens in a
/// day's work, this shows what hardly ever does. Each step is held against the
/// same promises; in the end everybody is kind, and every task has to end.
struct Rehearsal {
    private static let inputs = 220
    /// Rounds of kindness after which nothing more is to be expected.
    private static let patience = 400

    private var random: SeededRandom
    private var machine = CoordinationMachine()
    private var cycles = LifeCycles()
    private var strays: Strays
    private var whatIf: WhatIf
    private var now = Site.start
    private var flaws: [String] = []
    private var tasks = 0
    private var keys = 0

    // What the machine has said, and is still to be answered.
    private var orders: [Invocation] = []
    private var told: Set<AttemptID> = []
    private var toStop: Set<AttemptID> = []
    private var plans: [PlanOrder] = []
    private var checks: [(TaskID, UInt32)] = []
    private var timers: [CoordinationTimer: Instant] = [:]
    private var lost: Set<RobotID> = []

    private let robots: [RobotID]
    private let script: Script

    init(seed: UInt64) {
        random = SeededRandom(seed: seed, stream: 0x900)
        strays = Strays(seed: seed ^ 0x5)
        whatIf = WhatIf(seed: seed ^ 0x5)
        let robots = (1...(2 + random.below(3))).map { RobotID("robot\($0)") }
        self.robots = robots
        script = Script(robots: robots)
    }

    /// - Returns: what isn't as it should be, in the order in which it came up.
    mutating func run() -> [String] {
        var settings = CoordinationSettings()
        settings.breakerFailures = 2 + random.below(2)
        settings.breakerPause = .seconds(5)
        settings.mostRevisions = UInt32(2 + random.below(6))
        settings.questions = QuestionPolicy(
            timeout: .seconds(12), defaultOption: random.pick(["fail", "replan", "skip", "retry"]),
            escalation: random.happens(oneIn: 2) ? "boss" : nil)
        take(.brainStarted(epoch: 1))
        take(.settingsChanged(settings))
        for robot in robots { take(.robotLinked(description(of: robot), running: [])) }
        for _ in 0..<Self.inputs where flaws.isEmpty { move() }
        if flaws.isEmpty { comeToRest() }
        return flaws
    }

    private func description(of robot: RobotID) -> RobotDescription {
        RobotDescription(id: robot, embodiment: "cart", skills: script.skills)
    }

    // MARK: One input

    private mutating func take(_ input: CoordinationInput) {
        guard flaws.isEmpty else { return }
        switch input {
        case .brainStarted:
            // Nobody answers what another brain asked.
            (plans, checks, timers) = ([], [], [:])
            lost = Set(robots)
        case .robotLost(let robot, _): lost.insert(robot)
        case .robotLinked(let description, _): lost.remove(description.id)
        default: break
        }
        let before = machine
        let actions = machine.handle(input, at: now)
        flaws += cycles.take(input, actions)
        flaws += machine.audit()
        flaws += whatIf.judge(input, before, machine, actions, at: now)
        for action in actions { note(action) }
        guard flaws.isEmpty else {
            flaws = flaws.map { "after \(input.digest): \($0)" }
            return
        }
        flaws += strays.judge(machine, after: input, isRefused: actions.isRefusal, at: now, cycles)
    }

    private mutating func note(_ action: CoordinationAction) {
        switch action {
        case .invoke(let order):
            orders.removeAll { $0.attempt == order.attempt }
            orders.append(order)
        case .cancelAttempt(let attempt, _, _, _): toStop.insert(attempt)
        case .plan(let order):
            plans.removeAll { $0.task == order.task }
            plans.append(order)
        case .checkGoal(let id, let revision, _): checks.append((id, revision))
        case .startTimer(let timer, let moment): timers[timer] = moment
        case .stopTimer(let timer): timers[timer] = nil
        case .confirmResult, .applyEffects, .tell, .publish, .archive, .refuse: break
        }
    }

    private mutating func move() {
        now = now + random.milliseconds(0...900)
        switch random.below(30) {
        case 0, 1, 2: submit()
        case 3, 4, 5, 6: answerPlan(isKind: false)
        case 7, 8, 9, 10, 11, 12, 13, 14, 15, 16: report(isKind: false)
        case 17, 18: check(isKind: false)
        case 19, 20: fireTimer()
        case 21: linkOrLose()
        case 22: tidyUp(isThorough: false)
        case 23 where random.happens(oneIn: 6): take(.brainStarted(epoch: machine.epoch + 1))
        default: meddle()
        }
    }

    /// Not so often that nothing would ever be done.
    private mutating func meddle() {
        guard let input = whatIf.order(machine, at: now, cycles.names) else { return }
        switch input {
        case .robotAdministered(let robot, .retire, _, _):
            guard robot == robots.last || random.happens(oneIn: 20) else { return }
        case .emergencyStopped, .cancelRequested, .brainStarted:
            guard random.happens(oneIn: 3) else { return }
        default: break
        }
        take(input)
    }

    private mutating func submit() {
        guard machine.taskViews.count < 6 else { return }
        tasks += 1
        var request = TaskRequest(.goal(Goal(.always)), priority: random.pick([0, 0, 0, 4, 15, -3]))
        request.asksPeople = random.happens(oneIn: 2)
        if random.happens(oneIn: 2) { request.idempotencyKey = "key\(tasks)" }
        if random.happens(oneIn: 5) { request.deadline = now + random.milliseconds(500...30_000) }
        take(.taskSubmitted(TaskID("t\(tasks)"), request))
    }

    private mutating func answerPlan(isKind: Bool) {
        guard !plans.isEmpty else { return }
        let order = plans.remove(at: random.below(plans.count))
        if !isKind, random.happens(oneIn: 10) {
            return take(
                .planRefused(order.task, revision: order.revision, Rejection(.outOfTime, "no way")))
        }
        if !isKind, random.happens(oneIn: 20) { return }
        let (goal, plan) = script.plan(order, in: machine.task(order.task), &random)
        take(.planProposed(order.task, revision: order.revision, goal: goal, plan: plan))
    }

    private mutating func report(isKind: Bool) {
        guard !orders.isEmpty else { return }
        let index = random.below(orders.count)
        let order = orders[index]
        guard !lost.contains(order.robot) else { return }
        if !told.contains(order.attempt), random.happens(oneIn: 2) {
            told.insert(order.attempt)
            return take(.attemptAccepted(order.attempt, order.token))
        }
        orders.remove(at: index)
        let outcome: AttemptOutcome
        if toStop.contains(order.attempt), order.cancel != .finish {
            outcome = .failed(Failure(.canceled, "stopped"))
        } else if isKind || random.below(3) > 0 {
            outcome = script.success(of: order, isKind: isKind, &random)
        } else {
            outcome = .failed(Failure(random.pick(FailureCode.allCases), "slipped"))
        }
        take(.attemptEnded(order.attempt, order.token, outcome))
    }

    private mutating func check(isKind: Bool) {
        guard !checks.isEmpty else { return }
        let (id, revision) = checks.remove(at: random.below(checks.count))
        let isMet = isKind || random.below(4) > 0
        take(.goalChecked(id, revision: revision, unmet: isMet ? nil : "the goal doesn’t hold"))
    }

    /// The one that is due first, if it is within reach.
    private mutating func fireTimer(within time: Duration = .seconds(20)) {
        guard let (timer, moment) = timers.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
            moment <= now + time
        else { return }
        now = max(now, moment)
        timers[timer] = nil
        take(.timerFired(timer))
    }

    private mutating func linkOrLose() {
        let robot = random.pick(robots)
        if lost.contains(robot) || random.happens(oneIn: 4) { return link(robot) }
        take(.robotLost(robot, reason: "out of sight"))
    }

    /// It is back with what it was at, or without where it never had it.
    private mutating func link(_ robot: RobotID) {
        let mine = orders.filter { $0.robot == robot }.map(\.attempt)
        let kept = mine.filter { told.contains($0) || random.happens(oneIn: 2) }
        let dropped = mine.filter { !kept.contains($0) }
        orders.removeAll { dropped.contains($0.attempt) }
        told.formUnion(kept)
        take(.robotLinked(description(of: robot), running: kept))
    }

    // MARK: The end

    /// Everything that is asked is answered, and well.
    private mutating func comeToRest() {
        for _ in 0..<Self.patience where flaws.isEmpty && !machine.hasNoWork {
            now = now + .milliseconds(100)
            tidyUp(isThorough: true)
            if plans.isEmpty, orders.isEmpty, checks.isEmpty { fireTimer(within: .seconds(600)) }
            answerPlan(isKind: true)
            report(isKind: true)
            check(isKind: true)
        }
        for task in machine.taskViews where flaws.isEmpty {
            flaws.append("\(task.id) never ends, though all goes well: \(task.state.rawValue) \(task.note)")
        }
    }

    /// Lets go on what waits for people.
    private mutating func tidyUp(isThorough: Bool) {
        if machine.emergency != nil { take(.emergencyReleased(by: "ben", reason: "all clear")) }
        for robot in robots where lost.contains(robot) { link(robot) }
        for robot in machine.robotViews {
            let verb: RobotVerb
            switch robot.state {
            case .draining, .maintenance: verb = .resume
            case .manual: verb = .giveBack
            default: continue
            }
            take(.robotAdministered(robot.description.id, verb, by: "ben"))
        }
        for task in machine.taskViews {
            if task.state == .awaitingApproval {
                take(.approvalAnswered(task.id, approved: true, by: "ben"))
            } else if task.isPaused {
                take(.taskOrdered(task.id, .resume, PersonOrder(by: "ben")))
            }
        }
        guard isThorough else { return }
        for schedule in machine.scheduleViews {
            take(.scheduleRemoved(schedule.schedule.id, PersonOrder(by: "ben")))
        }
    }
}
