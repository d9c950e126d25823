import RobotModel

@testable import Coordination

/// A world that sends a coordination machine inputs of every kind, sensible
/// and not, in any order; and then, when it has calmed down, does its part.
struct WildWorld {
    var harness = CoordinationHarness(robots: [])
    var random: SeededRandom
    /// Every order ever sent, and the newest plan, check and timers asked for.
    private(set) var orders: [Invocation] = []
    private(set) var plans: [PlanOrder] = []
    private(set) var checks: [(task: TaskID, revision: UInt32)] = []
    private(set) var timers: [CoordinationTimer: Instant] = [:]
    private(set) var flaws: [String] = []
    private var newest = FencingToken(epoch: 0, counter: 0)
    private var tokens: [AttemptID: FencingToken] = [:]
    private var count = 0
    let robots: [RobotID] = ["r0", "r1", "r2", "r3"]

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        for robot in robots { send(.robotLinked(harness.description(robot), running: [])) }
    }

    var machine: CoordinationMachine { harness.machine }

    @discardableResult
    mutating func send(_ input: CoordinationInput) -> [CoordinationAction] {
        let wasAlone = harness.machine.emergency == nil
        let actions = harness.send(input)
        for action in actions {
            switch action {
            case .invoke(let order): take(order, cause: input)
            case .plan(let order): plans.append(order)
            case .checkGoal(let task, let revision, _): checks.append((task, revision))
            case .startTimer(let timer, let moment): timers[timer] = moment
            case .stopTimer(let timer): timers[timer] = nil
            case .cancelAttempt, .confirmResult, .applyEffects, .tell, .publish, .archive, .refuse: break
            }
        }
        if case .emergencyStopped = input, wasAlone, machine.emergency == nil {
            flaws.append("the e-stop isn't latched")
        }
        flaws += machine.audit().map { "\($0), after \("\(input)".prefix(200))" }
        return actions
    }

    /// What must be true of every order.
    private mutating func take(_ order: Invocation, cause: CoordinationInput) {
        orders.append(order)
        if let known = tokens[order.attempt] {
            if known != order.token { flaws.append("\(order.attempt) was sent under two tokens") }
        } else {
            if order.token <= newest { flaws.append("\(order.token) isn't greater than \(newest)") }
            newest = max(newest, order.token)
            tokens[order.attempt] = order.token
            if machine.tasks[order.attempt.task]?.pause != nil {
                flaws.append("\(order.attempt) begins while its task is paused")
            }
        }
        let robot = machine.roster[order.robot]
        if machine.emergency != nil { flaws.append("\(order.attempt) is sent under the e-stop") }
        if robot?.isLinked != true || robot?.order == .retire || robot?.order == .takeOver {
            flaws.append(
                "\(order.attempt) is sent to \(order.robot), which is out, after \("\(cause)".prefix(200))")
        }
        if robot?.attempt != order.attempt { flaws.append("\(order.robot) isn't at \(order.attempt)") }
    }

    // MARK: Disorder

    mutating func upset() {
        count += 1
        harness.advance(.milliseconds(Int.random(in: 0...3_000, using: &random)))
        send(anyInput())
    }

    private mutating func anyInput() -> CoordinationInput {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<5: return submission()
        case 5..<25: return planning()
        case 25..<56: return report()
        case 56..<68: return timer()
        case 68..<76: return robot()
        case 76..<88: return order()
        case 88..<91: return check()
        case 91 where chance(3): return .brainStarted(epoch: UInt64(Int.random(in: 0...40, using: &random)))
        case 92 where chance(3): return .emergencyStopped(by: "anna", reason: "wild")
        case 93, 94, 95: return .emergencyReleased(by: "anna", reason: "calm")
        case 96: return schedule()
        case 97: return .scheduleRemoved(chance(2) ? "daily" : "nonsense", person())
        case 98: return .settingsChanged(settings())
        default: return .emergencyReleaseAsked(by: "anna", reason: "calm")
        }
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    private mutating func any<Element>(_ list: [Element]) -> Element? { list.randomElement(using: &random) }

    private mutating func person() -> PersonOrder {
        PersonOrder(
            by: "anna", reason: "", key: chance(3) ? "k\(Int.random(in: 0...9, using: &random))" : nil)
    }

    /// A task that lives, mostly.
    private mutating func task() -> TaskID {
        if chance(12) { return TaskID("t\(Int.random(in: 0...count, using: &random))") }
        return any(machine.tasks.keys) ?? "nonsense"
    }

    private mutating func step(of task: TaskID) -> StepID {
        if chance(12) { return "nonsense" }
        return any(machine.tasks[task]?.steps.keys ?? []) ?? "nonsense"
    }

    private mutating func submission() -> CoordinationInput {
        let id = chance(20) ? task() : TaskID("t\(count)")
        return .taskSubmitted(
            id,
            TaskRequest(
                .words("do it"), priority: Int.random(in: -12...12, using: &random),
                idempotencyKey: chance(6) ? "key\(Int.random(in: 0...5, using: &random))" : nil,
                deadline: chance(5) ? harness.now + .seconds(30) : nil, asksPeople: chance(3)))
    }

    private mutating func planning() -> CoordinationInput {
        if chance(15) {
            return .planProposed(
                task(), revision: UInt32(Int.random(in: 0...4, using: &random)), goal: Goal(.always),
                plan: Plan(steps: []))
        }
        guard let index = plans.indices.suffix(chance(4) ? 99 : 2).randomElement(using: &random) else {
            return submission()
        }
        let order = plans.remove(at: index)
        if chance(9) {
            return .planRefused(order.task, revision: order.revision, Rejection(.unreachableGoal, "no way"))
        }
        return .planProposed(order.task, revision: order.revision, goal: goal(), plan: plan(for: order))
    }

    private func goal() -> Goal {
        Goal(stages: (0..<3).map { _ in GoalStage(.achieve(.always)) })
    }

    /// A plan that a careful planner could make; rarely one that counts on
    /// robots that aren't there, or is nonsense.
    mutating func plan(for order: PlanOrder, isCalm: Bool = false) -> Plan {
        let usable = robots.filter {
            order.unavailable[$0] == nil && order.suspended[$0]?.contains("work") != true
        }
        var steps: [PlanStep] = []
        for number in 0..<Int.random(in: isCalm ? 0...2 : 1...4, using: &random) {
            let id = StepID("p\(order.revision)s\(number)")
            let isWild = !isCalm && chance(12)
            let near = steps.last.map(\.robot)
            guard
                let robot = isWild ? any(robots + ["nobody"]) : chance(2) ? near ?? any(usable) : any(usable)
            else { break }
            var step = PlanStep(id: id, robot: robot, skill: "work", arguments: ["n": .number(1)])
            step.stage = Int.random(in: 0...1, using: &random)
            if let before = any(steps.map(\.id) + order.running.map(\.id)), chance(2) {
                step.after = [before]
            }
            if !isCalm, chance(40) { step.after.append(any(["nonsense", id]) ?? id) }
            step.terms = terms(isCalm: isCalm)
            steps.append(step)
        }
        if !isCalm, chance(60), let twice = steps.first { steps.append(twice) }
        return Plan(steps: steps, makespanSeconds: 5)
    }

    private mutating func terms(isCalm: Bool) -> StepTerms {
        var terms = StepTerms(
            timeout: .seconds(5), retry: RetryPolicy(attempts: 2, backoffSeconds: 0.5),
            onLinkLoss: any([.stop, .finish, .continue]) ?? .stop,
            resources: ["door", "table", "charger"].filter { _ in chance(4) },
            effects: [Effect(Literal("done", [.entity("it")]))], failureEffect: .uncertain)
        terms.preemptible = chance(2)
        if chance(4) {
            terms.cancel = .compensate("undo")
            terms.compensation = Compensation(skill: "undo", resources: chance(2) ? ["table"] : [])
        }
        if chance(6) { terms.repeats = RepeatPolicy(until: "over", most: chance(3) ? 3 : nil) }
        if !isCalm, chance(10) { terms.risk = .high }
        return terms
    }

    private mutating func outcome() -> AttemptOutcome {
        let seen =
            chance(8)
            ? [Literal("done", [chance(2) ? .any : .entity("it")], isPositive: chance(2))] : []
        guard chance(3) else {
            return .succeeded(returns: ["over": .boolean(chance(2)), "n": .number(2)], observed: seen)
        }
        return .failed(Failure(any(FailureCode.allCases) ?? .timeout, "wild"), observed: seen)
    }

    private mutating func report() -> CoordinationInput {
        // What robots are at, mostly.
        let busy = machine.robotViews.compactMap(\.attempt)
        if !chance(4), let attempt = any(busy), let token = tokens[attempt] {
            return chance(4) ? .attemptAccepted(attempt, token) : .attemptEnded(attempt, token, outcome())
        }
        let current = orders.suffix(chance(4) ? 200 : 6)
        guard let order = any(Array(current)) else { return submission() }
        if chance(25) {
            return .attemptEnded(
                AttemptID(task: task(), step: "nonsense", number: 7), order.token, .succeeded)
        }
        if chance(3) { return .attemptAccepted(order.attempt, order.token) }
        return .attemptEnded(order.attempt, order.token, outcome())
    }

    private mutating func timer() -> CoordinationInput {
        if chance(15) { return .timerFired(.retryDue(task(), "nonsense")) }
        if chance(15) { return .timerFired(.questionOverdue(task(), "q1")) }
        if chance(15) { return .timerFired(.scheduleDue("daily")) }
        let next = timers.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(8)
        guard let (timer, moment) = any(Array(next)) else { return submission() }
        timers[timer] = nil
        harness.advance(max(.zero, moment - harness.now))
        return .timerFired(timer)
    }

    private mutating func robot() -> CoordinationInput {
        let robot = chance(15) ? "nobody" : any(robots) ?? "r0"
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .robotLost(robot, reason: "silent")
        case 1...6:
            let attempts = orders.suffix(8).filter { $0.robot == robot }.map(\.attempt)
            return .robotLinked(harness.description(robot), running: attempts.filter { _ in chance(2) })
        default:
            let verbs: [RobotVerb] = [.drain, .resume, .takeOver, .giveBack, .maintain, .resume, .giveBack]
            let verb =
                chance(150) ? .retire : chance(2) ? any(verbs) ?? .resume : chance(2) ? .resume : .giveBack
            return .robotAdministered(robot, verb, by: "anna")
        }
    }

    private mutating func check() -> CoordinationInput {
        guard let check = checks.popLast() else {
            return .goalChecked(task(), revision: 1, unmet: chance(2) ? "wild" : nil)
        }
        return .goalChecked(check.task, revision: check.revision, unmet: chance(3) ? "not so" : nil)
    }

    private mutating func order() -> CoordinationInput {
        let held = machine.tasks.values.filter { $0.pause != nil || $0.state == .awaitingApproval }
        if chance(2), let task = any(held) {
            return task.pause != nil
                ? .taskOrdered(task.id, .resume, person())
                : .approvalAnswered(task.id, approved: !chance(4), by: "anna")
        }
        let task = task()
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return .cancelRequested(task, by: "anna", reason: "wild")
        case 1, 2: return .approvalAnswered(task, approved: !chance(4), by: "anna")
        case 3 where chance(2): return .taskOrdered(task, .pause, person())
        case 4, 5, 6: return .taskOrdered(task, .resume, person())
        case 7: return .taskOrdered(task, .skip(step(of: task)), person())
        case 8: return .taskOrdered(task, .retry(step(of: task)), person())
        case 9: return .taskOrdered(task, .replan, person())
        case 10, 11, 12: return edit(of: task)
        default:
            let asking = machine.tasks.values.filter { $0.question != nil }
            guard let question = any(asking), let asked = question.question else {
                return .questionAnswered(task, "q1", answer: "fail", person())
            }
            let answer = chance(10) ? "nonsense" : any(asked.options) ?? "fail"
            return .questionAnswered(question.id, asked.id, answer: answer, person())
        }
    }

    private mutating func edit(of task: TaskID) -> CoordinationInput {
        let known = machine.tasks[task]
        let waiting = known?.steps.values.filter(\.isWaiting).map(\.step) ?? []
        var edit = PlanEdit(kind: .edit, revision: chance(10) ? 77 : known?.revision ?? 1)
        if chance(2), var changed = any(waiting), let robot = any(robots) {
            changed.robot = robot
            edit.steps = [changed]
        } else if chance(2), let gone = any(waiting) {
            edit.removed = [gone.id]
        } else if let robot = any(robots) {
            var new = PlanStep(id: StepID("e\(count)"), robot: robot, skill: "work", arguments: [:])
            new.terms = terms(isCalm: false)
            if let before = any(known?.steps.keys ?? []), chance(2) { new.after = [before] }
            edit.steps = [new]
        }
        return .planEdited(task, edit, person())
    }

    private mutating func schedule() -> CoordinationInput {
        let recurrence = any([
            Recurrence.once(harness.now + .seconds(5)), .every(seconds: 7, from: harness.now),
            .weekly(days: [1, 2, 3, 4, 5, 6, 7], secondsOfDay: 30), .weekly(days: [], secondsOfDay: .max),
        ])
        return .scheduleSet(
            Schedule(
                id: "daily", request: TaskRequest(.words("again")), recurrence: recurrence ?? .once(.zero)),
            person())
    }

    private mutating func settings() -> CoordinationSettings {
        var settings = CoordinationSettings()
        settings.breakerFailures = Int.random(in: 1...3, using: &random)
        settings.questions.defaultOption = any(["fail", "retry", "replan", "nonsense"]) ?? "fail"
        settings.questions.escalation = chance(2) ? "bosses" : nil
        settings.keyRetention = .seconds(20)
        return settings
    }

    // MARK: Calm

    /// Robots come back, people answer, timers run out.
    ///
    /// - Returns: whether every task has ended.
    mutating func calmDown(rounds: Int = 400) -> Bool {
        send(.emergencyReleased(by: "anna", reason: "calm"))
        for id in machine.schedules.keys { send(.scheduleRemoved(id, PersonOrder(by: "anna"))) }
        // A robot that has left for good is replaced.
        for robot in robots {
            send(.robotAdministered(robot, .giveBack, by: "anna"))
            send(.robotAdministered(robot, .resume, by: "anna"))
            send(.robotLinked(harness.description(robot), running: []))
        }
        for _ in 0..<rounds {
            if machine.tasks.isEmpty { return true }
            round()
        }
        return machine.tasks.isEmpty
    }

    private mutating func round() {
        harness.advance(.seconds(1))
        for view in machine.robotViews {
            guard let attempt = view.attempt, view.isLinked,
                let order = orders.last(where: { $0.attempt == attempt })
            else { continue }
            send(
                .attemptEnded(
                    attempt, order.token, .succeeded(returns: ["over": .boolean(true)], observed: [])))
        }
        let ordered = plans
        plans = []
        for order in ordered {
            let plan = plan(for: order, isCalm: true)
            send(.planProposed(order.task, revision: order.revision, goal: goal(), plan: plan))
        }
        let asked = checks
        checks = []
        for check in asked { send(.goalChecked(check.task, revision: check.revision, unmet: nil)) }
        for id in machine.tasks.keys {
            send(.taskOrdered(id, .resume, PersonOrder(by: "anna")))
            send(.approvalAnswered(id, approved: true, by: "anna"))
            if let question = machine.tasks[id]?.question {
                send(
                    .questionAnswered(
                        id, question.id, answer: any(question.options) ?? "fail", PersonOrder(by: "anna")))
            }
        }
        for (timer, moment) in timers.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) })
        where moment <= harness.now {
            timers[timer] = nil
            send(.timerFired(timer))
        }
    }
}
