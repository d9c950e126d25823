import OrderedCollections
public import RobotModel

/// Looks through the whole state for what contradicts itself, and for what
/// stands still although nothing keeps it. Simulations ask after each input;
/// it costs what exists, so nobody else does.
extension CoordinationMachine {
    /// What is wrong, for people; empty in a sound state.
    public func audit() -> [String] {
        var flaws: [String] = []
        for task in tasks.values { audit(task.value, &flaws) }
        for (robot, member) in roster.members.entries { audit(robot, member.value, &flaws) }
        auditClaims(&flaws)
        auditKeys(&flaws)
        for robot in settling where roster[robot]?.value.isLinked != false {
            flaws.append("\(robot) is waited for, and is here")
        }
        for attempt in departed.keys where attempt.number == 0 {
            flaws.append("a word on \(attempt) is waited for, which never was")
        }
        for id in deferredPlans where tasks[id] == nil || settling.isEmpty {
            flaws.append("the plan of \(id) is put off for nothing")
        }
        return flaws
    }

    /// Whether an input that was tried on a copy, under the newest record, has
    /// left it as it was: but for which records concern a task, and for results
    /// that may still be told and now were.
    public func isUnmoved(from before: CoordinationMachine, by input: CoordinationInput) -> Bool {
        var copy = self
        if let task = input.task, let record = before.tasks[task]?.value.lastRecord {
            copy.tasks[task]?.value.lastRecord = record
        }
        copy.departed = before.departed
        copy.lastRecord = before.lastRecord
        return copy == before
    }

    // MARK: Tasks

    private func audit(_ task: TaskStateMachine, _ flaws: inout [String]) {
        if task.state.isFinal { flaws.append("\(task.id) has ended and is kept") }
        var tally = StepTally()
        for run in task.steps.values { tally.moved(from: nil, to: run.place) }
        if tally.open != task.tally.open || tally.onRobot != task.tally.onRobot
            || tally.counts != task.tally.counts
        {
            flaws.append("\(task.id) has miscounted its steps")
        }
        for run in task.steps.values where !run.state.isFinal { audit(run.value, of: task, &flaws) }
        if let waiting = task.waiting {
            if !task.mayStartButForRobots { flaws.append("\(task.id) waits for robots and may not start") }
            for robot in waiting.robots
            where roster[robot]?.value.queue.places.contains(waiting.place) == false {
                flaws.append("\(task.id) waits for \(robot) and isn’t in its queue")
            }
        }
        let isStill = !task.isWorking && task.tally.open == 0
        if task.closing != nil, isStill { flaws.append("\(task.id) could be closed") }
        if task.question != nil, task.state != .running {
            flaws.append("\(task.id) asks while \(task.state)")
        }
        if task.repairAtResume != nil, task.pause == nil, task.mayStart {
            flaws.append("\(task.id) goes on without its repair")
        }
    }

    private func audit(_ run: StepRun, of task: TaskStateMachine, _ flaws: inout [String]) {
        let name = "\(task.id)/\(run.step.id)"
        let robot = run.step.robot
        if run.state.isOnRobot {
            let attempt = AttemptID(task: task.id, step: run.step.id, number: run.attempts)
            if roster[robot]?.value.attempt != attempt {
                flaws.append("\(robot) isn’t at \(attempt), which is \(run.state)")
            }
            if run.token == nil { flaws.append("\(name) is \(run.state) without a token") }
            for resource in run.step.terms.resources
            where claims[resource] != StepKey(task: task.id, step: run.step.id) {
                flaws.append("\(name) is \(run.state) without \(resource)")
            }
            return
        }
        if task.closing != nil, !run.isCompensation {
            flaws.append("\(name) waits in a task that is being ended")
        }
        if run.state == .ready, run.blockers != 0 { flaws.append("\(name) is ready and blocked") }
        if run.isHeldBack, run.failure == nil { flaws.append("\(name) is held back for nothing") }
        guard task.mayStart else { return }
        let open = run.step.after.count { id in
            guard let state = task.steps[id]?.value.state else { return false }
            return state != .succeeded && state != .skipped && state != .canceled
        }
        if run.state == .blocked, run.blockers != open {
            flaws.append("\(name) waits for \(run.blockers) steps, and \(open) are open")
        }
        if run.state == .ready,
            roster[robot]?.value.ready.contains(StepKey(task: task.id, step: run.step.id)) != true
        {
            flaws.append("\(name) is ready and forgotten by \(robot)")
        }
    }

