import Coordination
import RobotModel

/// A small model of who is at what, kept from what the coordinator takes and
/// says alone: it knows nothing of how the coordinator comes to it. Each thing
/// said is held against it.
struct LifeCycles {
    private struct Step {
        var state: StepState?
        var attempt: UInt32 = 0
        var token: FencingToken?
        var arguments: Set<String>?
    }

    private struct Trust {
        /// Failures since it last did well, at most: some don't count.
        var failures = 0
        var isOnTrial = false
    }

    private var steps: [TaskID: [StepID: Step]] = [:]
    private var tasks: [TaskID: TaskState] = [:]
    private var ended: Set<TaskID> = []
    /// Tasks that orders may be about, in the order they came: those that are
    /// alive, and the one that ended last.
    private(set) var names: [TaskID] = []
    private var lastEnded: TaskID?
    private var plans: [TaskID: UInt32] = [:]
    /// The attempt that a robot is at.
    private var at: [RobotID: AttemptID] = [:]
    private var linked: Set<RobotID> = []
    private var team: [RobotID: RobotVerb?] = [:]
    /// Robots from before a brain's start that aren't back yet.
    private var awaited: Set<RobotID> = []
    private var lastToken = FencingToken(epoch: 0, counter: 0)
    private var entered: Set<AttemptID> = []
    private var isStopped = false
    /// Skills that aren't tried on a robot for now, and those before a brain's start.
    private var suspended: Set<CoordinationTimer> = []
    private var wereSuspended: Set<CoordinationTimer> = []
    private var trust: [RobotID: [SkillName: Trust]] = [:]
    private var breakerFailures = CoordinationSettings().breakerFailures
    /// What attempts that are under way are for.
    private var skills: [AttemptID: SkillName] = [:]

    func token(of attempt: AttemptID) -> FencingToken? {
        let step = steps[attempt.task]?[attempt.step]
        return step?.attempt == attempt.number ? step?.token : nil
    }

    func isSuspended(_ robot: RobotID, _ skill: SkillName) -> Bool {
        suspended.contains(.breakerDue(robot, skill))
    }

    func isAwaited(_ robot: RobotID) -> Bool { awaited.contains(robot) }

    /// - Returns: what can't be right about it.
    mutating func take(_ input: CoordinationInput, _ actions: [CoordinationAction]) -> [String] {
        var flaws: [String] = []
        let isCurrent = note(input, actions)
        if Set(actions.filter(\.isQuestion)).count < actions.count(where: \.isQuestion) {
            flaws.append("the same is asked twice")
        }
        for action in actions {
            switch action {
            case .publish(let event): take(event, input, isCurrent, &flaws)
            case .invoke(let order): take(order, input, &flaws)
            case .applyEffects(let claim): take(claim, input, isCurrent, &flaws)
            case .confirmResult(let attempt, let token, _):
                if case .attemptEnded(attempt, token, _) = input { continue }
                flaws.append("the result of \(attempt) under \(token) is confirmed, and wasn’t told")
            case .plan(let order): take(order, &flaws)
            case .checkGoal(let id, _, _):
                if tasks[id] != .running, tasks[id] != .paused {
                    flaws.append("the goal of \(id) is checked, which doesn’t run")
                }
            case .archive(let view): archive(view, &flaws)
            case .startTimer(let timer, _): if case .breakerDue = timer { suspend(timer, input, &flaws) }
            case .refuse:
                if actions.count != 1 { flaws.append("something is refused, and done all the same") }
            case .cancelAttempt, .tell, .stopTimer: break
            }
        }
        // Some were found in a dictionary's order.
        return flaws.sorted()
    }

    // MARK: What comes in

