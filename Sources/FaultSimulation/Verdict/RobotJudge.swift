import Execution
import RobotModel

/// Holds the robots' side of one process against its promises: what is told a
/// second time or comes from nowhere changes nothing, and what could come just
/// now, tried on a copy, is answered as it should be.
struct RobotJudge {
    private var random: SeededRandom
    private var tries: UInt64 = 0
    /// What was reported of attempts that aren't forgotten.
    private var outcomes: [AttemptID: AttemptOutcome] = [:]
    /// Attempts that were told to stop for a reason that their end is named for.
    private var named: Set<AttemptID> = []
    /// Whether the e-stop holds everything back.
    private var isHeld = false
    /// Robots whose hosts keep results themselves.
    private var keepers: Set<RobotID> = []
    private static let noToken = FencingToken(epoch: 0, counter: 0)

    init(seed: UInt64, process: UInt64) {
        random = SeededRandom(seed: seed, stream: 0x8000 + process)
    }

    /// - Returns: what isn't as it should be.
    mutating func take(
        _ input: ExecutionInput, _ actions: [ExecutionAction], _ machine: ExecutionMachine, at now: Instant
    ) -> [String] {
        var flaws: [String] = []
        note(input, actions, machine, &flaws)
        switch input {
        case .invoked, .cancelRequested, .resultConfirmed, .accepted, .ended, .timerFired:
            mustNotMove(machine, input, at: now, &flaws)
        case .restored, .hostJoined, .hostLost, .progressed, .brainLost, .emergencyChanged: break
        }
        for _ in 0..<2 {
            guard let offer = anyRobot(machine) else { break }
            tryStray(machine, offer, at: now, &flaws)
            tryOrder(machine, offer, at: now, &flaws)
        }
        return flaws
    }

    // MARK: What was said

    private mutating func note(
        _ input: ExecutionInput, _ actions: [ExecutionAction], _ machine: ExecutionMachine,
        _ flaws: inout [String]
    ) {
        switch input {
        case .timerFired(.overdue(_, let attempt)): named.insert(attempt)
        case .emergencyChanged(let hold):
            isHeld = hold != nil
            for robot in machine.roster { named.formUnion(robot.attempts.keys) }
        case .hostJoined(_, let robots):
            for robot in machine.roster where isHeld { named.formUnion(robot.attempts.keys) }
            for robot in robots {
                if robot.keepsLedger {
                    keepers.insert(robot.description.id)
                } else {
                    keepers.remove(robot.description.id)
                }
            }
        case .resultConfirmed(let attempt, _): outcomes[attempt] = nil
        default: break
        }
        var stored: Set<AttemptID> = []
        for action in actions {
            switch action {
            case .store(_, let ledger): stored.formUnion(ledger.records.map(\.attempt))
            case .storeLater(let robot): stored.formUnion(machine.ledger(of: robot).records.map(\.attempt))
            case .invoke(_, let order):
                if !stored.contains(order.attempt) {
                    flaws.append("\(order.attempt) is begun before it is stored")
                }
                if order.token < machine.ledger(of: order.robot).highestToken {
                    flaws.append("\(order.attempt) is begun under an old token")
                }
                if outcomes[order.attempt] != nil { flaws.append("\(order.attempt) is begun, and has ended") }
            case .reportEnded(let attempt, _, let outcome):
                // A refusal isn't kept.
                guard let robot = machine.robot(of: attempt),
                    machine.ledger(of: robot).records.contains(where: { $0.attempt == attempt })
                else { continue }
                if let before = outcomes[attempt], before != outcome {
                    flaws.append("\(attempt) is told to have ended in two ways")
                }
                outcomes[attempt] = outcome
            default: break
            }
        }
    }

    // MARK: What changes nothing

