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
    mutating func enqueue(_ id: TaskID, outbox: inout Outbox) {
        guard let task = tasks[id], task.state == .running, task.closing == nil else { return }
        leaveQueues(id, outbox: &outbox)
        let robots = task.neededRobots
        for robot in heldRobots(of: task) where !task.tally.needs(robot) {
            release(robot, from: id, outbox: &outbox)
        }
        guard !robots.isEmpty else { return outbox.settle(id) }
        let place = RobotRoster.Place(rank: task.rank(headStart: settings.headStart), task: id)
        for robot in robots { roster[robot]?.enqueue(place) }
        tasks[id]?.wait(for: robots, at: place)
        outbox.reconsider(id)
    }

    mutating func admit(_ id: TaskID, outbox: inout Outbox) {
        guard settling.isEmpty, emergency == nil, let task = tasks[id], let waiting = task.waiting,
            task.pause == nil
        else { return }
        if let robot = waiting.robots.first(where: { roster[$0]?.hindrance != nil || roster[$0] == nil }) {
            let reason = "\(robot) is \(roster[robot]?.hindrance ?? "unknown")"
            repair(
                id, Failure(.robotLost, reason), step: nil, avoid: nil, reason: reason, outbox: &outbox)
            return
        }
        let isFree = waiting.robots.allSatisfy { robot in
            guard let member = roster[robot] else { return false }
            return member.holder == id || (member.holder == nil && member.queue.first == waiting.place)
        }
        guard isFree else {
            tasks[id]?.markStale()
            for robot in waiting.robots where roster[robot]?.holder == id && roster[robot]?.attempt == nil {
                release(robot, from: id, outbox: &outbox)
            }
            preempt(for: task, waiting, outbox: &outbox)
            return
        }
        for robot in waiting.robots {
            roster[robot]?.dequeue(waiting.place)
            roster[robot]?.holder = id
        }
        tasks[id]?.endWait()
        if waiting.isStale {
            repair(
                id, nil, step: nil, avoid: nil,
                reason: "the world moved on while the task waited for its robots", outbox: &outbox)
        } else {
            makeReady(task.steps.values.filter { $0.state == .ready }.map(\.step.id), of: id, outbox: &outbox)
        }
    }

    /// Gives up a task's place in its robots' queues.
    mutating func leaveQueues(_ id: TaskID, outbox: inout Outbox) {
        guard let waiting = tasks[id]?.waiting else { return }
        tasks[id]?.endWait()
        for robot in waiting.robots {
            roster[robot]?.dequeue(waiting.place)
            outbox.touch(robot)
        }
    }

    /// Sets a robot free that a task holds.
    mutating func release(_ robot: RobotID, from id: TaskID, outbox: inout Outbox) {
        guard roster[robot]?.holder == id else { return }
        roster[robot]?.holder = nil
        roster[robot]?.ready.removeAll { $0.task == id }
        outbox.touch(robot)
    }

    mutating func releaseRobots(of id: TaskID, outbox: inout Outbox) {
        guard let task = tasks[id] else { return }
        for robot in heldRobots(of: task) { release(robot, from: id, outbox: &outbox) }
    }

    /// Robots of a task's plans that it holds now.
    private func heldRobots(of task: TaskStateMachine) -> [RobotID] {
        task.tally.everUsed.filter { roster[$0]?.holder == task.id }
    }

    // MARK: Pre-emption

    /// Takes robots from tasks that are much less urgent: between steps, and
    /// in mid-step where the skill allows it. What was interrupted is planned
    /// anew.
    private mutating func preempt(
        for task: TaskStateMachine, _ waiting: TaskStateMachine.Waiting, outbox: inout Outbox
    ) {
        for robot in waiting.robots {
            guard let member = roster[robot], member.queue.first == waiting.place,
                let holder = member.holder, holder != task.id, let other = tasks[holder],
                task.request.priority >= other.request.priority + settings.preemptionGap,
                other.closing == nil, other.waiting == nil, other.state == .running, other.pause == nil
            else { continue }
            let reason = "pre-empted by \(task.id), which is more urgent"
            for run in other.steps.values where run.state.isOnRobot && run.step.terms.preemptible {
                guard waiting.robots.contains(run.step.robot) else { continue }
                tasks[holder]?.intend(.yield, run.step.id)
                stop(run.step.id, of: holder, reason: reason, outbox: &outbox)
            }
            repair(holder, nil, step: nil, avoid: nil, reason: reason, outbox: &outbox)
            for held in other.neededRobots where roster[held]?.attempt == nil {
                release(held, from: holder, outbox: &outbox)
            }
        }
    }
}
