import OrderedCollections
import RobotModel

/// Counts a task's steps by what they keep busy, so that nobody need look
/// through all of them.
struct StepTally: Hashable, Sendable, Codable {
    /// Steps that aren't over.
    private(set) var open = 0
    /// Steps that a robot may be acting on.
    private(set) var onRobot = 0
    private var byRobot: OrderedDictionary<RobotID, Int> = [:]
    /// Robots of all its plans.
    private(set) var everUsed: OrderedSet<RobotID> = []

    /// Robots with a step that isn't over.
    var robots: [RobotID] { Array(byRobot.keys) }

    func needs(_ robot: RobotID) -> Bool { byRobot[robot] != nil }

    mutating func entered(_ run: StepRun) {
        guard !run.state.isFinal else { return }
        open += 1
        if run.state.isOnRobot { onRobot += 1 }
        byRobot[run.step.robot, default: 0] += 1
        everUsed.append(run.step.robot)
    }

    mutating func left(_ run: StepRun) {
        guard !run.state.isFinal else { return }
        open -= 1
        if run.state.isOnRobot { onRobot -= 1 }
        let robot = run.step.robot
        guard let count = byRobot[robot] else { return }
        byRobot[robot] = count > 1 ? count - 1 : nil
    }
}