    private func mustNotMove(
        _ machine: ExecutionMachine, _ input: ExecutionInput, at now: Instant, _ flaws: inout [String]
    ) {
        var copy = machine
        let actions = copy.handle(input, at: now)
        let isQuiet = actions.allSatisfy { action in
            switch action {
            case .confirm, .reportEnded, .reportAccepted, .cancel, .startTimer: true
            default: false
            }
        }
        if !isQuiet || copy != machine { flaws.append("\(input) from nowhere, or again, changes something") }
    }

    private mutating func anyRobot(_ machine: ExecutionMachine) -> HostedRobot? {
        let roster = machine.roster
        return roster.isEmpty ? nil : random.pick(roster)
    }

    private mutating func tryStray(
        _ machine: ExecutionMachine, _ robot: HostedRobot, at now: Instant, _ flaws: inout [String]
    ) {
        let id = robot.description.id
        let known = robot.attempts.sorted { $0.key < $1.key }
        let unknown = AttemptID(task: "nobody", step: "s1", number: 1)
        let input: ExecutionInput
        var expected: [ExecutionAction]? = []
        switch random.below(8) {
        case 0: input = .ended(unknown, id, .succeeded)
        case 1: input = .accepted(unknown, random.happens(oneIn: 2) ? id : "nobody")
        case 2:
            input = .cancelRequested(unknown, robot.highestToken ?? Self.noToken, id, reason: "from nowhere")
        case 3: input = .resultConfirmed(known.first { $0.value == nil }?.key ?? unknown, id)
        case 4: input = .hostLost("nobody", reason: "from nowhere")
        case 5:
            let attempt = known.last { $0.value != nil }?.key ?? unknown
            input = .timerFired(
                random.happens(oneIn: 2) ? .overdue(id, attempt) : .unstoppable(id, attempt))
        case 6:
            guard let (attempt, outcome) = known.last(where: { $0.value != nil }), let outcome else { return }
            input = .cancelRequested(
                attempt, robot.tokens[attempt] ?? Self.noToken, id, reason: "from nowhere")
            expected = [.reportEnded(attempt, robot.tokens[attempt] ?? Self.noToken, outcome)]
        default:
            guard let attempt = known.last(where: { $0.value != nil })?.key else { return }
            input = .ended(attempt, id, .failed(Failure(.unsafe, "from nowhere")))
            expected = nil
        }
        var copy = machine
        let actions = copy.handle(input, at: now)
        if copy != machine || expected.map({ $0 != actions }) ?? false {
            flaws.append("\(input) from nowhere leads to \(actions)")
        }
        if expected == nil {
            let isQuiet = actions.allSatisfy { if case .confirm = $0 { true } else { false } }
            if !isQuiet { flaws.append("\(input) from nowhere leads to \(actions)") }
        }
    }

    // MARK: What could come

    private mutating func tryOrder(
        _ machine: ExecutionMachine, _ robot: HostedRobot, at now: Instant, _ flaws: inout [String]
    ) {
        let id = robot.description.id
        tries += 1
        // What an edge remembers from before a restart may be over meanwhile.
        let running = robot.attempts.filter { $0.value == nil }.keys
            .max { robot.tokens[$0] ?? Self.noToken < robot.tokens[$1] ?? Self.noToken }
        let fence = machine.ledger(of: id).highestToken
        var order = Invocation(
            attempt: AttemptID(task: "maybe", step: StepID("s\(tries)"), number: 1),
            token: FencingToken(epoch: fence.epoch, counter: fence.counter + 1), robot: id, skill: "go",
            arguments: [:], timeout: .seconds(1), onLinkLoss: .stop, cancel: .stop)
        var copy = machine
        func code(_ actions: [ExecutionAction], _ attempt: AttemptID) -> FailureCode? {
            for case .reportEnded(attempt, _, let outcome) in actions { return outcome.failure?.code }
            return nil
        }
        switch random.below(8) {
        case 0:
            order.token = fence
            let actions = copy.handle(.invoked(order), at: now)
            if code(actions, order.attempt) != .rejectedBySkill || actions.count != 1 {
                flaws.append("an order under the old \(fence) is answered with \(actions)")
            }
        case 1, 2:
            let actions = copy.handle(.invoked(order), at: now)
            let isBegun = actions.contains { if case .invoke = $0 { true } else { false } }
            let mayBegin = running == nil && !isHeld
            if isBegun != mayBegin { flaws.append("a new order at \(id) is answered with \(actions)") }
            if isBegun {
                // A copy of it that comes late doesn't begin it again.
                let again = copy.handle(.invoked(order), at: now)
                if again != [.reportAccepted(order.attempt, order.token)] {
                    flaws.append("an order told twice is answered with \(again)")
                }
            }
        case 3:
            order.robot = "nobody"
            let actions = copy.handle(.invoked(order), at: now)
            if code(actions, order.attempt) != .robotLost {
                flaws.append("an order for nobody is answered with \(actions)")
            }
        case 4, 5: tryEnd(running, machine, id, at: now, &flaws)
        case 6: tryStop(running, machine, id, at: now, &flaws)
        default: tryLoss(running, machine, id, at: now, &flaws)
        }
    }