    /// - Returns: whether it is a result that is waited for.
    private mutating func note(_ input: CoordinationInput, _ actions: [CoordinationAction]) -> Bool {
        if case .refuse? = actions.first { return false }
        switch input {
        case .brainStarted:
            linked = []
            awaited = Set(team.filter { $0.value != .retire }.keys)
            (wereSuspended, suspended) = (suspended, [])
        case .settingsChanged(let settings): breakerFailures = settings.breakerFailures
        case .robotLinked(let description, _):
            let robot = description.id
            if team[robot] == nil { team[robot] = .some(nil) }
            linked.insert(robot)
            awaited.remove(robot)
        case .robotLost(let robot, _):
            linked.remove(robot)
            awaited.remove(robot)
        case .timerFired(.linkOverdue(let robot)): awaited.remove(robot)
        case .timerFired(.breakerDue(let robot, let skill)):
            if suspended.remove(.breakerDue(robot, skill)) != nil {
                trust[robot, default: [:]][skill] = Trust(isOnTrial: true)
            }
        case .robotAdministered(let robot, let verb, _, _):
            team[robot] = verb == .resume || verb == .giveBack ? .some(nil) : verb
        case .emergencyStopped: isStopped = true
        case .emergencyReleased: isStopped = false
        case .attemptEnded(let attempt, let token, let outcome):
            guard self.token(of: attempt) == token,
                let robot = at.first(where: { $0.value == attempt })?.key
            else { return false }
            at[robot] = nil
            count(outcome, of: attempt, robot)
            return true
        case .timerFired(.attemptOverdue(let attempt)):
            // It may have run out of time.
            if let robot = at.first(where: { $0.value == attempt })?.key {
                count(.failed(Failure(.timeout, "")), of: attempt, robot)
            }
        default: break
        }
        return false
    }

    private mutating func count(_ outcome: AttemptOutcome, of attempt: AttemptID, _ robot: RobotID) {
        guard let skill = skills.removeValue(forKey: attempt) else { return }
        switch outcome {
        case .succeeded(_, let observed) where observed.isEmpty: trust[robot, default: [:]][skill] = Trust()
        case .succeeded: trust[robot, default: [:]][skill, default: Trust()].failures += 1
        case .failed(let failure, _):
            let counts = [.skillError, .timeout, .effectUnverified, .rejectedBySkill].contains(failure.code)
            guard counts, !isStopped else { return }
            trust[robot, default: [:]][skill, default: Trust()].failures += 1
        }
    }

    private mutating func suspend(
        _ timer: CoordinationTimer, _ input: CoordinationInput, _ flaws: inout [String]
    ) {
        guard case .breakerDue(let robot, let skill) = timer else { return }
        if case .brainStarted = input {
            if !wereSuspended.contains(timer) { flaws.append("\(skill) is suspended on \(robot) by a start") }
        } else {
            let trust = trust[robot]?[skill] ?? Trust()
            if suspended.contains(timer) { flaws.append("\(skill) is suspended twice on \(robot)") }
            if trust.failures < (trust.isOnTrial ? 1 : breakerFailures) {
                flaws.append("\(skill) is suspended on \(robot) after \(trust.failures) failures")
            }
        }
        suspended.insert(timer)
    }

    // MARK: What is said

    private mutating func take(
        _ event: TaskEvent, _ input: CoordinationInput, _ isCurrent: Bool, _ flaws: inout [String]
    ) {
        guard let id = event.task else { return }
        switch event.kind {
        case .task:
            guard let state = TaskState(rawValue: event.state) else {
                return flaws.append("\(id) is “\(event.state)”, which is no state")
            }
            changed(id, to: state, input, &flaws)
        case .step:
            guard let step = event.step, let state = StepState(rawValue: event.state) else {
                return flaws.append("a step of \(id) is “\(event.state)”, which is no state")
            }
            changed(step, of: id, to: state, input, isCurrent, &flaws)
        case .repair:
            if ended.contains(id) { flaws.append("\(id) has ended, and is repaired") }
            if event.state == "retry", let step = event.step { free(step, of: id) }
            repaired(id, event, input, &flaws)
        case .question, .order:
            if ended.contains(id) { flaws.append("\(id) has ended, and a person meddles with it") }
        case .reconnection:
            if event.state == "abort", event.note == "it was given up", let step = event.step,
                let robot = event.robot, at[robot]?.step == step, at[robot]?.task == id,
                case .robotLinked(_, let running) = input, at[robot].map(running.contains) == true,
                running.count == 1
            {
                flaws.append("\(id)/\(step) is given up by \(robot), which is at it")
            }
        case .robot, .emergency, .schedule: break
        }
    }

