import RobotModel
import Testing

@testable import Execution

struct ExecutionMachineTests {
    private var machine = ExecutionMachine()
    private let now = Instant(nanosecondsSinceEpoch: 1)
    private let host: HostID = "host"

    init() { _ = machine.handle(.hostJoined(host, [dog()]), at: now) }

    private func dog(
        _ attempts: [AttemptID: AttemptOutcome?] = [:], highest: FencingToken? = nil,
        tokens: [AttemptID: FencingToken] = [:], keepsLedger: Bool = false, observed: [Literal] = []
    ) -> HostedRobot {
        HostedRobot(
            description: RobotDescription(id: "dog", embodiment: "test"), attempts: attempts,
            tokens: tokens, highestToken: highest, keepsLedger: keepsLedger, observed: observed)
    }

    private func order(
        _ step: StepID, token: UInt64, epoch: UInt64 = 1, onLinkLoss: OnLinkLoss = .stop,
        cancel: CancelMode = .stop, idempotent: Bool = false
    ) -> Invocation {
        Invocation(
            attempt: AttemptID(task: "t", step: step, number: 1),
            token: FencingToken(epoch: epoch, counter: token), robot: "dog", skill: "work",
            arguments: [:], timeout: .seconds(10), onLinkLoss: onLinkLoss, cancel: cancel,
            idempotent: idempotent)
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

    @Test func `promise 2: a brain’s new epoch voids all its older tokens`() {
        var machine = machine
        let new = order("a", token: 1, epoch: 2)
        #expect(machine.handle(.invoked(new), at: now).hasInvoke)
        _ = machine.handle(.ended(new.attempt, "dog", .succeeded), at: now)
        let stale = machine.handle(.invoked(order("b", token: 900, epoch: 1)), at: now)
        #expect(!stale.hasInvoke)
        #expect(stale.reported?.failure?.code == .rejectedBySkill)
        #expect(machine.handle(.invoked(order("c", token: 2, epoch: 2)), at: now).hasInvoke)
    }

    @Test func `promise 6: an order never begun waits for the brain to send it again`() {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        let old = FencingToken(epoch: 1, counter: 6)
        #expect(!machine.handle(.hostJoined(host, [dog(highest: old)]), at: now).hasInvoke)
        #expect(machine.roster[0].attempts.isEmpty)
        #expect(machine.roster[0].highestToken == old)
        #expect(machine.handle(.invoked(a), at: now).hasInvoke)
        #expect(machine.roster[0].attempts == [a.attempt: nil as AttemptOutcome?])
    }

    @Test func `promise 6: an order never begun, and given up meanwhile, makes room for a newer one`() {
        var machine = machine
        let (a, b) = (order("a", token: 7), order("b", token: 8))
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        _ = machine.handle(.hostJoined(host, [dog(highest: FencingToken(epoch: 1, counter: 6))]), at: now)
        #expect(machine.handle(.invoked(b), at: now).hasInvoke)
        #expect(!machine.handle(.invoked(a), at: now).hasInvoke)
    }

    @Test func `promise 3: an order told again while its host is away is answered as it stands`() {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        #expect(machine.handle(.invoked(a), at: now) == [.reportAccepted(a.attempt, a.token)])
        _ = machine.handle(.ended(a.attempt, "dog", .succeeded), at: now)
        #expect(machine.handle(.invoked(a), at: now) == [.reportEnded(a.attempt, a.token, .succeeded)])
    }

    @Test func `promise 6: an order never begun that nobody sends again ends, and is void then`() throws {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        let back = machine.handle(
            .hostJoined(host, [dog(highest: FencingToken(epoch: 1, counter: 6))]), at: now)
        let timer = ExecutionTimer.overdue("dog", a.attempt)
        #expect(
            back.contains(.startTimer(timer, at: now + a.timeout + ExecutionMachine.Settings().overdueGrace)))
        let ended = machine.handle(.timerFired(timer), at: now)
        #expect(ended.contains { if case .reportEnded(a.attempt, a.token, _) = $0 { true } else { false } })
        #expect(!machine.handle(.invoked(a), at: now).hasInvoke)
        _ = machine.handle(.resultConfirmed(a.attempt, "dog"), at: now)
        #expect(!machine.handle(.invoked(a), at: now).hasInvoke)
    }

    @Test func `promise 2: what came before the newest order isn't taken up again after a restart`() {
        var machine = ExecutionMachine()
        let (a, b) = (order("a", token: 7), order("b", token: 8))
        let ledger = RobotLedger(
            highestToken: b.token,
            records: [AttemptRecord(order: a), AttemptRecord(order: b, outcome: .succeeded)])
        _ = machine.handle(.restored(["dog": ledger]), at: now)
        _ = machine.handle(.hostJoined(host, [dog(highest: b.token)]), at: now)
        #expect(!machine.handle(.invoked(a), at: now).hasInvoke)
        #expect(machine.roster[0].attempts.keys.elementsEqual([b.attempt]))
    }