    /// Its end is told as it was, and ends it.
    private mutating func tryEnd(
        _ running: AttemptID?, _ machine: ExecutionMachine, _ robot: RobotID, at now: Instant,
        _ flaws: inout [String]
    ) {
        guard let running else { return }
        var copy = machine
        let failure: FailureCode = random.pick([.canceled, .skillError])
        let outcome = AttemptOutcome.failed(Failure(failure, "what if"))
        let actions = copy.handle(.ended(running, robot, outcome), at: now)
        let isTold = actions.contains {
            if case .reportEnded(running, _, outcome) = $0 { true } else { false }
        }
        if !isTold, failure != .canceled || !named.contains(running) {
            flaws.append("\(failure) of \(running) is told as \(actions)")
        }
        let later = copy.handle(.timerFired(.unstoppable(robot, running)), at: now)
        if !later.isEmpty { flaws.append("\(running) has ended, and its timer leads to \(later)") }
        // Kept until the brain has it.
        let confirmed = copy.handle(.resultConfirmed(running, robot), at: now)
        let isPassedOn = confirmed.contains { if case .confirm = $0 { true } else { false } }
        if isPassedOn != keepers.contains(robot) {
            flaws.append("a confirmed result of \(robot) leads to \(confirmed)")
        }
    }

    private func tryStop(
        _ running: AttemptID?, _ machine: ExecutionMachine, _ robot: RobotID, at now: Instant,
        _ flaws: inout [String]
    ) {
        guard let running else { return }
        var copy = machine
        let actions = copy.handle(
            .cancelRequested(running, Self.noToken, robot, reason: "what if"), at: now)
        let isStopped = actions.contains { if case .cancel(_, running, _, _) = $0 { true } else { false } }
        let finishes = machine.order(running, of: robot)?.cancel == .finish
        if isStopped == finishes { flaws.append("an order to stop \(running) is answered with \(actions)") }
    }

    /// Without a brain what stops does; without a host nothing is taken.
    private func tryLoss(
        _ running: AttemptID?, _ machine: ExecutionMachine, _ robot: RobotID, at now: Instant,
        _ flaws: inout [String]
    ) {
        var copy = machine
        let actions = copy.handle(.brainLost(reason: "what if"), at: now)
        for case .cancel(_, let attempt, _, _) in actions
        where machine.robot(of: attempt).flatMap({ machine.order(attempt, of: $0) })?.onLinkLoss ?? .stop
            != .stop
        {
            flaws.append("\(attempt) is stopped for want of a brain")
        }
        if let running, machine.order(running, of: robot)?.onLinkLoss ?? .stop == .stop,
            !actions.contains(where: { if case .cancel(_, running, _, _) = $0 { true } else { false } })
        {
            flaws.append("\(running) goes on without a brain")
        }
    }
}
