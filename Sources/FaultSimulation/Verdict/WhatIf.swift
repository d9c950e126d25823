import Coordination
import RobotModel

/// What people could order just now, tried on a copy of the coordinator: which
/// orders make sense is worked out from what callers see, and so is what must
/// have come of those that do. One order is tried after the other, as far as
/// it goes.
struct WhatIf {
    private var random: SeededRandom
    private var orders = 0

    init(seed: UInt64) { random = SeededRandom(seed: seed, stream: 0x700) }

    /// - Returns: where what happens isn't what should.
    mutating func judge(
        _ machine: CoordinationMachine, at now: Instant, _ cycles: LifeCycles
    ) -> [String] {
        var (copy, cycles) = (machine, cycles)
        for _ in 0...random.below(4) {
            guard let input = order(copy, at: now, cycles.names) else { continue }
            let before = copy
            let actions = copy.handle(input, at: now, record: machine.lastRecord)
            let flaws =
                cycles.take(input, actions) + copy.audit() + judge(input, before, copy, actions, at: now)
            if !flaws.isEmpty { return flaws.map { "if \(input.digest) came now: \($0)" } }
        }
        return []
    }

    /// Holds an order against what callers could see before and after it.
    func judge(
        _ input: CoordinationInput, _ before: CoordinationMachine, _ after: CoordinationMachine,
        _ actions: [CoordinationAction], at now: Instant
    ) -> [String] {
        var flaws: [String] = []
        var refusal: CoordinationRefusal.Code?
        if case .refuse(let reason)? = actions.first { refusal = reason.code }
        if let expected = expectation(input, before, at: now), expected.refusal != refusal {
            flaws.append("it is answered with \(name(refusal)), not with \(name(expected.refusal))")
        }
        if refusal == nil {
            if let flaw = outcome(of: input, before, after, actions) { flaws.append(flaw) }
            flaws += Consequences(input: input, before: before, after: after, actions: actions).flaws
        } else if !after.isUnmoved(from: before, by: input) {
            flaws.append("it is refused, and changes something")
        }
        return flaws
    }

    private func name(_ code: CoordinationRefusal.Code?) -> String { code?.rawValue ?? "a yes" }

    // MARK: What could be ordered

    /// An order that may make sense, or not.
    mutating func order(
        _ machine: CoordinationMachine, at now: Instant, _ tasks: [TaskID]
    ) -> CoordinationInput? {
        let id = tasks.isEmpty || random.happens(oneIn: 12) ? TaskID("nobody") : random.pick(tasks)
        let task = machine.task(id)
        let step = step(of: task)
        let robot =
            machine.robotViews.isEmpty || random.happens(oneIn: 12)
            ? RobotID("nobody") : random.pick(machine.robotViews).description.id
        orders += 1
        let order = PersonOrder(
            by: "dora", reason: random.happens(oneIn: 2) ? "what if" : "",
            key: random.happens(oneIn: 2) ? "what\(orders)" : nil)
        switch random.below(22) {
        case 0: return .cancelRequested(id, by: "dora", reason: "what if")
        case 1, 2: return .taskOrdered(id, .pause, order)
        case 3, 4: return .taskOrdered(id, .resume, order)
        case 5: return .taskOrdered(id, .replan, order)
        case 6, 7: return .taskOrdered(id, .skip(step), order)
        case 8, 9: return .taskOrdered(id, .retry(step), order)
        case 10:
            return .approvalAnswered(id, approved: random.happens(oneIn: 2), by: "dora", reason: "what if")
        case 11, 12: return answer(id, task, order)
        case 13, 14, 15: return edit(id, task, machine, order)
        case 16, 17:
            return .robotAdministered(robot, random.pick(RobotVerb.allCases), by: "dora", reason: "what if")
        case 18:
            return machine.emergency == nil
                ? .emergencyStopped(by: "dora", reason: "what if")
                : .emergencyReleased(by: "dora", reason: "what if")
        case 19: return .robotLost(robot, reason: "what if")
        case 20:
            return random.happens(oneIn: 3)
                ? .brainStarted(epoch: machine.epoch + 1) : .timerFired(.linkOverdue(robot))
        default: return schedule(machine, at: now, order)
        }
    }

    private mutating func step(of task: TaskView?) -> StepID {
        guard let task, !task.steps.isEmpty, !random.happens(oneIn: 10) else { return "nowhere" }
        return random.pick(task.steps).step.id
    }

    private mutating func answer(_ id: TaskID, _ task: TaskView?, _ order: PersonOrder) -> CoordinationInput {
        guard let question = task?.question, !random.happens(oneIn: 6) else {
            return .questionAnswered(id, "q0", answer: "fail", order)
        }
        let answer = random.pick(question.options + ["skip", "dance"])
        return .questionAnswered(id, question.id, answer: answer, order)
    }

