import RobotModel
import Testing

@testable import Execution

struct ExecutionMachineTests {
    private var machine = ExecutionMachine()
    private let now = Instant(nanosecondsSinceEpoch: 1)
    private let host: HostID = "host"

    init() { _ = machine.handle(.hostJoined(host, [dog()]), at: now) }

    private func dog(
        _ attempts: [AttemptID: AttemptOutcome?] = [:], highest: FencingToken? = nil
    ) -> HostedRobot {
        HostedRobot(
            description: RobotDescription(id: "dog", embodiment: "test"), attempts: attempts,
            highestToken: highest)
    }

    private func order(
        _ step: StepID, token: UInt64, onLinkLoss: OnLinkLoss = .stop, cancel: CancelMode = .stop
    ) -> Invocation {
        Invocation(
            attempt: AttemptID(task: "t", step: step, number: 1),
            token: FencingToken(epoch: 1, counter: token), robot: "dog", skill: "work",
            arguments: [:], timeout: .seconds(10), onLinkLoss: onLinkLoss, cancel: cancel)
    }

    @Test func `promise 1: an order is on disk before its robot acts on it`() throws {
        var machine = machine
        let actions = machine.handle(.invoked(order("a", token: 1)), at: now)
        let store = try #require(actions.firstIndex { if case .store = $0 { true } else { false } })
        let invoke = try #require(actions.firstIndex { if case .invoke = $0 { true } else { false } })
        #expect(store < invoke)
    }

    @Test func `promise 2: an order with an old token never runs`() {
        var machine = machine
        _ = machine.handle(.invoked(order("a", token: 5)), at: now)
        _ = machine.handle(.ended(order("a", token: 5).attempt, "dog", .succeeded), at: now)
        let actions = machine.handle(.invoked(order("b", token: 4)), at: now)
        #expect(!actions.hasInvoke)
        #expect(actions.reported?.failure?.code == .rejectedBySkill)
    }

    @Test func `promise 2: the fence survives a restart`() {
        var machine = machine
        var ledger = RobotLedger()
        for action in machine.handle(.invoked(order("a", token: 5)), at: now) {
            if case .store(_, let stored) = action { ledger = stored }
        }
        var restarted = ExecutionMachine()
        _ = restarted.handle(.restored(["dog": ledger]), at: now)
        _ = restarted.handle(
            .hostJoined(host, [dog([order("a", token: 5).attempt: nil as AttemptOutcome?])]), at: now)
        #expect(!restarted.handle(.invoked(order("b", token: 5)), at: now).hasInvoke)
    }

    @Test func `promise 3: an order told twice runs once, and its result is the answer`() {
        var machine = machine
        let a = order("a", token: 1)
        #expect(machine.handle(.invoked(a), at: now).hasInvoke)
        #expect(machine.handle(.invoked(a), at: now) == [.reportAccepted(a.attempt, a.token)])
        _ = machine.handle(.ended(a.attempt, "dog", .succeeded), at: now)
        #expect(machine.handle(.invoked(a), at: now) == [.reportEnded(a.attempt, a.token, .succeeded)])
    }

    @Test
    func `promise 4: a result is on disk before the brain hears of it, and in the roster until it has it`()
        throws
    {
        var machine = machine
        let a = order("a", token: 1)
        _ = machine.handle(.invoked(a), at: now)
        let actions = machine.handle(.ended(a.attempt, "dog", .succeeded), at: now)
        guard case .store(_, let ledger) = actions[0] else { throw Failure(.skillError, "no store first") }
        #expect(ledger.records == [AttemptRecord(order: a, outcome: .succeeded)])
        #expect(machine.roster[0].attempts == [a.attempt: .succeeded])
        _ = machine.handle(.resultConfirmed(a.attempt, "dog"), at: now)
        #expect(machine.roster[0].attempts.isEmpty)
    }

    @Test func `promise 5: a host that hangs is told to stop, then given up`() {
        var machine = machine
        let a = order("a", token: 1)
        _ = machine.handle(.invoked(a), at: now)
        let stop = machine.handle(.timerFired(.overdue("dog", a.attempt)), at: now)
        #expect(stop.contains(.cancel(host, a.attempt, a.token, reason: "timed out")))
        let end = machine.handle(.timerFired(.unstoppable("dog", a.attempt)), at: now)
        #expect(end.reported?.failure?.code == .timeout)
    }

