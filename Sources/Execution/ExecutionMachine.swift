import OrderedCollections
public import RobotModel

/// The robots' side of an order: fencing, stored results, time-outs. One
/// machine serves all robots of an edge.
///
/// Its promises, each held by a test in `ExecutionMachineTests`:
/// 1. An order is on disk before its robot acts on it: here, or at a host that
///    keeps a ledger of its own. An idempotent one needn't be.
/// 2. An order whose token isn't greater than every one before never runs.
/// 3. An order told twice runs once; its stored result is the answer.
/// 4. A result is on a disk on the robot's side before the brain hears of it,
///    and is kept until the brain has it on its own.
/// 5. An attempt always ends: by its host, by time-out, or with `robotLost`.
/// 6. A robot that comes back without an order that it surely never began
///    doesn't begin it before the brain has sent it again: it may have been
///    given up meanwhile. One that it began, and can't tell the end of, is
///    unknown: `robotLost`, with what the robot sees.
/// 7. While the e-stop is latched nothing begins, and what ran ends at once.
public struct ExecutionMachine: Hashable, Sendable {
    public struct Settings: Hashable, Sendable {
        /// How long after its time-out a host may take to say so itself.
        public var overdueGrace: Duration
        /// How long a host may take to stop an attempt.
        public var stopGrace: Duration

        public init(overdueGrace: Duration = .milliseconds(500), stopGrace: Duration = .seconds(1)) {
            self.overdueGrace = overdueGrace
            self.stopGrace = stopGrace
        }
    }

    struct Slot: Hashable, Sendable {
        var description: RobotDescription?
        var host: HostID?
        var keepsLedger = false
        var highestToken = FencingToken(epoch: 0, counter: 0)
        var records: OrderedDictionary<AttemptID, AttemptRecord> = [:]
        /// Whether the host has said, in this edge's life, that it has the order.
        var isAccepted = false
        /// The attempt that was told to stop because its time was over.
        var overdue: AttemptID?
        var halt: Halt?
        /// An order that surely wasn't begun, and waits for the brain to send it again.
        var held: AttemptID?

        var running: AttemptRecord? {
            records.values.last { $0.outcome == nil && $0.attempt != held }
        }
    }

    let settings: Settings
    /// What the e-stop holds back now.
    var emergency: EmergencyHold?
    var slots: OrderedDictionary<RobotID, Slot> = [:]
    private var robots: [AttemptID: RobotID] = [:]

    public init(settings: Settings = Settings()) { self.settings = settings }

    public mutating func handle(_ input: ExecutionInput, at now: Instant) -> [ExecutionAction] {
        switch input {
        case .restored(let ledgers): restored(ledgers)
        case .hostJoined(let host, let robots):
            robots.flatMap { joined(host, $0, at: now) } + haltAll(at: now) + [.rosterChanged]
        case .hostLost(let host, _): hostLost(host)
        case .invoked(let order): invoked(order, at: now)
        case .cancelRequested(let attempt, _, let robot, let reason):
            cancelRequested(attempt, robot, reason: reason, at: now)
        case .resultConfirmed(let attempt, let robot): confirmed(attempt, robot)
        case .accepted(let attempt, let robot): accepted(attempt, robot)
        case .progressed(let attempt, let robot, let progress):
            runningRecord(attempt, robot).map { [.reportProgress(attempt, $0.token, progress)] } ?? []
        case .ended(let attempt, let robot, let outcome): ended(attempt, robot, outcome)
        case .brainLost(let reason): brainLost(reason, at: now)
        case .emergencyChanged(let hold): emergencyChanged(hold, at: now)
        case .timerFired(let timer): timerFired(timer, at: now)
        }
    }

    /// The robot that an attempt was given to.
    public func robot(of attempt: AttemptID) -> RobotID? { robots[attempt] }

    // MARK: Orders