    private mutating func schedule(
        _ machine: CoordinationMachine, at now: Instant, _ order: PersonOrder
    ) -> CoordinationInput {
        if random.happens(oneIn: 2) {
            let known = machine.scheduleViews.first?.schedule.id ?? "never"
            return .scheduleRemoved(random.happens(oneIn: 2) ? known : "never", order)
        }
        let moment = random.happens(oneIn: 2) ? now + .seconds(5) : now + .seconds(-5)
        return .scheduleSet(
            Schedule(
                id: "maybe", request: TaskRequest(.goal(Goal(.always))), recurrence: .once(moment)), order)
    }

    /// An edit that is mostly sound, and otherwise wrong in one place.
    private mutating func edit(
        _ id: TaskID, _ task: TaskView?, _ machine: CoordinationMachine, _ order: PersonOrder
    ) -> CoordinationInput {
        guard let task, let any = task.steps.last else {
            return .planEdited(id, PlanEdit(kind: .remove, revision: 1, removed: ["s1"]), order)
        }
        let waiting = task.steps.filter { $0.state == .blocked || $0.state == .ready }
        let chosen =
            waiting.isEmpty || random.happens(oneIn: 6) ? random.pick(task.steps) : random.pick(waiting)
        var edit = PlanEdit(kind: .edit, revision: task.revision)
        switch random.below(3) {
        case 0: edit.removed = [chosen.step.id]
        case 1:
            edit.steps = [chosen.step]
            if random.happens(oneIn: 2), let other = machine.robotViews.randomElement(using: &random) {
                edit.kind = .reassign
                edit.steps[0].robot = other.description.id
            }
        default:
            edit.steps = [any.step]
            edit.steps[0].id = StepID("maybe\(orders)")
            edit.steps[0].after = [chosen.step.id]
        }
        switch random.below(10) {
        case 0: edit.revision += 1
        case 1: edit.removed.append("nowhere")
        case 2 where !edit.steps.isEmpty: edit.steps[0].robot = "nobody"
        case 3 where !edit.steps.isEmpty: edit.steps[0].after.append("nowhere")
        default: break
        }
        return .planEdited(id, edit, order)
    }

    // MARK: What should be said

    private struct Expectation { let refusal: CoordinationRefusal.Code? }

    /// Nil where callers can't see enough to tell.
    private func expectation(
        _ input: CoordinationInput, _ machine: CoordinationMachine, at now: Instant
    ) -> Expectation? {
        func answer(_ code: CoordinationRefusal.Code?) -> Expectation { Expectation(refusal: code) }
        switch input {
        case .taskOrdered(let id, let verb, _):
            guard let task = machine.task(id) else { return answer(.unknownTask) }
            return answer(refusal(of: verb, task, machine))
        case .planEdited(let id, let edit, _):
            guard let task = machine.task(id) else { return answer(.unknownTask) }
            return refusal(of: edit, task, machine)
        case .questionAnswered(let id, let question, let word, _):
            guard let task = machine.task(id) else { return answer(.unknownTask) }
            guard let asked = task.question, asked.id == question else { return answer(.unknownQuestion) }
            return answer(asked.options.contains(word) ? nil : .invalidAnswer)
        case .approvalAnswered(let id, _, _, _):
            guard let task = machine.task(id) else { return answer(.unknownTask) }
            if task.isBeingEnded { return answer(.taskEnded) }
            return answer(task.state == .awaitingApproval ? nil : .wrongState)
        case .cancelRequested(let id, _, _): return answer(machine.task(id) == nil ? .unknownTask : nil)
        case .robotAdministered(let robot, let verb, _, _):
            guard let state = machine.robot(robot)?.state else { return answer(.unknownRobot) }
            switch state {
            case .retired: return answer(verb == .retire ? nil : .wrongState)
            case .manual:
                let fits = verb == .giveBack || verb == .takeOver || verb == .retire
                return answer(fits ? nil : .wrongState)
            default: return answer(verb == .giveBack ? .wrongState : nil)
            }
        case .scheduleRemoved(let id, _):
            return answer(
                machine.scheduleViews.contains { $0.schedule.id == id } ? nil : .unknownSchedule)
        case .scheduleSet(let schedule, _):
            if machine.scheduleViews.contains(where: { $0.schedule == schedule }) { return answer(nil) }
            guard case .once(let moment) = schedule.recurrence else { return nil }
            return answer(moment > now ? nil : .invalidAnswer)
        default: return answer(nil)
        }
    }

    private func refusal(
        of verb: TaskVerb, _ task: TaskView, _ machine: CoordinationMachine
    ) -> CoordinationRefusal.Code? {
        if task.isBeingEnded { return .taskEnded }
        let runs = task.state == .running || task.state == .paused
        switch verb {
        case .pause: return nil
        case .resume:
            if machine.emergency != nil { return .emergency }
            return task.isPaused ? nil : .wrongState
        case .replan: return task.state == .running ? nil : .wrongState
        case .skip(let id), .retry(let id):
            guard let step = task.steps.first(where: { $0.step.id == id }) else { return .unknownStep }
            guard runs, !step.state.isFinal else { return .wrongState }
            guard case .retry = verb else { return nil }
            return step.isUnderWay || task.isHeldBack(step) ? nil : .wrongState
        }
    }