    /// A reason for a repair must be one.
    private func repaired(
        _ id: TaskID, _ event: TaskEvent, _ input: CoordinationInput, _ flaws: inout [String]
    ) {
        if event.state == "compensate", let robot = event.robot {
            let isAway = !linked.contains(robot) || team[robot] == .takeOver || team[robot] == .retire
            if isAway { flaws.append("\(robot) is to put \(id) right, and is away") }
        }
        guard event.state == "replan" else { return }
        if case .robotAdministered(_, let verb, _, _) = input, verb == .resume || verb == .giveBack,
            event.note.contains("taken out of service")
        {
            flaws.append("\(id) is planned anew because a robot is back")
        }
        switch input {
        case .taskOrdered, .questionAnswered, .planEdited, .timerFired(.questionOverdue):
            // A reason from before the task was held.
            return
        default: break
        }
        let words = event.note.split(separator: " ")
        guard words.count == 3, words[1] == "is" else { return }
        let robot = RobotID(String(words[0]))
        if awaited.contains(robot) { flaws.append("\(id) is planned anew without waiting for \(robot)") }
        if words[2] == "busy" || words[2] == "available" {
            flaws.append("\(id) is planned anew because \(event.note)")
        }
        guard let step = event.step else { return }
        if event.robot != robot {
            flaws.append("\(id) is planned anew for \(robot), which \(step) isn’t for")
        }
        if steps[id]?[step]?.state?.isFinal == true {
            flaws.append("\(id) is planned anew for \(step), which is over")
        }
    }

    private mutating func changed(
        _ id: TaskID, to state: TaskState, _ input: CoordinationInput, _ flaws: inout [String]
    ) {
        let before = tasks[id]
        if ended.contains(id) || before?.isFinal == true || !Self.mayFollow(before, state) {
            flaws.append("\(id) was \(before?.rawValue ?? "nothing"), and is \(state)")
        }
        tasks[id] = state
        if before == nil { names.append(id) }
        switch (state, input) {
        case (.succeeded, .goalChecked(id, _, nil)): break
        case (.succeeded, _): flaws.append("\(id) succeeded, and nobody saw that its goal holds")
        case (.rejected, _):
            if plans[id] ?? 1 > 1 { flaws.append("\(id) is rejected after its first plan") }
        default: break
        }
    }

    private static func mayFollow(_ before: TaskState?, _ state: TaskState) -> Bool {
        switch before {
        case nil: state == .received
        case .received: state == .planning
        case .planning: state != .received && state != .succeeded
        case .awaitingApproval: ![.received, .succeeded, .rejected].contains(state)
        case .running, .paused: ![.received, .awaitingApproval, .rejected].contains(state)
        case .succeeded, .failed, .canceled, .rejected: false
        }
    }

    private mutating func changed(
        _ name: StepID, of id: TaskID, to state: StepState, _ input: CoordinationInput, _ isCurrent: Bool,
        _ flaws: inout [String]
    ) {
        if ended.contains(id) { flaws.append("\(id) has ended, and its step \(name) is \(state)") }
        let before = steps[id]?[name]?.state
        let isLegal =
            switch (before, state) {
            case (.succeeded, _), (.failed, _), (.canceled, _), (.skipped, _): false
            case (.assigned, .running), (.lost, .running), (.lost, .assigned): true
            case (.assigned, .lost), (.running, .lost): true
            case (_, .running), (_, .lost), (_, .ready), (_, .paused): false
            default: true
            }
        if !isLegal {
            flaws.append("\(id)/\(name) was \(before?.rawValue ?? "new"), and is \(state)")
        }
        if state == .succeeded, !isCurrent {
            flaws.append("\(id)/\(name) succeeded, and nobody told of it")
        }
        steps[id, default: [:]][name, default: Step()].state = state
        if state.isFinal || state == .blocked { free(name, of: id) }
    }

    private mutating func free(_ step: StepID, of id: TaskID) {
        for (robot, attempt) in at where attempt.task == id && attempt.step == step { at[robot] = nil }
    }