    private mutating func invoked(_ order: Invocation, at now: Instant) -> [ExecutionAction] {
        let absence = "\(order.robot) has no live skill host here"
        func refuse(_ code: FailureCode, _ message: String) -> [ExecutionAction] {
            [.reportEnded(order.attempt, order.token, .failed(Failure(code, message)))]
        }
        // What is known is answered with or without a host: the robot may be at it.
        if let slot = slots[order.robot], let known = slot.records[order.attempt] {
            if let outcome = known.outcome { return [.reportEnded(order.attempt, known.token, outcome)] }
            guard slot.held == order.attempt else { return [.reportAccepted(order.attempt, known.token)] }
            guard order.token >= slot.highestToken else {
                let message = "token \(order.token) is void: \(slot.highestToken) was obeyed before"
                return ended(order.attempt, order.robot, .failed(Failure(.rejectedBySkill, message)))
            }
            guard let host = slot.host else {
                return ended(order.attempt, order.robot, .failed(Failure(.robotLost, absence)))
            }
            return begin(order, host, at: now)
        }
        guard let slot = slots[order.robot], let host = slot.host else { return refuse(.robotLost, absence) }
        guard order.token > slot.highestToken else {
            return refuse(
                .rejectedBySkill, "token \(order.token) is void: \(slot.highestToken) was obeyed before")
        }
        if let running = slot.running {
            // The brain has given the old one up; the robot hasn't yet.
            return stop(running, order.robot, host, reason: "a newer order came", at: now)
                + refuse(.resourceConflict, "\(order.robot) is still at \(running.attempt)")
        }
        // Given up by the brain, and never begun.
        if let held = slot.held { forget(held, order.robot) }
        return begin(order, host, at: now)
    }

    private mutating func begin(_ order: Invocation, _ host: HostID, at now: Instant) -> [ExecutionAction] {
        let robot = order.robot
        if let emergency {
            let outcome = AttemptOutcome.failed(emergency.refusal)
            guard slots[robot]?.records[order.attempt] == nil else {
                return ended(order.attempt, robot, outcome)
            }
            // Kept, so that a late copy of it isn't begun after the release.
            slots[robot]?.records[order.attempt] = AttemptRecord(order: order, outcome: outcome)
            slots[robot]?.highestToken = order.token
            robots[order.attempt] = robot
            return [.storeLater(robot), .reportEnded(order.attempt, order.token, outcome)]
        }
        slots[robot]?.records[order.attempt] = AttemptRecord(order: order)
        slots[robot]?.highestToken = order.token
        slots[robot]?.isAccepted = false
        slots[robot]?.held = nil
        robots[order.attempt] = robot
        return [
            store(robot, isIdempotent: order.idempotent), .invoke(host, order),
            .reportAccepted(order.attempt, order.token),
            .startTimer(.overdue(robot, order.attempt), at: now + order.timeout + settings.overdueGrace),
        ]
    }

    private mutating func cancelRequested(
        _ attempt: AttemptID, _ robot: RobotID, reason: String, at now: Instant
    ) -> [ExecutionAction] {
        guard let slot = slots[robot], let record = slot.records[attempt] else { return [] }
        if let outcome = record.outcome { return [.reportEnded(attempt, record.token, outcome)] }
        if slot.held == attempt {
            return ended(attempt, robot, .failed(Failure(.canceled, "never begun: \(reason)")))
        }
        // One that is to finish does, within its time-out.
        guard let host = slot.host, record.cancel != .finish else { return [] }
        return stop(record, robot, host, reason: reason, at: now)
    }

    /// Tells a host to stop; one that is to finish keeps its time-out.
    private func stop(
        _ record: AttemptRecord, _ robot: RobotID, _ host: HostID, reason: String, at now: Instant
    ) -> [ExecutionAction] {
        let cancel = ExecutionAction.cancel(host, record.attempt, record.token, reason: reason)
        guard record.cancel != .finish else { return [cancel] }
        return [cancel, .startTimer(.unstoppable(robot, record.attempt), at: now + settings.stopGrace)]
    }

    // MARK: Reports

    private mutating func accepted(_ attempt: AttemptID, _ robot: RobotID) -> [ExecutionAction] {
        if runningRecord(attempt, robot) != nil { slots[robot]?.isAccepted = true }
        return []
    }

