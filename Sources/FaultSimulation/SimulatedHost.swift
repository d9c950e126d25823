import Execution
import PlanRules
import RobotModel

/// A robot's skill host as the simulation has it: the order's token and the
/// result are on its disk before it tells; what it is at is lost in a crash.
struct SimulatedHost {
    let robot: RobotID
    var isUp = true
    /// Grows with every crash, so that what was under way then never ends.
    var life = 0
    private(set) var running: Invocation?
    // On disk:
    private(set) var highestToken = FencingToken(epoch: 0, counter: 0)
    private(set) var results: [AttemptID: AttemptOutcome] = [:]

    init(robot: RobotID) { self.robot = robot }

    mutating func crash() {
        isUp = false
        life += 1
        running = nil
    }

    /// - Returns: whether it begins; a repeat and an old token don't.
    mutating func begin(_ order: Invocation) -> Bool {
        guard isUp, results[order.attempt] == nil, order.token > highestToken, running == nil else {
            return false
        }
        highestToken = order.token
        running = order
        return true
    }

    mutating func end(_ outcome: AttemptOutcome) {
        guard let order = running else { return }
        results[order.attempt] = outcome
        running = nil
    }

    mutating func forget(_ attempt: AttemptID) { results.removeValue(forKey: attempt) }

    func offer(_ description: RobotDescription) -> HostedRobot {
        var attempts: [AttemptID: AttemptOutcome?] = results.mapValues { $0 }
        if let running { attempts.updateValue(nil, forKey: running.attempt) }
        return HostedRobot(description: description, attempts: attempts, highestToken: highestToken)
    }
}