    private mutating func take(_ order: Invocation, _ input: CoordinationInput, _ flaws: inout [String]) {
        let (attempt, robot) = (order.attempt, order.robot)
        let step = steps[attempt.task]?[attempt.step] ?? Step()
        if isStopped { flaws.append("\(attempt) is sent during an e-stop") }
        if !linked.contains(robot) { flaws.append("\(attempt) is sent to \(robot), which is away") }
        if let verb = team[robot], verb == .takeOver || verb == .retire {
            flaws.append("\(attempt) is sent to \(robot), which is under \(verb?.rawValue ?? "")")
        }
        if let other = at[robot], other != attempt {
            flaws.append("\(attempt) is sent to \(robot), which is at \(other)")
        }
        if step.state != .assigned { flaws.append("\(attempt) is sent, and isn’t assigned") }
        if attempt.number == step.attempt {
            if order.token != step.token { flaws.append("\(attempt) is sent again under another token") }
            if case .robotLinked = input {} else { flaws.append("\(attempt) is sent twice") }
        } else {
            if attempt.number != step.attempt + 1 { flaws.append("\(attempt) follows \(step.attempt)") }
            if order.token <= lastToken { flaws.append("\(attempt) is sent under an old token") }
            lastToken = max(lastToken, order.token)
        }
        let arguments = Set(order.arguments.keys)
        if let before = step.arguments, before != arguments {
            flaws.append("\(attempt) has other arguments than the try before it")
        }
        steps[attempt.task, default: [:]][attempt.step] = Step(
            state: .assigned, attempt: attempt.number, token: order.token, arguments: arguments)
        skills[attempt] = order.skill
        at[robot] = attempt
    }

    private mutating func take(
        _ claim: EffectClaim, _ input: CoordinationInput, _ isCurrent: Bool, _ flaws: inout [String]
    ) {
        if !entered.insert(claim.attempt).inserted {
            flaws.append("what \(claim.attempt) did is entered twice")
        }
        if claim.observed.isEmpty, claim.effects.isEmpty || claim.standing == .unchanged {
            flaws.append("\(claim.attempt) is entered for nothing")
        }
        switch input {
        case .attemptEnded(claim.attempt, _, let outcome) where isCurrent:
            if claim.observed != outcome.sight {
                flaws.append("\(claim.attempt) is said to have seen something else")
            }
            if claim.standing == .success, outcome.failure != nil {
                flaws.append("\(claim.attempt) failed, and its effects are entered")
            }
        case .attemptEnded: flaws.append("\(claim.attempt) is entered, and nobody waited for it")
        default:
            if claim.standing == .success || !claim.observed.isEmpty {
                flaws.append("\(claim.attempt) is entered, and nobody told of it")
            }
        }
    }

    private mutating func take(_ order: PlanOrder, _ flaws: inout [String]) {
        if tasks[order.task] != .planning { flaws.append("\(order.task) is planned, and doesn’t ask for it") }
        if !awaited.isEmpty { flaws.append("\(order.task) is planned before the robots are back") }
        if order.goal?.stages.isEmpty == true { flaws.append("\(order.task) is planned for nothing") }
        if order.revision < plans[order.task] ?? 1 { flaws.append("\(order.task) is planned backwards") }
        plans[order.task] = order.revision
        for (robot, verb) in team where (verb != nil || !linked.contains(robot)) {
            if order.unavailable[robot] == nil {
                flaws.append("\(order.task) is planned with \(robot), which isn’t to be had")
            }
        }
        for step in order.running where at[step.robot]?.step != step.id {
            flaws.append("\(order.task) is planned as if \(step.robot) were at \(step.id)")
        }
    }

    private mutating func archive(_ view: TaskView, _ flaws: inout [String]) {
        if !view.state.isFinal || tasks[view.id] != view.state {
            flaws.append("\(view.id) is archived as \(view.state)")
        }
        if !ended.insert(view.id).inserted { flaws.append("\(view.id) is archived twice") }
        for (robot, attempt) in at where attempt.task == view.id {
            flaws.append("\(view.id) is archived while \(robot) is at \(attempt)")
        }
        for step in view.steps where !step.state.isFinal {
            flaws.append("\(view.id) is archived with \(step.step.id) \(step.state)")
        }
        names.removeAll { $0 == lastEnded }
        lastEnded = view.id
        steps[view.id] = nil
        plans[view.id] = nil
        tasks[view.id] = nil
    }
}

extension CoordinationAction {
    /// Whether it wants an answer that is the same however often it is asked.
    fileprivate var isQuestion: Bool {
        switch self {
        case .plan, .checkGoal: true
        default: false
        }
    }
}

extension AttemptOutcome {
    fileprivate var sight: [Literal] {
        switch self {
        case .succeeded(_, let observed), .failed(_, let observed): observed
        }
    }
}