    mutating func ended(
        _ attempt: AttemptID, _ robot: RobotID, _ outcome: AttemptOutcome
    ) -> [ExecutionAction] {
        guard let slot = slots[robot], let record = slot.records[attempt] else { return [] }
        // A host with a ledger may forget only what the brain has.
        let confirm: [ExecutionAction] =
            slot.keepsLedger ? [] : slot.host.map { [.confirm($0, attempt, record.token)] } ?? []
        guard record.outcome == nil else { return confirm }
        let halt = slot.halt.flatMap { $0.attempt == attempt ? $0 : nil }
        let outcome = Self.named(outcome, isOverdue: slot.overdue == attempt, halt, record)
        slots[robot]?.records[attempt]?.outcome = outcome
        if slot.held == attempt { slots[robot]?.held = nil }
        return [
            store(robot, isIdempotent: record.isIdempotent), .reportEnded(attempt, record.token, outcome),
        ] + confirm + [.stopTimer(.overdue(robot, attempt)), .stopTimer(.unstoppable(robot, attempt))]
    }

    /// A skill that was stopped says that it was; why, it doesn't know.
    private static func named(
        _ outcome: AttemptOutcome, isOverdue: Bool, _ halt: Halt?, _ record: AttemptRecord
    ) -> AttemptOutcome {
        guard case .failed(let failure, let observed) = outcome, failure.code == .canceled else {
            return outcome
        }
        if let halt { return .failed(EmergencyHold.stopped(halt.cause), observed: observed) }
        guard isOverdue else { return outcome }
        let limit = record.order.map { "\($0.timeout)" } ?? "its time"
        return .failed(Failure(.timeout, "not done within \(limit)"), observed: observed)
    }

    private mutating func confirmed(_ attempt: AttemptID, _ robot: RobotID) -> [ExecutionAction] {
        guard let slot = slots[robot], let record = slot.records[attempt], record.outcome != nil else {
            return []
        }
        forget(attempt, robot)
        // Until it is stored, a copy on disk does no harm.
        guard slot.keepsLedger, let host = slot.host else { return [.storeLater(robot)] }
        return [.storeLater(robot), .confirm(host, attempt, record.token)]
    }

    private mutating func forget(_ attempt: AttemptID, _ robot: RobotID) {
        slots[robot]?.records.removeValue(forKey: attempt)
        if slots[robot]?.held == attempt { slots[robot]?.held = nil }
        robots[attempt] = nil
    }

    // MARK: Hosts and links

    private mutating func restored(_ ledgers: [RobotID: RobotLedger]) -> [ExecutionAction] {
        for (robot, ledger) in ledgers.sorted(by: { $0.key < $1.key }) {
            var slot = Slot()
            slot.highestToken = ledger.highestToken
            // One robot does one thing at a time: whatever came before the newest
            // order has ended, though its end may not have been on disk yet.
            for record in ledger.records where record.outcome != nil || record.token >= ledger.highestToken {
                slot.records[record.attempt] = record
                robots[record.attempt] = robot
            }
            slot.isAccepted = true
            slots[robot] = slot
        }
        return []
    }

    /// The newest host of a robot is the one that counts. What the edge thinks
    /// the robot is at is settled with what the host says.
    private mutating func joined(
        _ host: HostID, _ offer: HostedRobot, at now: Instant
    ) -> [ExecutionAction] {
        let robot = offer.description.id
        let before = slots[robot]
        slots[robot, default: Slot()].description = offer.description
        slots[robot]?.host = host
        slots[robot]?.keepsLedger = offer.keepsLedger
        let fence = before?.highestToken ?? FencingToken(epoch: 0, counter: 0)
        // Known on disk from now on, so that a restart waits for it.
        var actions: [ExecutionAction] = before == nil ? [.storeLater(robot)] : []
        for (attempt, report) in offer.attempts.sorted(by: { $0.key < $1.key }) {
            actions += compare(attempt, report, offer.tokens[attempt], fence: fence, robot, host)
        }
        if let obeyed = offer.highestToken, obeyed > slots[robot]?.highestToken ?? fence {
            slots[robot]?.highestToken = obeyed
        }
        guard let running = slots[robot]?.running, offer.attempts[running.attempt] == nil else {
            return actions
        }
        let wasObeyed =
            offer.highestToken.map { $0 >= running.token } ?? slots[robot]?.isAccepted ?? false
        guard let order = running.order, !wasObeyed || order.idempotent else {
            let failure = Failure(.robotLost, "\(robot)’s skill host was restarted in mid-attempt")
            return actions + ended(running.attempt, robot, .failed(failure, observed: offer.observed))
        }
        guard before?.host != nil else {
            // The brain took the robot for lost, and may have given the order up.
            slots[robot]?.held = running.attempt
            return actions + [
                .startTimer(.overdue(robot, running.attempt), at: now + order.timeout + settings.overdueGrace)
            ]
        }
        return actions + begin(order, host, at: now)
    }