    @Test func `promise 5: a host that comes back without the attempt that it had has lost it`() {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        #expect(machine.roster.isEmpty)
        let actions = machine.handle(.hostJoined(host, [dog(highest: a.token)]), at: now)
        #expect(actions.reported?.failure?.code == .robotLost)
    }

    @Test func `a host that comes back and never had the order gets it`() {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        let old = FencingToken(epoch: 1, counter: 6)
        #expect(machine.handle(.hostJoined(host, [dog(highest: old)]), at: now).hasInvoke)
    }

    @Test func `a result that the host kept over a break is taken`() {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        let actions = machine.handle(
            .hostJoined(host, [dog([a.attempt: .succeeded], highest: a.token)]), at: now)
        #expect(actions.contains(.reportEnded(a.attempt, a.token, .succeeded)))
        #expect(!actions.hasInvoke)
    }

    @Test func `a ledger reads back as it was, entities and all`() throws {
        var order = order("a", token: 1)
        order.arguments = [
            "item": .entity("apple"), "note": .text("apple"), "count": .number(2), "quick": .boolean(true),
            "pose": .pose(Pose(xMeters: 1, yMeters: 2)),
        ]
        let ledger = RobotLedger(
            highestToken: order.token, records: [AttemptRecord(order: order, outcome: .succeeded)])
        #expect(try RobotLedger(encoded: ledger.encoded()) == ledger)
    }

    @Test func `one robot does one thing at a time`() {
        var machine = machine
        let a = order("a", token: 1)
        _ = machine.handle(.invoked(a), at: now)
        let actions = machine.handle(.invoked(order("b", token: 2)), at: now)
        #expect(!actions.hasInvoke)
        #expect(actions.reported?.failure?.code == .resourceConflict)
        #expect(actions.contains(.cancel(host, a.attempt, a.token, reason: "a newer order came")))
    }

    @Test func `without a brain, only work that may go on does`() {
        var machine = machine
        let a = order("a", token: 1, onLinkLoss: .finish)
        _ = machine.handle(.invoked(a), at: now)
        #expect(machine.handle(.brainLost(reason: "silent"), at: now).isEmpty)
        _ = machine.handle(.ended(a.attempt, "dog", .succeeded), at: now)
        let b = order("b", token: 2)
        _ = machine.handle(.invoked(b), at: now)
        #expect(
            machine.handle(.brainLost(reason: "silent"), at: now).contains {
                if case .cancel = $0 { true } else { false }
            })
    }

    @Test func `an attempt that is stopped because its time is over has failed by its time-out`() {
        var machine = machine
        let a = order("a", token: 1)
        _ = machine.handle(.invoked(a), at: now)
        #expect(!machine.handle(.timerFired(.overdue("dog", a.attempt)), at: now).isEmpty)
        let actions = machine.handle(
            .ended(a.attempt, "dog", .failed(Failure(.canceled, "stopped"))), at: now)
        #expect(actions.reported?.failure?.code == .timeout)
    }

    @Test func `a cancel leaves alone what is to finish`() {
        var machine = machine
        let a = order("a", token: 1, cancel: .finish)
        _ = machine.handle(.invoked(a), at: now)
        #expect(
            machine.handle(.cancelRequested(a.attempt, a.token, "dog", reason: "enough"), at: now).isEmpty)
        _ = machine.handle(.ended(a.attempt, "dog", .succeeded), at: now)
        let b = order("b", token: 2)
        _ = machine.handle(.invoked(b), at: now)
        #expect(
            !machine.handle(.cancelRequested(b.attempt, b.token, "dog", reason: "enough"), at: now).isEmpty)
    }

    @Test func `an order for a robot without a host is answered at once`() {
        var machine = ExecutionMachine()
        #expect(machine.handle(.invoked(order("a", token: 1)), at: now).reported?.failure?.code == .robotLost)
    }
}

extension [ExecutionAction] {
    fileprivate var hasInvoke: Bool { contains { if case .invoke = $0 { true } else { false } } }
    fileprivate var reported: AttemptOutcome? {
        lazy.compactMap { if case .reportEnded(_, _, let outcome) = $0 { outcome } else { nil } }.first
    }
}