    @Test func `a host whose session blinked gets the order that was on its way`() {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        let old = FencingToken(epoch: 1, counter: 6)
        #expect(machine.handle(.hostJoined(host, [dog(highest: old)]), at: now).hasInvoke)
    }

    @Test func `promise 6: what a robot sees goes with an attempt whose end nobody knows`() {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        let seen = [Literal(Fact("holding", ["dog", "cup"]))]
        let actions = machine.handle(.hostJoined(host, [dog(highest: a.token, observed: seen)]), at: now)
        guard case .failed(let failure, let observed)? = actions.reported else {
            return #expect(Bool(false))
        }
        #expect(failure.code == .robotLost)
        #expect(observed == seen)
    }

    // MARK: A host with a ledger of its own

    @Test func `an edge doesn’t wait for its disk where the host has a ledger or the order is idempotent`() {
        var machine = machine
        let idempotent = order("a", token: 1, idempotent: true)
        #expect(machine.handle(.invoked(idempotent), at: now).first == .storeLater("dog"))
        let end = machine.handle(.ended(idempotent.attempt, "dog", .succeeded), at: now)
        #expect(end.first == .storeLater("dog"))
        _ = machine.handle(.hostJoined(host, [dog(highest: idempotent.token, keepsLedger: true)]), at: now)
        #expect(machine.handle(.invoked(order("b", token: 2)), at: now).first == .storeLater("dog"))
    }

    @Test func `a host with a ledger may forget a result only when the brain has it`() {
        var machine = ExecutionMachine()
        let a = order("a", token: 1)
        let none = FencingToken(epoch: 0, counter: 0)
        _ = machine.handle(.hostJoined(host, [dog(highest: none, keepsLedger: true)]), at: now)
        _ = machine.handle(.invoked(a), at: now)
        let end = machine.handle(.ended(a.attempt, "dog", .succeeded), at: now)
        #expect(end.reported == .succeeded)
        #expect(!end.contains(.confirm(host, a.attempt, a.token)))
        let confirmed = machine.handle(.resultConfirmed(a.attempt, "dog"), at: now)
        #expect(confirmed.contains(.confirm(host, a.attempt, a.token)))
        // The word was lost: it is said again when the host tells the result again.
        let again = machine.handle(
            .hostJoined(
                host,
                [
                    dog(
                        [a.attempt: .succeeded], highest: a.token, tokens: [a.attempt: a.token],
                        keepsLedger: true)
                ]),
            at: now)
        #expect(again.contains(.confirm(host, a.attempt, a.token)))
        #expect(again.reported == nil)
    }

    @Test func `an edge that was killed before it stored an order adopts it from its host`() {
        var machine = ExecutionMachine()
        let (a, b) = (order("a", token: 4), order("b", token: 5))
        let actions = machine.handle(
            .hostJoined(
                host,
                [
                    dog(
                        [a.attempt: .succeeded, b.attempt: nil], highest: b.token,
                        tokens: [a.attempt: a.token, b.attempt: b.token], keepsLedger: true)
                ]), at: now)
        #expect(actions.reported == .succeeded)
        #expect(machine.roster[0].attempts == [a.attempt: .succeeded, b.attempt: nil as AttemptOutcome?])
        #expect(machine.robot(of: b.attempt) == "dog")
        #expect(!machine.handle(.invoked(order("c", token: 5)), at: now).hasInvoke)
        #expect(machine.handle(.ended(b.attempt, "dog", .succeeded), at: now).reported == .succeeded)
    }

    @Test func `a host that is at what the edge gave up is told to stop`() {
        var machine = machine
        let a = order("a", token: 7)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.timerFired(.overdue("dog", a.attempt)), at: now)
        _ = machine.handle(.timerFired(.unstoppable("dog", a.attempt)), at: now)
        _ = machine.handle(.resultConfirmed(a.attempt, "dog"), at: now)
        let actions = machine.handle(
            .hostJoined(host, [dog([a.attempt: nil], highest: a.token, tokens: [a.attempt: a.token])]),
            at: now)
        #expect(actions.contains(.cancel(host, a.attempt, a.token, reason: "it was given up")))
    }

    @Test func `an idempotent order that a crash cut short is sent again, not unknown`() {
        var machine = machine
        let a = order("a", token: 7, idempotent: true)
        _ = machine.handle(.invoked(a), at: now)
        _ = machine.handle(.hostLost(host, reason: "silent"), at: now)
        let actions = machine.handle(.hostJoined(host, [dog(highest: a.token)]), at: now)
        #expect(actions.reported == nil)
        #expect(machine.handle(.invoked(a), at: now).hasInvoke)
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