    // MARK: Robots

    private func audit(_ robot: RobotID, _ member: RobotRoster.Member, _ flaws: inout [String]) {
        if let holder = member.holder, tasks[holder]?.value.tally.everUsed.contains(robot) != true {
            flaws.append("\(robot) is held by \(holder), which is over or never wanted it")
        }
        if let attempt = member.attempt {
            let run = tasks[attempt.task]?.value.steps[attempt.step]?.value
            if run?.state.isOnRobot != true || run?.attempts != attempt.number || run?.step.robot != robot {
                flaws.append("\(robot) is at \(attempt), which isn’t under way")
            }
            if member.holder != attempt.task {
                flaws.append("\(robot) is at \(attempt) and isn’t held by its task")
            }
        }
        let queue = member.queue.places
        for (before, after) in zip(queue, queue.dropFirst()) where after.rank < before.rank {
            flaws.append("\(robot)’s queue is out of order")
        }
        for place in queue where tasks[place.task]?.value.waiting?.place != place {
            flaws.append("\(place.task) is in the queue of \(robot) and doesn’t wait")
        }
        guard emergency == nil else { return }
        auditIdleness(robot, member, &flaws)
    }

    private func auditIdleness(_ robot: RobotID, _ member: RobotRoster.Member, _ flaws: inout [String]) {
        if settling.isEmpty, member.holder == nil, let first = member.queue.first,
            let waiting = tasks[first.task]?.value.waiting
        {
            let isFree = waiting.robots.allSatisfy { other in
                guard let member = roster[other]?.value, member.hindrance == nil else { return false }
                return (member.holder == first.task && !mustYield(other, first.task))
                    || (member.holder == nil && member.queue.first == first)
            }
            if isFree { flaws.append("\(first.task) could have its robots and waits") }
        }
        guard member.isLinked, member.attempt == nil, member.order != .retire, member.order != .takeOver
        else { return }
        for key in member.ready.elements {
            guard let task = tasks[key.task]?.value, let run = task.steps[key.step]?.value,
                run.state == .ready,
                task.mayStart || run.isCompensation, member.holder == nil || member.holder == key.task,
                member.breakers[run.step.skill]?.isOpen != true || run.isCompensation,
                run.step.terms.resources.allSatisfy({
                    claims[$0] == nil && (resourceQueues[$0]?.first ?? key) == key
                })
            else { continue }
            flaws.append("\(key.task)/\(key.step) could start on \(robot) and stands still")
        }
    }

    // MARK: Resources and keys

    private func auditClaims(_ flaws: inout [String]) {
        for (resource, key) in claims.entries {
            let run = tasks[key.task]?.value.steps[key.step]?.value
            if run?.state.isOnRobot != true || run?.step.terms.resources.contains(resource) != true {
                flaws.append("\(resource) is held by \(key.task)/\(key.step), which isn’t under way")
            }
        }
        for (resource, queue) in resourceQueues.entries {
            if queue.isEmpty { flaws.append("\(resource) has an empty queue") }
            for key in queue.elements {
                let run = tasks[key.task]?.value.steps[key.step]?.value
                if run?.state != .ready || run?.step.terms.resources.contains(resource) != true {
                    flaws.append(
                        "\(key.task)/\(key.step) is in the queue for \(resource) and doesn’t want it")
                }
            }
        }
    }

    private func auditKeys(_ flaws: inout [String]) {
        for (key, id) in keys.entries where tasks[id] == nil && endedKeys[key] == nil {
            flaws.append("the key of \(id) is kept for ever")
        }
        for key in endedKeys.keys where keys[key] == nil { flaws.append("an old key is kept for nothing") }
    }
}

extension TaskStateMachine {
    fileprivate var mayStartButForRobots: Bool {
        state == .running && pause == nil && question == nil && closing == nil
    }
}
