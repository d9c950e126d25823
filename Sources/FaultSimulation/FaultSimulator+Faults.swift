import Coordination
import Execution
import RobotModel

/// What goes wrong, and how it comes back.
extension FaultSimulator {
    mutating func nextFault() -> Duration {
        let mean = Int(scenario.meanTimeBetweenFaults.inSeconds * 1000)
        return random.duration(1...max(2, 2 * mean))
    }

    mutating func beginFault() {
        guard agenda.now < start + scenario.faultyPeriod else { return }
        agenda.add(.fault, after: nextFault())
        guard let robot = robots.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where brain.isUp:
            count("brain killed")
            brain.crash()
            for robot in robots { drop(robot) }
            agenda.add(.brainBack, after: random.duration(50...4000))
        case 1 where edges[robot]?.isUp == true:
            count("edge killed")
            edges[robot]?.isUp = false
            edges[robot]?.life += 1
            edges[robot]?.held = []
            edges[robot]?.heldDown = []
            // The brain's side of the session ends with its lease.
            agenda.add(.leaseEnds(robot, session: edges[robot]?.session ?? 0), after: Self.lease)
            agenda.add(.edgeBack(robot), after: random.duration(50...6000))
        case 2 where hosts[robot]?.isUp == true:
            count("skill host killed")
            hosts[robot]?.crash()
            agenda.add(.hostSilent(robot, life: hosts[robot]?.life ?? 0), after: Self.lease)
            agenda.add(.hostBack(robot), after: random.duration(50...6000))
        case 3 where edges[robot]?.isUp == true && edges[robot]?.isCut == false:
            count("link cut")
            edges[robot]?.isCut = true
            agenda.add(.leaseEnds(robot, session: edges[robot]?.session ?? 0), after: Self.lease)
            agenda.add(.linkBack(robot), after: random.duration(50...6000))
        default: break
        }
    }

    private mutating func count(_ fault: String) { report.faults[fault, default: 0] += 1 }

    // MARK: Links

    mutating func sendUp(_ input: CoordinationInput, from robot: RobotID) {
        guard let edge = edges[robot], edge.isLinked else { return }
        if edge.isCut {
            edges[robot]?.held.append(input)
        } else {
            agenda.add(.brain(input, life: brain.life), after: .milliseconds(1))
        }
    }

    mutating func sendDown(_ input: ExecutionInput, to robot: RobotID) {
        guard let edge = edges[robot], edge.isLinked else { return }
        if edge.isCut {
            edges[robot]?.heldDown.append(input)
        } else {
            agenda.add(.edge(robot, input, life: edge.life), after: .milliseconds(1))
        }
    }

    /// A session begins: the brain learns what the robot is at.
    mutating func link(_ robot: RobotID) throws {
        guard brain.isUp, edges[robot]?.isUp == true, edges[robot]?.isCut == false else { return }
        edges[robot]?.session += 1
        edges[robot]?.isLinked = true
        sendRoster(robot)
    }

    mutating func sendRoster(_ robot: RobotID) {
        guard let roster = edges[robot]?.machine.roster, let machine = edges[robot]?.machine else { return }
        guard let offer = roster.first else {
            sendUp(.robotLost(robot, reason: "its skill host is gone"), from: robot)
            return
        }
        for (attempt, outcome) in offer.attempts.sorted(by: { $0.key < $1.key }) {
            guard let outcome, let order = machine.order(attempt, of: robot) else { continue }
            sendUp(.attemptEnded(attempt, order.token, outcome), from: robot)
        }
        let running = offer.attempts.filter { $0.value == nil }.map(\.key).sorted()
        sendUp(.robotLinked(offer.description, running: running), from: robot)
    }

    private mutating func drop(_ robot: RobotID) {
        edges[robot]?.isLinked = false
        edges[robot]?.held = []
        edges[robot]?.heldDown = []
    }

    /// A session that is still cut, or whose edge is still down, has ended.
    mutating func leaseEnds(_ robot: RobotID, session: Int) throws {
        guard let edge = edges[robot], edge.session == session, edge.isCut || !edge.isUp, edge.isLinked
        else { return }
        drop(robot)
        if brain.isUp { try tellBrain(.robotLost(robot, reason: "silent")) }
        tellEdge(robot, .brainLost(reason: "silent"))
    }

    mutating func linkBack(_ robot: RobotID) throws {
        edges[robot]?.isCut = false
        guard let edge = edges[robot] else { return }
        guard edge.isLinked else { return try link(robot) }
        let (up, down) = (edge.held, edge.heldDown)
        edges[robot]?.held = []
        edges[robot]?.heldDown = []
        for input in up { sendUp(input, from: robot) }
        for input in down { sendDown(input, to: robot) }
    }

    // MARK: Coming back

    mutating func brainBack() throws {
        try brain.recover()
        try tellBrain(.brainStarted(epoch: brain.machine.epoch + 1))
        for robot in robots { try link(robot) }
    }

    mutating func edgeBack(_ robot: RobotID) throws {
        edges[robot]?.isUp = true
        edges[robot]?.machine = ExecutionMachine()
        let ledger = edges[robot]?.ledger ?? RobotLedger()
        tellEdge(robot, .restored([robot: ledger]))
        edges[robot]?.isLinked = false
        hostJoins(robot)
        try link(robot)
    }
}
