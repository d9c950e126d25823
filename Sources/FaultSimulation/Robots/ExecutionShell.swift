import Execution
import OrderedCollections
import RobotModel
import WireFormat

/// What a process has on disk of its robots.
final class LedgerDisk {
    fileprivate(set) var ledgers: [RobotID: RobotLedger] = [:]
}

/// Runs an ``ExecutionMachine`` as `Node/Edge/EdgeNode.swift` and
/// `SkillHost/SkillHost.swift` do: inputs in batches, what must be on disk
/// first, and then what follows.
final class ExecutionShell {
    /// What may be on disk later is there after this.
    private static let longestUnstored = Duration.seconds(1)

    private unowned let site: Site
    private let clock: ProcessClock
    private let disk: LedgerDisk
    private let offersChanged: () -> Void
    private let perform: (ExecutionAction) -> Void
    private(set) var machine: ExecutionMachine
    private var timers = TimerTable()
    private var batch = ActionBatch()
    private var isBatchOpen = false
    private var unstored: Set<RobotID> = []
    private var judge: RobotJudge
    /// Called in place of what follows the next store: the process dies there.
    var atStore: (() -> Void)?

    /// - Parameters:
    ///   - offersChanged: told when hellos are to say something else.
    ///   - perform: carries out what isn't a store or a timer.
    init(
        site: Site, clock: ProcessClock, disk: LedgerDisk, settings: ExecutionMachine.Settings,
        offersChanged: @escaping () -> Void, perform: @escaping (ExecutionAction) -> Void
    ) {
        self.site = site
        self.clock = clock
        self.disk = disk
        self.offersChanged = offersChanged
        self.perform = perform
        machine = ExecutionMachine(settings: settings)
        judge = RobotJudge(seed: site.scenario.options.seed, process: UInt64(clock.subject))
        // Through their form on disk.
        var restored: [RobotID: RobotLedger] = [:]
        site.check {
            for (robot, ledger) in disk.ledgers {
                restored[robot] = try RobotLedger(encoded: ledger.encoded(), of: robot)
                if restored[robot] != ledger {
                    site.violation(.codec, "\(robot)’s ledger is read otherwise than written")
                }
            }
        }
        _ = machine.handle(.restored(restored), at: clock.now)
    }

    func take(_ input: ExecutionInput) {
        let actions = machine.handle(input, at: clock.now)
        for flaw in judge.take(input, actions, machine, at: clock.now) { site.violation(.stray, flaw) }
        batch.add(actions)
        guard !isBatchOpen else { return }
        isBatchOpen = true
        clock.add("carry out", after: site.drawMicroseconds(20...400)) { [weak self] in self?.carryOut() }
    }

    private func carryOut() {
        let batch = batch
        self.batch = ActionBatch()
        isBatchOpen = false
        for (robot, ledger) in batch.stores {
            disk.ledgers[robot] = ledger
            unstored.remove(robot)
        }
        if !batch.later.isEmpty { storeSoon(Array(batch.later)) }
        if !batch.stores.isEmpty, let atStore { return atStore() }
        offersChanged()
        for action in batch.actions {
            switch action {
            case .startTimer(let timer, let moment):
                if let wake = timers.start(timer, at: moment) { sleep(until: wake) }
            case .stopTimer(let timer): timers.stop(timer)
            default: perform(action)
            }
        }
    }

    private func storeSoon(_ robots: [RobotID]) {
        if unstored.isEmpty {
            clock.add("store", after: Self.longestUnstored) { [weak self] in
                guard let self else { return }
                for robot in unstored { disk.ledgers[robot] = machine.ledger(of: robot) }
                unstored = []
            }
        }
        unstored.formUnion(robots)
    }

    private func sleep(until moment: Instant) {
        clock.add("execution timer", at: moment) { [weak self] in
            guard let self else { return }
            let (fired, next) = timers.takeDue(at: clock.now)
            for timer in fired { take(.timerFired(timer)) }
            if let next { sleep(until: next) }
        }
    }

    /// What hellos and rosters say.
    var offers: [RobotOffer] {
        machine.roster.sorted { $0.description.id < $1.description.id }.map { robot in
            RobotOffer(
                robot: robot.description.id, description: robot.description, skills: robot.description.skills,
                attempts: robot.attempts.sorted { $0.key < $1.key }.compactMap { attempt, outcome in
                    robot.tokens[attempt].map { AttemptReport(attempt: attempt, token: $0, outcome: outcome) }
                },
                highestToken: robot.highestToken)
        }
    }

    /// What a robot's body knows of orders from before a restart, as
    /// `Execution/HostedRobot+Body.swift` settles it.
    func settled(_ robot: Int, remembers: Bool) -> HostedRobot {
        var offer = HostedRobot(description: site.scenario.world.scene.robots[robot])
        for record in machine.pendingRecords[offer.description.id] ?? [] where record.outcome == nil {
            if !remembers {
                offer.highestToken = record.token
                offer.observed =
                    site.hasEyes(offer.description.id) ? record.order.map(site.truth.sight) ?? [] : []
            } else if site.truth.wasDone(record.attempt) {
                offer.attempts[record.attempt] = .some(.succeeded)
            } else {
                offer.highestToken = FencingToken(epoch: 0, counter: 0)
            }
        }
        return offer
    }
}
