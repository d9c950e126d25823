import BrainClient
import Foundation
import RobotModel
import Synchronization

/// One cut, and what came of it: times in milliseconds, one for each robot or task.
struct LossRound: Sendable {
    /// From the cut until the robot was shown lost.
    var noticed: [Double] = []
    /// From then until the robot's task had a new plan.
    var replanned: [Double] = []
    /// From the cut until the robot was at rest, by its own process.
    var rested: [Double] = []
    /// From the end of the standstill to the last motion; 0 where there was none.
    var movedAfterWaking: [Double] = []
    /// For how long two robots moved for one step.
    var overlaps: [Double] = []

    static func run(_ cut: LossCut, on rig: LossRig, _ events: LabEvents) async throws -> LossRound {
        try await rig.untilAvailable(rig.working + rig.standby)
        try await rig.order("drain", rig.standby)
        var tasks: [TaskID: RobotID] = [:]
        for _ in rig.working {
            let task = try await rig.submit()
            // One after the other, so that each finds a robot of its own.
            try await rig.wait("\(task) to move a robot") { began(in: rig, of: [task: ""])[task] != nil }
            tasks[task] = began(in: rig, of: [task: ""])[task]
        }
        try await rig.order("resume", rig.standby)
        try await rig.untilAvailable(rig.standby)
        // Anywhere between two heartbeats.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...500)))

        var round = LossRound()
        let beginning = MonotonicTime.now
        try rig.cut(cut)
        // A pulled cable is down when the command that pulls it has ended.
        let cutAt = cut.needsNetwork ? MonotonicTime.now : beginning
        if cut.isNoticed { try await round.watch(tasks, since: cutAt, events) }
        if cut.leaseMilliseconds != nil {
            try await round.measureRest(tasks, since: cutAt, rig)
            try rig.mend(cut)
        } else {
            let wokenAt = MonotonicTime.now
            try rig.mend(cut)
            if cut == .hostStopped { try await round.measureWaking(tasks, since: wokenAt, rig) }
        }
        round.overlaps = overlaps(in: rig, of: tasks, endOfLost: cutAt, isKilled: cut == .hostKilled)
        try await rig.cancel(Array(tasks.keys))
        return round
    }

    private static func began(in rig: LossRig, of tasks: [TaskID: RobotID]) -> [TaskID: RobotID] {
        rig.motions.reduce(into: [:]) { result, entry in
            if case .began(let attempt, let robot, _) = entry, tasks[attempt.task] != nil {
                result[attempt.task] = robot
            }
        }
    }

    /// Reads the brain's events until every robot is shown lost and every task
    /// is with another one.
    private mutating func watch(
        _ tasks: [TaskID: RobotID], since cut: MonotonicTime, _ events: LabEvents
    ) async throws {
        let seen = Mutex(
            (lost: [RobotID: MonotonicTime](), planned: [TaskID: MonotonicTime](), taken: Set<TaskID>()))
        try await events.read(waitingFor: "the loss to be noticed, and its tasks to go to others") { item in
            guard case .brain(let event) = item.what, item.at > cut else { return false }
            return seen.withLock { seen in
                if event.kind == .robot, let robot = event.robot, event.state == RobotState.lost.rawValue,
                    seen.lost[robot] == nil
                {
                    seen.lost[robot] = item.at
                }
                guard let task = event.task, let robot = tasks[task] else { return false }
                if event.kind == .task, event.state == TaskState.running.rawValue, seen.lost[robot] != nil,
                    seen.planned[task] == nil
                {
                    seen.planned[task] = item.at
                }
                if event.kind == .step, let other = event.robot, other != robot,
                    event.state == StepState.assigned.rawValue
                {
                    seen.taken.insert(task)
                }
                return seen.taken.count == tasks.count
            }
        }
        let (lost, planned, _) = seen.withLock { $0 }
        for (task, robot) in tasks {
            guard let lostAt = lost[robot], let plannedAt = planned[task] else { continue }
            noticed.append(lostAt.milliseconds(since: cut))
            replanned.append(plannedAt.milliseconds(since: lostAt))
        }
    }

    private static func rests(
        in rig: LossRig, of tasks: [TaskID: RobotID]
    ) -> [(robot: RobotID, lastMotion: MonotonicTime, at: MonotonicTime)] {
        rig.motions.compactMap { entry in
            guard case .rested(let attempt, let robot, let last, let at) = entry, tasks[attempt.task] == robot
            else { return nil }
            return (robot, last, at)
        }
    }

    private mutating func measureRest(
        _ tasks: [TaskID: RobotID], since cut: MonotonicTime, _ rig: LossRig
    ) async throws {
        try await rig.wait("all robots to be at rest") { Self.rests(in: rig, of: tasks).count >= tasks.count }
        rested = Self.rests(in: rig, of: tasks).map { $0.at.milliseconds(since: cut) }
    }

    private mutating func measureWaking(
        _ tasks: [TaskID: RobotID], since woken: MonotonicTime, _ rig: LossRig
    ) async throws {
        try await rig.wait("all robots to be at rest") { Self.rests(in: rig, of: tasks).count >= tasks.count }
        movedAfterWaking = Self.rests(in: rig, of: tasks).map {
            max(0, $0.lastMotion.milliseconds(since: woken))
        }
    }

    /// Motions of the cut robot and of the one that took its task over, at once.
    private static func overlaps(
        in rig: LossRig, of tasks: [TaskID: RobotID], endOfLost: MonotonicTime, isKilled: Bool
    ) -> [Double] {
        let motions = rig.motions
        return tasks.map { task, robot in
            var ends = isKilled ? endOfLost : nil
            var next: MonotonicTime?
            for entry in motions {
                switch entry {
                case .rested(let attempt, robot, let last, _) where attempt.task == task: ends = last
                case .began(let attempt, let other, let at) where attempt.task == task && other != robot:
                    next = min(next ?? at, at)
                default: break
                }
            }
            guard let ends, let next else { return 0 }
            return max(0, ends.milliseconds(since: next))
        }
    }
}
