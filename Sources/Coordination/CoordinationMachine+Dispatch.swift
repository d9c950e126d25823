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
            guard let robot = tasks[task]?.steps[step]?.step.robot else { continue }
            roster[robot]?.ready.append(StepKey(task: task, step: step))
            outbox.touch(robot)
        }
    }

    /// Gives a robot that is free something to do.
    mutating func serve(_ robot: RobotID, outbox: inout Outbox) {
        guard let member = roster[robot] else { return }
        if let first = member.queue.first {
            let next = member.holder ?? first.task
            if tasks[next]?.waiting != nil { outbox.reconsider(next) }
        }
        guard member.isLinked, member.attempt == nil, emergency == nil, !member.ready.isEmpty,
            member.order != .retire, member.order != .takeOver
        else { return }
        for key in member.ready {
            guard let task = tasks[key.task], let run = task.steps[key.step], run.state == .ready else {
                // Given up in the meantime.
                roster[robot]?.ready.remove(key)
                continue
            }
            guard task.mayStart || run.isCompensation else { continue }
            guard member.holder == nil || member.holder == key.task else { continue }
            if roster[robot]?.breakers[run.step.skill]?.isOpen == true, !run.isCompensation {
                repair(
                    key.task, nil, step: key.step, avoid: nil,
                    reason: "\(run.step.skill) is suspended on \(robot) after its failures", outbox: &outbox)
                return
            }
            guard claim(run.step.terms.resources, for: key) else { continue }
            start(key, on: robot, outbox: &outbox)
            return
        }
    }

    private mutating func start(_ key: StepKey, on robot: RobotID, outbox: inout Outbox) {
        let token = nextToken()
        roster[robot]?.ready.remove(key)
        guard let order = tasks[key.task]?.assign(key.step, token, outbox: &outbox) else { return }
        roster[robot]?.holder = key.task
        roster[robot]?.attempt = order.attempt
        outbox.add(.invoke(order))
        outbox.add(
            .startTimer(
                .attemptOverdue(order.attempt), at: outbox.now + order.timeout + settings.overdueGrace))
    }

    /// Gives back what an attempt had to itself.
    mutating func free(_ run: StepRun, _ attempt: AttemptID, outbox: inout Outbox) {
        outbox.add(.stopTimer(.attemptOverdue(attempt)))
        let key = StepKey(task: attempt.task, step: attempt.step)
        for resource in run.step.terms.resources where claims[resource] == key {
            claims[resource] = nil
            wake(resource, outbox: &outbox)
        }
        if roster[run.step.robot]?.attempt == attempt { roster[run.step.robot]?.attempt = nil }
    }

    // MARK: Resources

    private mutating func claim(_ resources: [String], for key: StepKey) -> Bool {
        let isFree = resources.allSatisfy { resource in
            guard claims[resource] == nil else { return false }
            return resourceQueues[resource].map { $0.first == key } ?? true
        }
        for resource in resources {
            if isFree {
                claims[resource] = key
                leave(resource, key)
            } else {
                if resourceQueues[resource] == nil { resourceQueues[resource] = [] }
                resourceQueues[resource]?.append(key)
            }
        }
        return isFree
    }

    private mutating func leave(_ resource: String, _ key: StepKey) {
        guard resourceQueues[resource]?.remove(key) != nil else { return }
        if resourceQueues[resource]?.isEmpty == true { resourceQueues[resource] = nil }
    }

    private func wake(_ resource: String, outbox: inout Outbox) {
        guard let first = resourceQueues[resource]?.first,
            let robot = tasks[first.task]?.steps[first.step]?.step.robot
        else { return }
        outbox.touch(robot)
    }

    /// Takes a task's steps out of the resources' queues.
    mutating func withdrawClaims(of task: TaskStateMachine, outbox: inout Outbox) {
        guard !resourceQueues.isEmpty else { return }
        for run in task.steps.values where run.isWaiting {
            let key = StepKey(task: task.id, step: run.step.id)
            for resource in run.step.terms.resources where resourceQueues[resource]?.contains(key) == true {
                leave(resource, key)
                wake(resource, outbox: &outbox)
            }
        }
    }
}
