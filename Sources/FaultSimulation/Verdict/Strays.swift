import Coordination
import RobotModel

/// Inputs that come late, twice, or from nowhere: old tokens, answers to
/// questions that are over, timers that were stopped. A sound coordinator takes
/// no notice of them. Each is tried on a copy, so that the run goes its way.
struct Strays {
    private var random: SeededRandom
    /// Orders under a key that were carried out: they may come again at any time.
    private var carriedOut: [CoordinationInput] = []

    init(seed: UInt64) { random = SeededRandom(seed: seed, stream: 0x600) }

    /// - Returns: what a stray input has moved.
    mutating func judge(
        _ machine: CoordinationMachine, after input: CoordinationInput, isRefused: Bool, at now: Instant,
        _ cycles: LifeCycles
    ) -> [String] {
        var flaws: [String] = []
        if !isRefused, input.isKeyed {
            carriedOut.append(input)
            if carriedOut.count > 12 { carriedOut.removeFirst() }
        }
        if !carriedOut.isEmpty, random.happens(oneIn: 3) {
            let again = random.pick(carriedOut)
            Self.mustNotMove(machine, again, at: now, "repeated", mayBeRefused: false, &flaws)
        }
        if isSameTwice(input) {
            Self.mustNotMove(
                machine, input, at: now, "told a second time", mayBeRefused: isRefused || !input.isHarmless,
                &flaws)
        }
        for _ in 0..<2 {
            if let stray = make(machine, at: now, cycles) {
                Self.mustNotMove(
                    machine, stray, at: now, "from nowhere", mayBeRefused: !stray.isHarmless, &flaws)
            }
        }
        return flaws
    }

    private static func mustNotMove(
        _ machine: CoordinationMachine, _ input: CoordinationInput, at now: Instant, _ why: String,
        mayBeRefused: Bool, _ flaws: inout [String]
    ) {
        var copy = machine
        let actions = copy.handle(input, at: now, record: machine.lastRecord)
        let isGone = input.task.map { machine.task($0) == nil } ?? false
        let isQuiet = actions.allSatisfy { action in
            switch action {
            case .refuse: mayBeRefused || isGone
            case .confirmResult(let attempt, let token, _):
                if case .attemptEnded(attempt, token, _) = input { true } else { false }
            default: false
            }
        }
        if !isQuiet { flaws.append("\(input.digest), \(why), leads to something: \(actions)") }
        if !copy.isUnmoved(from: machine, by: input) {
            flaws.append("\(input.digest), \(why), changes something")
        }
        // Or its robot would tell it for ever. The step may be another robot's by now.
        if case .attemptEnded(let attempt, let token, _) = input,
            machine.task(attempt.task)?.steps.contains(where: { $0.step.id == attempt.step }) == true,
            !actions.contains(where: {
                if case .confirmResult(attempt, token, _) = $0 { true } else { false }
            })
        {
            flaws.append("the result of \(attempt) isn’t confirmed")
        }
    }

    /// Whether it says nothing new when it is said again.
    private func isSameTwice(_ input: CoordinationInput) -> Bool {
        switch input {
        case .taskSubmitted, .planProposed, .planRefused, .attemptAccepted, .attemptEnded, .goalChecked,
            .cancelRequested, .approvalAnswered, .scheduleSet, .scheduleRemoved, .emergencyReleased:
            true
        case .taskOrdered, .planEdited, .questionAnswered: input.isKeyed
        case .timerFired(.questionOverdue), .timerFired(.deadlineDue): false
        case .timerFired: true
        case .brainStarted, .settingsChanged, .robotLinked, .robotLost, .robotAdministered,
            .emergencyStopped, .emergencyReleaseAsked:
            false
        }
    }

    // MARK: From nowhere

    private mutating func make(
        _ machine: CoordinationMachine, at now: Instant, _ cycles: LifeCycles
    ) -> CoordinationInput? {
        let tasks = cycles.names
        let id = tasks.isEmpty || random.happens(oneIn: 6) ? TaskID("nobody") : random.pick(tasks)
        let task = machine.task(id)
        let robots = machine.robotViews
        switch random.below(15) {
        case 0, 1: return report(of: id, task, cycles, isEnd: true)
        case 2: return report(of: id, task, cycles, isEnd: false)
        case 3:
            guard let (attempt, _) = attempt(of: id, task, cycles, mustBeOver: true) else { return nil }
            return .timerFired(.attemptOverdue(attempt))
        case 4: return retry(of: id, task)
        case 5, 6:
            let (revision, isAwaited) = revision(of: task)
            if isAwaited { return nil }
            return .planProposed(id, revision: revision, goal: Goal(.always), plan: Plan(steps: []))
        case 7:
            let (revision, isAwaited) = revision(of: task)
            return isAwaited
                ? nil : .planRefused(id, revision: revision, Rejection(.outOfTime, "from nowhere"))
        case 8:
            let (revision, isAwaited) = revision(of: task)
            return isAwaited ? nil : .timerFired(.planOverdue(id, revision: revision))
        case 9: return check(of: id, task)
        case 10:
            guard let asked = task?.question?.id else {
                return .timerFired(.questionOverdue(id, "q1"))
            }
            return .timerFired(.questionOverdue(id, QuestionID(asked.rawValue + "0")))
        case 11:
            let robot = robots.isEmpty ? nil : random.pick(robots)
            if let robot, random.happens(oneIn: 2) {
                let skill = random.pick(SmallWorld.skills).name
                guard !cycles.isSuspended(robot.description.id, skill) else { return nil }
                return .timerFired(.breakerDue(robot.description.id, skill))
            }
            if let robot, !cycles.isAwaited(robot.description.id) {
                return .timerFired(.linkOverdue(robot.description.id))
            }
            return random.happens(oneIn: 2)
                ? .timerFired(.linkOverdue("nobody")) : .robotLost("nobody", reason: "from nowhere")
        case 12:
            guard let schedule = machine.scheduleViews.first else {
                return .timerFired(.scheduleDue("never"))
            }
            if let next = schedule.nextAt, next <= now { return nil }
            return random.happens(oneIn: 2)
                ? .timerFired(.scheduleDue(schedule.schedule.id))
                : .scheduleSet(schedule.schedule, PersonOrder(by: "dora"))
        case 13:
            if let deadline = task?.request.deadline, deadline <= now { return nil }
            return .timerFired(.deadlineDue(id))
        default:
            guard let task else {
                return machine.emergency == nil ? .emergencyReleased(by: "dora", reason: "") : nil
            }
            if task.request.idempotencyKey != nil, random.happens(oneIn: 2) {
                return .taskSubmitted("another", task.request)
            }
            var request = task.request
            request.idempotencyKey = nil
            return .taskSubmitted(id, request)
        }
    }

