import OrderedCollections
import RobotModel

/// Which task gets which robots, and which step may start.
///
/// A task takes all robots of its plan at once, and gives each back after its
/// last step. It never holds some while it waits for others, so tasks can't
/// block each other in a circle; and a robot that an earlier task (by priority,
/// then arrival) waits for goes to no later one, so none waits for ever.
extension CoordinationMachine {
    /// Lets a task with a fresh plan in, or has it wait for its robots.
    mutating func enqueue(_ id: TaskID, outbox: inout Outbox) {
        // A plan without steps needs nobody: its goal holds, or is looked at.
        settle(id, outbox: &outbox)
        waiting.append(id)
        let ranks = waiting.map { (rank($0), $0) }
        waiting = OrderedSet(ranks.sorted { $0.0 < $1.0 }.map(\.1))
    }

    private func rank(_ id: TaskID) -> (Int, Int) {
        (-(tasks[id]?.request.priority ?? 0), active.firstIndex(of: id) ?? .max)
    }

    mutating func admitAndDispatch(outbox: inout Outbox) {
        releaseIdleRobots()
        admit(outbox: &outbox)
        dispatch(outbox: &outbox)
    }

    private mutating func releaseIdleRobots() {
        for id in active where !waiting.contains(id) {
            guard let task = tasks[id], task.state == .running else { continue }
            _ = roster.release(from: id, keeping: task.neededRobots)
        }
    }

    private mutating func admit(outbox: inout Outbox) {
        guard settling.isEmpty else { return }
        var promised: OrderedSet<RobotID> = []
        for id in waiting {
            guard let task = tasks[id], task.state == .running else { continue }
            let needed = task.neededRobots
            if let robot = needed.first(where: { roster[$0]?.hindrance != nil }) {
                let reason = "\(robot) is \(roster[robot]?.hindrance ?? "gone")"
                tasks[id]?.beginRepair(
                    Failure(.robotLost, reason), step: nil, avoid: nil, reason: reason, outbox: &outbox)
                settle(id, outbox: &outbox)
                continue
            }
            let isFree = needed.allSatisfy { robot in
                let holder = roster[robot]?.holder
                return !promised.contains(robot) && (holder == nil || holder == id)
            }
            guard isFree else {
                // Hold nothing while waiting.
                _ = roster.release(from: id)
                promised.formUnion(needed)
                stale.append(id)
                continue
            }
            waiting.remove(id)
            for robot in needed { roster.hold(robot, for: id) }
            if stale.remove(id) != nil {
                tasks[id]?.beginRepair(
                    nil, step: nil, avoid: nil,
                    reason: "the world moved on while the task waited for its robots",
                    outbox: &outbox)
                settle(id, outbox: &outbox)
            } else {
                makeReady(task.steps.values.filter { $0.state == .ready }.map(\.step.id), of: id)
            }
        }
    }

    mutating func makeReady(_ steps: [StepID], of task: TaskID) {
        for step in steps {
            guard let robot = tasks[task]?.steps[step]?.step.robot else { continue }
            ready[robot, default: []].append(StepKey(task: task, step: step))
        }
    }

    private mutating func dispatch(outbox: inout Outbox) {
        for robot in ready.keys {
            guard let queue = ready[robot], let member = roster[robot], member.isLinked,
                member.attempt == nil, member.order != .retire
            else { continue }
            // A step that was given up in the meantime is no longer ready.
            let live = queue.filter { tasks[$0.task]?.steps[$0.step]?.state == .ready }
            ready[robot] = live
            guard let key = live.first(where: { canClaim($0) }) else { continue }
            start(key, on: robot, outbox: &outbox)
        }
        ready.removeAll { $0.value.isEmpty }
    }

    private func canClaim(_ key: StepKey) -> Bool {
        guard let step = tasks[key.task]?.steps[key.step]?.step else { return false }
        return step.terms.resources.allSatisfy { claims[$0] == nil }
    }

    private mutating func start(_ key: StepKey, on robot: RobotID, outbox: inout Outbox) {
        let token = nextToken()
        guard let order = tasks[key.task]?.assign(key.step, token, outbox: &outbox),
            let step = tasks[key.task]?.steps[key.step]?.step
        else { return }
        ready[robot]?.remove(key)
        for resource in step.terms.resources { claims[resource] = key }
        roster.begin(order.attempt, on: robot)
        outbox.add(.invoke(order))
        outbox.add(
            .startTimer(
                .attemptOverdue(order.attempt),
                at: outbox.now + order.timeout + settings.overdueGrace))
    }

    /// Gives back what an attempt had to itself.
    mutating func free(_ step: PlanStep, of task: TaskID, attempt: AttemptID, outbox: inout Outbox) {
        outbox.add(.stopTimer(.attemptOverdue(attempt)))
        let key = StepKey(task: task, step: step.id)
        for resource in step.terms.resources where claims[resource] == key {
            claims.removeValue(forKey: resource)
        }
        if roster[step.robot]?.attempt == attempt { roster.finish(on: step.robot) }
    }
}