    /// An attempt that a host reports, beside what is known of it here.
    private mutating func compare(
        _ attempt: AttemptID, _ report: AttemptOutcome?, _ token: FencingToken?, fence: FencingToken,
        _ robot: RobotID, _ host: HostID
    ) -> [ExecutionAction] {
        if let known = slots[robot]?.records[attempt] {
            if let report { return ended(attempt, robot, report) }
            if known.outcome == nil { return [] }
        } else if let token, token > fence {
            // From before a restart of this edge, and not on its disk.
            slots[robot]?.records[attempt] = AttemptRecord(attempt, token, outcome: nil)
            let highest = slots[robot]?.highestToken ?? fence
            slots[robot]?.highestToken = max(token, highest)
            robots[attempt] = robot
            return report.map { ended(attempt, robot, $0) } ?? [.storeLater(robot)]
        } else if report != nil {
            // The brain has had it: nothing else makes this edge forget.
            return [.confirm(host, attempt, token ?? FencingToken(epoch: 0, counter: 0))]
        }
        // Given up here, and still at it there.
        return [
            .cancel(host, attempt, token ?? FencingToken(epoch: 0, counter: 0), reason: "it was given up")
        ]
    }

    private mutating func hostLost(_ host: HostID) -> [ExecutionAction] {
        let robots = slots.filter { $0.value.host == host }.map(\.key)
        for robot in robots { slots[robot]?.host = nil }
        return robots.isEmpty ? [] : [.rosterChanged]
    }

    /// Without a brain, what is to stop without a link is stopped.
    func brainLost(_ reason: String, at now: Instant) -> [ExecutionAction] {
        slots.flatMap { robot, slot -> [ExecutionAction] in
            guard let host = slot.host, let running = slot.running, running.onLinkLoss == .stop
            else { return [] }
            return stop(running, robot, host, reason: "the brain is lost: \(reason)", at: now)
        }
    }

    // MARK: Time

    private mutating func timerFired(_ timer: ExecutionTimer, at now: Instant) -> [ExecutionAction] {
        switch timer {
        case .overdue(let robot, let attempt):
            guard let record = runningRecord(attempt, robot) else { return [] }
            if slots[robot]?.held == attempt {
                return ended(
                    attempt, robot,
                    .failed(Failure(.robotLost, "nobody sent the order again after a restart")))
            }
            guard let host = slots[robot]?.host else {
                return ended(
                    attempt, robot, .failed(Failure(.robotLost, "\(robot) didn’t come back in time")))
            }
            slots[robot]?.overdue = attempt
            return [
                .cancel(host, attempt, record.token, reason: "timed out"),
                .startTimer(.unstoppable(robot, attempt), at: now + settings.stopGrace),
            ]
        case .unstoppable(let robot, let attempt):
            guard runningRecord(attempt, robot) != nil else { return [] }
            if slots[robot]?.halt?.attempt == attempt {
                let message = "didn’t stop within \(settings.stopGrace) of the e-stop"
                return ended(attempt, robot, .failed(Failure(.unsafe, message)))
            }
            let message = "didn’t stop within \(settings.stopGrace) when told to"
            return ended(attempt, robot, .failed(Failure(.timeout, message)))
        }
    }

    private func runningRecord(_ attempt: AttemptID, _ robot: RobotID) -> AttemptRecord? {
        guard let record = slots[robot]?.records[attempt], record.outcome == nil else { return nil }
        return record
    }

    private func store(_ robot: RobotID, isIdempotent: Bool) -> ExecutionAction {
        let canWait = isIdempotent || slots[robot]?.keepsLedger == true
        return canWait ? .storeLater(robot) : .store(robot, ledger(of: robot))
    }
}
