import OrderedCollections
import RobotModel

/// Which task gets which robots.
///
/// A task takes all robots of its plan at once, and gives each back after its
/// last step. While it waits it holds only robots that are at a step of it, so
/// tasks can't block each other in a circle. Each robot has a queue by
/// ``Rank``; a task goes in when it is first in all its robots' queues and they
/// are free, so none waits for ever.
extension CoordinationMachine {
    /// Lets a task with a fresh plan in, or has it wait for its robots.
    ///
    /// - Parameter isSettled: whether a person made the plan what it is.
    mutating func enqueue(_ id: TaskID, isSettled: Bool = false, outbox: inout Outbox) {
        guard tasks[id]?.value.state == .running else { return }
        leaveQueues(id, outbox: &outbox)
        for robot in heldRobots(of: id) where tasks[id]?.value.tally.needs(robot) == false {
            release(robot, from: id, outbox: &outbox)
        }
        guard let robots = tasks[id]?.value.neededRobots, !robots.isEmpty,
            let rank = tasks[id]?.value.rank(headStart: settings.headStart)
        else { return outbox.settle(id) }
        let place = RobotRoster.Place(rank: rank, task: id)
        for robot in robots { roster[robot]?.value.queue.insert(place) }
        tasks[id]?.value.wait(for: robots, at: place, isSettled: isSettled)
        outbox.reconsider(id)
    }

    mutating func admit(_ id: TaskID, outbox: inout Outbox) {
        guard settling.isEmpty, let waiting = tasks[id]?.value.waiting else { return }
        if let robot = waiting.robots.first(where: { !roster.isUsable($0) }) {
            let reason = "\(robot) is \(roster[robot]?.value.hindrance ?? "unknown")"
            repair(
                id, Failure(.robotLost, reason), step: nil, avoid: nil, reason: reason, outbox: &outbox)
            return
        }
        let isFree = waiting.robots.allSatisfy { robot in
            guard let holder = roster[robot]?.value.holder else {
                return roster[robot]?.value.queue.first == waiting.place
            }
            return holder == id && !mustYield(robot, id)
        }
        guard isFree else {
            tasks[id]?.value.markStale()
            for robot in waiting.robots
            where roster[robot]?.value.holder == id && roster[robot]?.value.attempt == nil {
                release(robot, from: id, outbox: &outbox)
            }
            preempt(for: id, waiting, outbox: &outbox)
            return
        }
        for robot in waiting.robots {
            roster[robot]?.value.queue.remove(waiting.place)
            roster[robot]?.value.holder = id
            // One that waits here may be urgent enough to take the robot.
            if let next = roster[robot]?.value.queue.first { outbox.reconsider(next.task) }
        }
        tasks[id]?.value.endWait()
        if waiting.isStale {
            repair(
                id, nil, step: nil, avoid: nil,
                reason: "the world moved on while the task waited for its robots", outbox: &outbox)
        } else {
            makeReady(tasks[id]?.value.readySteps ?? [], of: id, outbox: &outbox)
        }
    }

    /// Gives up a task's place in its robots' queues.
    mutating func leaveQueues(_ id: TaskID, outbox: inout Outbox) {
        guard let waiting = tasks[id]?.value.waiting else { return }
        tasks[id]?.value.endWait()
        for robot in waiting.robots {
            roster[robot]?.value.queue.remove(waiting.place)
            outbox.touch(robot)
        }
    }

    /// Sets a robot free that a task holds.
    mutating func release(_ robot: RobotID, from id: TaskID, outbox: inout Outbox) {
        guard roster[robot]?.value.holder == id else { return }
        roster[robot]?.value.holder = nil
        roster[robot]?.value.ready.removeAll { $0.task == id }
        outbox.touch(robot)
    }

    mutating func releaseRobots(of id: TaskID, outbox: inout Outbox) {
        for robot in heldRobots(of: id) { release(robot, from: id, outbox: &outbox) }
    }

    /// Robots of a task's plans that it holds now.
    private func heldRobots(of id: TaskID) -> [RobotID] {
        tasks[id]?.value.tally.everUsed.elements.filter { roster[$0]?.value.holder == id } ?? []
    }

    // MARK: Pre-emption

    /// Whether a task with a fresh plan, which still holds a robot, is to give
    /// it up to one that waits for it: else it would take it again, be
    /// pre-empted and planned anew, again and again until its step has ended.
    func mustYield(_ robot: RobotID, _ id: TaskID) -> Bool {
        guard let first = roster[robot]?.value.queue.first, first.task != id,
            let priority = tasks[first.task]?.value.request.priority
        else { return false }
        return tasks[id]?.value.isOutranked(by: priority, gap: settings.preemptionGap) == true
    }

    /// Takes robots from tasks that are much less urgent: between steps, and
    /// in mid-step where the skill allows it. What was interrupted is planned
    /// anew.
    private mutating func preempt(
        for id: TaskID, _ waiting: TaskStateMachine.Waiting, outbox: inout Outbox
    ) {
        let priority = tasks[id]?.value.request.priority ?? 0
        for robot in waiting.robots {
            guard roster[robot]?.value.queue.first == waiting.place, let holder = roster[robot]?.value.holder,
                tasks[holder]?.value.yields(to: priority, gap: settings.preemptionGap) == true
            else { continue }
            let reason = "pre-empted by \(id), which is more urgent"
            let idle = tasks[holder]?.value.neededRobots.filter { roster[$0]?.value.attempt == nil } ?? []
            for step in tasks[holder]?.value.interruptible(on: waiting.robots) ?? [] {
                tasks[holder]?.value.intend(.yield, step)
                stop(step, of: holder, reason: reason, outbox: &outbox)
            }
            repair(holder, nil, step: nil, avoid: nil, reason: reason, outbox: &outbox)
            for robot in idle { release(robot, from: holder, outbox: &outbox) }
        }
    }
}

extension TaskStateMachine {
    /// Whether a task of that priority may take its robots.
    fileprivate func yields(to priority: Int, gap: Int) -> Bool {
        isOutranked(by: priority, gap: gap) && closing == nil && waiting == nil && state == .running
            && pause == nil && question == nil
    }

    fileprivate func isOutranked(by priority: Int, gap: Int) -> Bool {
        let (needed, isBeyond) = request.priority.addingReportingOverflow(gap)
        return !isBeyond && priority >= needed
    }

    /// Steps that may be stopped in mid-run.
    fileprivate func interruptible(on robots: [RobotID]) -> [StepID] {
        stepIDs { $0.state.isOnRobot && $0.step.terms.preemptible && robots.contains($0.robot) }
    }
}