    private func refusal(of edit: PlanEdit, _ task: TaskView, _ machine: CoordinationMachine) -> Expectation?
    {
        let runs = task.state == .running || task.state == .paused
        guard runs, !task.isBeingEnded, task.question == nil else { return Expectation(refusal: .wrongState) }
        // Whether the rest is to be planned anew isn't to be seen.
        guard task.steps.contains(where: { $0.state == .blocked || $0.state == .ready }) else { return nil }
        guard edit.revision == task.revision else { return Expectation(refusal: .stalePlan) }
        for id in edit.removed + edit.steps.map(\.id) {
            guard let step = task.steps.first(where: { $0.step.id == id }) else {
                if edit.removed.contains(id) { return Expectation(refusal: .unknownStep) }
                continue
            }
            guard step.state == .blocked || step.state == .ready else {
                return Expectation(refusal: .wrongState)
            }
        }
        for step in edit.steps {
            if machine.robot(step.robot) == nil { return Expectation(refusal: .unknownRobot) }
            let before = step.after.filter { before in !edit.steps.contains { $0.id == before } }
            let known = before.compactMap { id in task.steps.first { $0.step.id == id }?.state }
            if known.count < before.count { return Expectation(refusal: .unknownStep) }
            if known.contains(.failed) { return Expectation(refusal: .wrongState) }
        }
        return Expectation(refusal: nil)
    }

    // MARK: What should come of it

    /// What is missing after an order that was carried out.
    private func outcome(
        of input: CoordinationInput, _ before: CoordinationMachine, _ after: CoordinationMachine,
        _ actions: [CoordinationAction]
    ) -> String? {
        func isStopped(_ attempt: AttemptID?) -> Bool {
            actions.contains { if case .cancelAttempt(attempt, _, _, _) = $0 { true } else { false } }
        }
        switch input {
        case .cancelRequested(let id, _, _), .approvalAnswered(let id, approved: false, _, _):
            guard let task = after.task(id) else { return nil }
            return task.isBeingEnded ? nil : "\(id) goes on"
        case .approvalAnswered(let id, _, _, _):
            return after.task(id)?.state == .awaitingApproval ? "\(id) still waits" : nil
        case .taskOrdered(let id, let verb, _):
            guard let task = after.task(id) else { return nil }
            switch verb {
            case .pause:
                if let was = before.task(id), was.isPaused, was.note != task.note {
                    return "\(id) is paused again"
                }
                return task.isPaused ? nil : "\(id) isn’t paused"
            case .resume: return task.isPaused ? "\(id) is paused" : nil
            case .replan: return task.state == .planning ? nil : "\(id) isn’t planned anew"
            case .skip(let id), .retry(let id):
                guard let was = before.task(task.id)?.steps.first(where: { $0.step.id == id }),
                    let step = task.steps.first(where: { $0.step.id == id })
                else { return "\(id) is gone" }
                if was.isUnderWay {
                    return isStopped(AttemptID(task: task.id, step: id, number: was.attempts))
                        ? nil : "\(id) isn’t stopped"
                }
                if case .skip = verb { return step.state == .skipped ? nil : "\(id) isn’t skipped" }
                return step.state == .blocked ? "\(id) is still held back" : nil
            }
        case .questionAnswered(let id, let question, _, _):
            return after.task(id)?.question?.id == question ? "\(question) is still asked" : nil
        case .planEdited(let id, let edit, _):
            for step in edit.removed
            where after.task(id)?.steps.first(where: { $0.step.id == step })?.state != .canceled {
                return "\(step) is still to be done"
            }
            return nil
        case .robotAdministered(let robot, let verb, _, _):
            let wanted: Set<RobotState> =
                switch verb {
                case .drain: [.draining, .lost]
                case .maintain: [.maintenance, .lost]
                case .takeOver: [.manual]
                case .retire: [.retired]
                case .resume, .giveBack: [.available, .busy, .lost]
                }
            guard let state = after.robot(robot)?.state, wanted.contains(state) else {
                return "\(robot) isn’t as it should be"
            }
            let attempt = before.robot(robot)?.attempt
            let isToStop = verb == .takeOver || verb == .retire
            return attempt != nil && isToStop && !isStopped(attempt) ? "\(robot) isn’t stopped" : nil
        case .emergencyStopped:
            for robot in before.robotViews {
                if let attempt = robot.attempt, !isStopped(attempt) { return "\(attempt) isn’t stopped" }
            }
            for task in before.taskViews where task.isPaused || task.isBeingEnded {
                if after.task(task.id)?.note ?? task.note != task.note { return "\(task.id) is held twice" }
            }
            let isHeld = after.taskViews.allSatisfy { $0.isPaused || $0.isBeingEnded }
            return isHeld ? nil : "a task goes on"
        default: return nil
        }
    }
}

extension StepView {
    /// Whether a robot may be acting on it.
    var isUnderWay: Bool { state == .assigned || state == .running || state == .lost }
}
