import OrderedCollections
public import RobotModel

/// The robots' side of an order: fencing, stored results, time-outs. One
/// machine serves all robots of an edge.
///
/// Its promises, each held by a test in `ExecutionMachineTests`:
/// 1. An order is on disk before its robot acts on it.
/// 2. An order whose token isn't greater than every one before never runs.
/// 3. An order told twice runs once; its stored result is the answer.
/// 4. A result is on disk before the brain hears of it, and is kept until the
///    brain has it on its own.
/// 5. An attempt always ends: by its host, by time-out, or with `robotLost`.
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

    fileprivate struct Slot: Hashable, Sendable {
        var description: RobotDescription?
        var host: HostID?
        var highestToken = FencingToken(epoch: 0, counter: 0)
        var records: OrderedDictionary<AttemptID, AttemptRecord> = [:]
        /// Whether the host has said, in this edge's life, that it has the order.
        var isAccepted = false
        /// The attempt that was told to stop because its time was over.
        var overdue: AttemptID?

        var running: AttemptRecord? { records.values.last { $0.outcome == nil } }
        var ledger: RobotLedger {
            RobotLedger(highestToken: highestToken, records: Array(records.values))
        }
    }

    private let settings: Settings
    fileprivate var slots: OrderedDictionary<RobotID, Slot> = [:]

    public init(settings: Settings = Settings()) { self.settings = settings }

    /// Robots with a live host, with what they are at and what they have ended
    /// but not yet seen confirmed.
    public var roster: [HostedRobot] {
        slots.values.compactMap { slot in
            guard slot.host != nil, let description = slot.description else { return nil }
            return HostedRobot(
                description: description,
                attempts: Dictionary(uniqueKeysWithValues: slot.records.map { ($0.key, $0.value.outcome) }),
                highestToken: slot.highestToken)
        }
    }

    /// The order behind an attempt that the robot knows.
    public func order(_ attempt: AttemptID, of robot: RobotID) -> Invocation? {
        slots[robot]?.records[attempt]?.order
    }

    public mutating func handle(_ input: ExecutionInput, at now: Instant) -> [ExecutionAction] {
        switch input {
        case .restored(let ledgers): restored(ledgers)
        case .hostJoined(let host, let robots):
            robots.flatMap { joined(host, $0, at: now) } + [.rosterChanged]
        case .hostLost(let host, _): hostLost(host)
        case .invoked(let order): invoked(order, at: now)
        case .cancelRequested(let attempt, _, let robot, let reason):
            cancelRequested(attempt, robot, reason: reason, at: now)
        case .resultConfirmed(let attempt, let robot): confirmed(attempt, robot)
        case .accepted(let attempt, let robot): accepted(attempt, robot)
        case .progressed(let attempt, let robot, let progress):
            runningRecord(attempt, robot).map { [.reportProgress(attempt, $0.order.token, progress)] } ?? []
        case .ended(let attempt, let robot, let outcome): ended(attempt, robot, outcome)
        case .brainLost(let reason): brainLost(reason, at: now)
        case .timerFired(let timer): timerFired(timer, at: now)
        }
    }

    // MARK: Orders

    private mutating func invoked(_ order: Invocation, at now: Instant) -> [ExecutionAction] {
        func refuse(_ code: FailureCode, _ message: String) -> [ExecutionAction] {
            [.reportEnded(order.attempt, order.token, .failed(Failure(code, message)))]
        }
        guard let slot = slots[order.robot], let host = slot.host else {
            return refuse(.robotLost, "\(order.robot) has no live skill host here")
        }
        if let known = slot.records[order.attempt] {
            let accepted = ExecutionAction.reportAccepted(order.attempt, known.order.token)
            return [known.outcome.map { .reportEnded(order.attempt, known.order.token, $0) } ?? accepted]
        }
        guard order.token > slot.highestToken else {
            return refuse(
                .rejectedBySkill, "token \(order.token) is void: \(slot.highestToken) was obeyed before")
        }
        if let running = slot.running {
            // The brain has given the old one up; the robot hasn't yet.
            return stop(running, host, reason: "a newer order came", at: now)
                + refuse(.resourceConflict, "\(order.robot) is still at \(running.order.attempt)")
        }
        slots[order.robot]?.records[order.attempt] = AttemptRecord(order: order)
        slots[order.robot]?.highestToken = order.token
        slots[order.robot]?.isAccepted = false
        return [
            store(order.robot), .invoke(host, order), .reportAccepted(order.attempt, order.token),
            .startTimer(
                .overdue(order.robot, order.attempt), at: now + order.timeout + settings.overdueGrace),
        ]
    }

    private mutating func cancelRequested(
        _ attempt: AttemptID, _ robot: RobotID, reason: String, at now: Instant
    ) -> [ExecutionAction] {
        guard let slot = slots[robot], let record = slot.records[attempt] else { return [] }
        if let outcome = record.outcome { return [.reportEnded(attempt, record.order.token, outcome)] }
        // One that is to finish does, within its time-out.
        guard let host = slot.host, record.order.cancel != .finish else { return [] }
        return stop(record, host, reason: reason, at: now)
    }

    /// Tells a host to stop; one that is to finish keeps its time-out.
    private func stop(
        _ record: AttemptRecord, _ host: HostID, reason: String, at now: Instant
    ) -> [ExecutionAction] {
        let order = record.order
        let cancel = ExecutionAction.cancel(host, order.attempt, order.token, reason: reason)
        guard order.cancel != .finish else { return [cancel] }
        return [
            cancel,
            .startTimer(.unstoppable(order.robot, order.attempt), at: now + settings.stopGrace),
        ]
    }

    // MARK: Reports

    private mutating func accepted(_ attempt: AttemptID, _ robot: RobotID) -> [ExecutionAction] {
        if runningRecord(attempt, robot) != nil { slots[robot]?.isAccepted = true }
        return []
    }

    private mutating func ended(
        _ attempt: AttemptID, _ robot: RobotID, _ outcome: AttemptOutcome
    ) -> [ExecutionAction] {
        guard let record = slots[robot]?.records[attempt] else { return [] }
        let confirm = slots[robot]?.host.map { ExecutionAction.confirm($0, attempt, record.order.token) }
        guard record.outcome == nil else { return confirm.map { [$0] } ?? [] }
        let outcome = Self.named(outcome, isOverdue: slots[robot]?.overdue == attempt, record.order)
        slots[robot]?.records[attempt]?.outcome = outcome
        return [store(robot), .reportEnded(attempt, record.order.token, outcome)]
            + (confirm.map { [$0] } ?? [])
            + [.stopTimer(.overdue(robot, attempt)), .stopTimer(.unstoppable(robot, attempt))]
    }

    /// A skill that was stopped says that it was; why, it doesn't know.
    private static func named(_ outcome: AttemptOutcome, isOverdue: Bool, _ order: Invocation)
        -> AttemptOutcome
    {
        guard isOverdue, case .failed(let failure, let observed) = outcome, failure.code == .canceled else {
            return outcome
        }
        return .failed(Failure(.timeout, "not done within \(order.timeout)"), observed: observed)
    }

    /// The next store leaves it out; until then a copy on disk does no harm.
    private mutating func confirmed(_ attempt: AttemptID, _ robot: RobotID) -> [ExecutionAction] {
        if slots[robot]?.records[attempt]?.outcome != nil {
            slots[robot]?.records.removeValue(forKey: attempt)
        }
        return []
    }

    // MARK: Hosts and links

    private mutating func restored(_ ledgers: [RobotID: RobotLedger]) -> [ExecutionAction] {
        for (robot, ledger) in ledgers.sorted(by: { $0.key < $1.key }) {
            var slot = Slot()
            slot.highestToken = ledger.highestToken
            for record in ledger.records { slot.records[record.order.attempt] = record }
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
        slots[robot, default: Slot()].description = offer.description
        slots[robot]?.host = host
        guard let slot = slots[robot] else { return [] }
        var actions: [ExecutionAction] = []
        for (attempt, report) in offer.attempts.sorted(by: { $0.key < $1.key }) {
            if let outcome = report {
                actions += ended(attempt, robot, outcome)
            } else if slot.records[attempt]?.outcome != nil || slot.records[attempt] == nil {
                // Given up here, and still at it there.
                actions.append(
                    .cancel(host, attempt, FencingToken(epoch: 0, counter: 0), reason: "it was given up"))
            }
        }
        if let running = slots[robot]?.running, offer.attempts[running.order.attempt] == nil {
            let wasObeyed = offer.highestToken.map { $0 >= running.order.token } ?? slot.isAccepted
            if wasObeyed {
                let failure = Failure(.robotLost, "\(robot)’s skill host was restarted in mid-attempt")
                actions += ended(running.order.attempt, robot, .failed(failure))
            } else {
                actions.append(.invoke(host, running.order))
                actions.append(
                    .startTimer(
                        .overdue(robot, running.order.attempt),
                        at: now + running.order.timeout + settings.overdueGrace))
            }
        }
        return actions
    }

    private mutating func hostLost(_ host: HostID) -> [ExecutionAction] {
        let robots = slots.filter { $0.value.host == host }.map(\.key)
        for robot in robots { slots[robot]?.host = nil }
        return robots.isEmpty ? [] : [.rosterChanged]
    }

    /// Without a brain, what is to stop without a link is stopped.
    private func brainLost(_ reason: String, at now: Instant) -> [ExecutionAction] {
        slots.values.flatMap { slot -> [ExecutionAction] in
            guard let host = slot.host, let running = slot.running, running.order.onLinkLoss == .stop
            else { return [] }
            return stop(running, host, reason: "the brain is lost: \(reason)", at: now)
        }
    }

    // MARK: Time

    private mutating func timerFired(_ timer: ExecutionTimer, at now: Instant) -> [ExecutionAction] {
        switch timer {
        case .overdue(let robot, let attempt):
            guard let record = runningRecord(attempt, robot) else { return [] }
            guard let host = slots[robot]?.host else {
                return ended(
                    attempt, robot, .failed(Failure(.robotLost, "\(robot) didn’t come back in time")))
            }
            slots[robot]?.overdue = attempt
            return [
                .cancel(host, attempt, record.order.token, reason: "timed out"),
                .startTimer(.unstoppable(robot, attempt), at: now + settings.stopGrace),
            ]
        case .unstoppable(let robot, let attempt):
            guard runningRecord(attempt, robot) != nil else { return [] }
            let message = "didn’t stop within \(settings.stopGrace) when told to"
            return ended(attempt, robot, .failed(Failure(.timeout, message)))
        }
    }

    private func runningRecord(_ attempt: AttemptID, _ robot: RobotID) -> AttemptRecord? {
        guard let record = slots[robot]?.records[attempt], record.outcome == nil else { return nil }
        return record
    }

    private func store(_ robot: RobotID) -> ExecutionAction {
        .store(robot, slots[robot]?.ledger ?? RobotLedger())
    }
}

extension ExecutionMachine {
    /// The robot that an attempt was given to.
    public func robot(of attempt: AttemptID) -> RobotID? {
        slots.first { $0.value.records[attempt] != nil }?.key
    }

    /// Orders without a result, by robot.
    public var pendingRecords: [RobotID: [AttemptRecord]] {
        slots.reduce(into: [:]) { result, slot in
            let pending = slot.value.records.values.filter { $0.outcome == nil }
            if !pending.isEmpty { result[slot.key] = Array(pending) }
        }
    }
}
