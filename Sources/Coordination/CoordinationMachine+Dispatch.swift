import OrderedCollections
import RobotModel

/// Which step starts, on a robot that its task holds.
///
/// A step takes all its resources at once, and holds none while it waits for
/// another; who waits for a resource is served first come, first served, and
/// nobody overtakes: no circle of waiting, and no one left out.
extension CoordinationMachine {
    mutating func makeReady(_ steps: [StepID], of task: TaskID, outbox: inout Outbox) {
        for step in steps {
            guard let robot = tasks[task]?.value.steps[step]?.value.robot else { continue }
            roster[robot]?.value.ready.append(StepKey(task: task, step: step))
            outbox.touch(robot)
        }
    }

    /// Gives a robot that is free something to do.
    mutating func serve(_ robot: RobotID, outbox: inout Outbox) {
        if let first = roster[robot]?.value.queue.first {
            let next = roster[robot]?.value.holder ?? first.task
            if tasks[next]?.value.waiting != nil { outbox.reconsider(next) }
        }
        guard roster[robot]?.value.isIdle == true else { return leaveRobot(robot, outbox: &outbox) }
        guard emergency == nil else { return }
        var position = 0
        var givenUp: [StepKey] = []
        while let key = roster[robot]?.value.ready.next(from: &position) {
            guard let step = tasks[key.task]?.value.candidate(key.step), step.isReady, step.robot == robot
            else {
                givenUp.append(key)
                continue
            }
            guard step.mayStart else { continue }
            if let holder = roster[robot]?.value.holder, holder != key.task { continue }
            if !step.isCompensation, roster[robot]?.value.breakers[step.skill]?.isOpen == true {
                repair(
                    key.task, nil, step: key.step, avoid: nil,
                    reason: "\(step.skill) is suspended on \(robot) after its failures", outbox: &outbox)
                break
            }
            // From here on nobody comes between the step and its robot.
            roster[robot]?.value.holder = key.task
            guard claim(step.resources, for: key) else { continue }
            start(key, on: robot, outbox: &outbox)
            break
        }
        for key in givenUp { roster[robot]?.value.ready.remove(key) }
    }

    /// Steps whose robot is out of reach now, e.g. since it was taken over
    /// between two rounds, are planned anew.
    private mutating func leaveRobot(_ robot: RobotID, outbox: inout Outbox) {
        guard roster[robot]?.value.isOut == true, !settling.contains(robot) else { return }
        let reason = "\(robot) is \(roster[robot]?.value.state.rawValue ?? "unknown")"
        for key in roster[robot]?.value.ready.elements ?? [] {
            guard let step = tasks[key.task]?.value.candidate(key.step), step.isReady, step.robot == robot,
                tasks[key.task]?.value.waiting == nil
            else { continue }
            repair(
                key.task, Failure(.robotLost, reason), step: key.step, avoid: nil, reason: reason,
                outbox: &outbox)
        }
    }

    private mutating func start(_ key: StepKey, on robot: RobotID, outbox: inout Outbox) {
        let token = nextToken()
        roster[robot]?.value.ready.remove(key)
        guard let order = tasks[key.task]?.value.assign(key.step, token, outbox: &outbox) else { return }
        roster[robot]?.value.attempt = order.attempt
        outbox.add(.invoke(order))
        outbox.add(
            .startTimer(
                .attemptOverdue(order.attempt), at: outbox.now + order.timeout + settings.overdueGrace))
    }

    /// Gives back what an attempt had to itself.
    mutating func free(_ run: StepRun, _ attempt: AttemptID, outbox: inout Outbox) {
        outbox.add(.stopTimer(.attemptOverdue(attempt)))
        if !run.step.terms.resources.isEmpty {
            for resource in run.step.terms.resources {
                claims[resource] = nil
                wake(resource, outbox: &outbox)
            }
        }
        if roster[run.robot]?.value.attempt == attempt { roster[run.robot]?.value.attempt = nil }
    }

    // MARK: Resources

    private mutating func claim(_ resources: [String], for key: StepKey) -> Bool {
        let isFree = resources.allSatisfy { resource in
            guard claims[resource] == nil else { return false }
            return resourceQueues.isEmpty || (resourceQueues[resource]?.first ?? key) == key
        }
        for resource in resources {
            if isFree {
                claims[resource] = key
                leave(resource, key)
            } else {
                if !resourceQueues.contains(resource) { resourceQueues[resource] = Line() }
                resourceQueues[resource]?.append(key)
            }
        }
        return isFree
    }

    private mutating func leave(_ resource: String, _ key: StepKey) {
        resourceQueues[resource]?.remove(key)
        if resourceQueues[resource]?.isEmpty == true { resourceQueues[resource] = nil }
    }

    private func wake(_ resource: String, outbox: inout Outbox) {
        guard let first = resourceQueues[resource]?.first,
            let robot = tasks[first.task]?.value.steps[first.step]?.value.robot
        else { return }
        outbox.touch(robot)
    }

    /// Takes a task's steps out of the resources' queues.
    mutating func withdrawClaims(of id: TaskID, outbox: inout Outbox) {
        // Mostly nobody waits: a large task's steps needn't be walked through.
        guard !resourceQueues.isEmpty else { return }
        for run in tasks[id]?.value.steps.values ?? [] {
            withdrawClaims(of: StepKey(task: id, step: run.id), run.step.terms.resources, outbox: &outbox)
        }
    }

    mutating func withdrawClaims(of key: StepKey, _ resources: [String], outbox: inout Outbox) {
        for resource in resources where resourceQueues[resource]?.contains(key) == true {
            leave(resource, key)
            wake(resource, outbox: &outbox)
        }
    }
}