    /// An attempt, and a token for it, of which at least one is wrong, or
    /// which is over.
    private mutating func attempt(
        of id: TaskID, _ task: TaskView?, _ cycles: LifeCycles, mustBeOver: Bool
    ) -> (AttemptID, FencingToken)? {
        guard let task, !task.steps.isEmpty else {
            return (AttemptID(task: id, step: "s1", number: 1), FencingToken(epoch: 1, counter: 1))
        }
        let step = random.pick(task.steps)
        var number = step.attempts
        let newest = AttemptID(task: id, step: step.step.id, number: number)
        var token = cycles.token(of: newest) ?? FencingToken(epoch: 1, counter: 1)
        let isUnderWay = [.assigned, .running, .lost].contains(step.state)
        switch random.below(mustBeOver ? 2 : 4) {
        case 0: number += 1
        case 1: number = number > 0 ? number - 1 : 7
        case 2: token = FencingToken(epoch: token.epoch, counter: token.counter + 1)
        default: token = FencingToken(epoch: token.epoch, counter: token.counter &- 1)
        }
        if !isUnderWay, random.happens(oneIn: 2) {
            return (newest, cycles.token(of: newest) ?? token)
        }
        return (AttemptID(task: id, step: step.step.id, number: number), token)
    }

    private mutating func report(
        of id: TaskID, _ task: TaskView?, _ cycles: LifeCycles, isEnd: Bool
    ) -> CoordinationInput? {
        guard let (attempt, token) = attempt(of: id, task, cycles, mustBeOver: false) else { return nil }
        guard isEnd else {
            if let step = task?.steps.first(where: { $0.state == .running }), random.happens(oneIn: 3) {
                let running = AttemptID(task: id, step: step.step.id, number: step.attempts)
                return cycles.token(of: running).map { .attemptAccepted(running, $0) }
            }
            return .attemptAccepted(attempt, token)
        }
        return .attemptEnded(
            attempt, token,
            random.happens(oneIn: 2) ? .succeeded : .failed(Failure(.skillError, "from nowhere")))
    }

    private mutating func retry(of id: TaskID, _ task: TaskView?) -> CoordinationInput? {
        guard let task, !task.steps.isEmpty else { return .timerFired(.retryDue(id, "s1")) }
        if let asked = task.question?.step { return .timerFired(.retryDue(id, asked)) }
        let step = random.pick(task.steps)
        guard step.state != .blocked || task.state == .planning || !task.isHeldBack(step) else { return nil }
        return .timerFired(.retryDue(id, step.step.id))
    }

    /// A plan's number, and whether planning's answer of that number is waited for.
    private mutating func revision(of task: TaskView?) -> (UInt32, Bool) {
        guard let task else { return (1, false) }
        let isPlanning = task.state == .planning && !task.isBeingEnded
        switch random.below(3) {
        case 0: return (task.revision, isPlanning)
        case 1: return (task.revision + 1, false)
        default: return (task.revision &- 1, false)
        }
    }

    private mutating func check(of id: TaskID, _ task: TaskView?) -> CoordinationInput? {
        guard let task else { return .goalChecked(id, revision: 1, unmet: nil) }
        let isDone = task.steps.allSatisfy(\.state.isFinal)
        let isHeld = task.state != .running && task.state != .paused
        let revision = random.happens(oneIn: 2) ? task.revision : task.revision &- 1
        guard revision != task.revision || !isDone || isHeld || task.question != nil || task.isBeingEnded
        else { return nil }
        return .goalChecked(id, revision: revision, unmet: random.happens(oneIn: 2) ? "nothing" : nil)
    }
}

extension CoordinationInput {
    /// Whether it is an order that does nothing more when it comes again.
    fileprivate var isKeyed: Bool {
        switch self {
        case .taskOrdered(_, _, let order), .planEdited(_, _, let order),
            .questionAnswered(_, _, _, let order):
            order.key != nil
        default: false
        }
    }

    /// Whether it must not be refused when it comes again.
    fileprivate var isHarmless: Bool { if case .scheduleSet = self { true } else { isKeyed } }
}

extension TaskView {
    /// Whether it only comes to its end any more.
    var isBeingEnded: Bool { note.hasPrefix("is being ended") }
    var isPaused: Bool { note.hasPrefix("paused by") }

    /// Whether a step waits for its back-off, or for a person's word.
    func isHeldBack(_ step: StepView) -> Bool {
        step.state == .blocked
            && step.step.after.allSatisfy { before in
                guard let state = steps.first(where: { $0.step.id == before })?.state else { return true }
                return [.succeeded, .skipped, .canceled].contains(state)
            }
    }
}
