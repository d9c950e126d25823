import RobotModel

/// Counts a task's steps by what they keep busy, so that nobody need look
/// through all of them.
struct StepTally: Hashable, Sendable, Codable {
    /// Steps that aren't over.
    private(set) var open = 0
    /// Steps that a robot may be acting on.
    private(set) var onRobot = 0
    /// Steps that aren't over, by robot.
    private var byRobot = Table<RobotID, Int>()
    /// Robots of all its plans.
    private(set) var everUsed = Line<RobotID>()

    /// What counts of a step.
    struct Place: Hashable, Sendable {
        let robot: RobotID
        let isOpen: Bool
        let isOnRobot: Bool
    }

    /// Robots with a step that isn't over.
    var robots: [RobotID] { byRobot.keys }
    var counts: [RobotID: Int] { byRobot.entries.reduce(into: [:]) { $0[$1.key] = $1.value } }

    @inline(__always)
    func needs(_ robot: RobotID) -> Bool { byRobot.contains(robot) }

    /// A step came in, or changed from `before`.
    mutating func moved(from before: Place?, to after: Place) {
        let (wasOnRobot, wasOpen) = (before?.isOnRobot == true, before?.isOpen == true)
        if wasOnRobot != after.isOnRobot { onRobot += after.isOnRobot ? 1 : -1 }
        if wasOpen != after.isOpen { open += after.isOpen ? 1 : -1 }
        guard before?.robot != after.robot || wasOpen != after.isOpen else { return }
        if after.isOpen {
            byRobot[after.robot] = (byRobot[after.robot] ?? 0) + 1
            everUsed.append(after.robot)
        }
        if let before, wasOpen, let count = byRobot[before.robot] {
            byRobot[before.robot] = count > 1 ? count - 1 : nil
        }
    }
}
