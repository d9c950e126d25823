import Coordination
import Execution
import MessageBus
import PlanRules
import RobotModel
import WireFormat
import WorldMemory

/// The brain's process: the shipping core, rebuilt by its shipping recovery
/// from records in their shipping form, with the shell around it as
/// `Coordination/Coordinator.swift` has it.
final class SimulatedBrain: LinkEnd {
    struct Letter {
        let input: CoordinationInput
        let done: ((Refusal?) -> Void)?
    }

    /// Why a caller's input did nothing.
    enum Refusal {
        case order(CoordinationRefusal)
        case disk
    }

    unowned let site: Site
    /// One for each edge.
    private let links: [SimulatedLink]
    private(set) var isUp = false
    /// Whether it takes requests.
    private(set) var isServing = false
    private(set) var clock: ProcessClock
    private(set) var machine: CoordinationMachine
    private(set) var memory = MemoryCore()
    var memoryClock = HybridClock(origin: "brain")
    private(set) var archive: [TaskID: TaskView] = [:]
    private var server: ServerShell?
    private var routes = RobotRoutes()
    private var mailbox: [Letter] = []
    private var isFlushing = false
    private var isCommitting = false
    private var timers: [CoordinationTimer: Int] = [:]
    private var timerCount = 0
    private var lives = 0
    private var snapshotAt: UInt64 = 0
    private(set) var disk: BrainDisk
    var memoryLane: Lane
    let planner: SimulatedPlanner
    /// Dies there, next time it comes by.
    private var crashPoint: (point: CrashPoint, isPowerLost: Bool, pause: Duration)?
    /// What recovery must come back to: the state after the newest record that
    /// is on disk.
    private var shadow: CoordinationMachine?
    private var uncommitted: [JournalledInput] = []
    /// Told of every action that is carried out.
    private var witness: ((CoordinationAction, UInt64) -> Void)?

    init(site: Site, links: [SimulatedLink]) {
        self.site = site
        self.links = links
        clock = site.makeClock(100)
        machine = CoordinationMachine()
        memoryLane = site.makeLane(0x400, delay: 20...3000)
        disk = BrainDisk(random: SeededRandom(seed: site.scenario.options.seed, stream: 0x500))
        planner = SimulatedPlanner(site: site)
        for link in links {
            link.server = self
            link.toServer = { [unowned self] frame, route in server?.take(.received(frame, from: route)) }
        }
        site.check { _ = try memory.load(site.scenario.world.scene, stamp: memoryClock.stamp(at: clock.now)) }
        disk.flush(memory)
    }

    // MARK: Life and death

    func start() {
        isUp = true
        lives += 1
        clock = site.makeClock(100)
        routes = RobotRoutes()
        recover()
        server = ServerShell(
            clock: clock,
            machine: SessionServer(
                node: "brain", instance: "b\(lives)", epoch: machine.epoch + 1, roles: [.edge],
                timing: SessionTiming()),
            transmit: { [unowned self] envelope, route in
                guard let link = links.first(where: { $0.number == Int(route[0]) }) else {
                    return .disconnected
                }
                return link.sendDown(envelope, to: route)
            },
            handler: { [unowned self] event in
                for event in routes.handle(event, from: 0) { received(event) }
            })
        beginEpoch()
    }

    /// Without a place for it on disk nothing begins: it is tried again, as the
    /// daemon's supervisor does.
    private func beginEpoch() {
        let isFirst = machine.epoch == 0
        commit(.brainStarted(epoch: machine.epoch + 1)) { [unowned self] refusal in
            guard refusal == nil else {
                clock.add("begin again", after: .milliseconds(500)) { [unowned self] in beginEpoch() }
                return
            }
            if isFirst { report(.settingsChanged(site.settings)) }
            // Pressed, and not in the journal.
            if case .latched(let person)? = site.button.hold, machine.emergency == nil {
                report(.emergencyStopped(by: person, reason: "it is pressed"))
            }
            isServing = true
            for link in links { link.connect() }
        }
    }

    func kill(isPowerLost: Bool) {
        guard isUp else { return }
        isUp = false
        isServing = false
        site.say(isPowerLost ? "the brain loses power" : "the brain is killed")
        clock.die()
        server = nil
        mailbox = []
        isFlushing = false
        isCommitting = false
        timers = [:]
        crashPoint = nil
        shadow = machine
        disk.crash(isPowerLost: isPowerLost)
        for link in links { link.reset() }
    }

    func arm(_ point: CrashPoint, isPowerLost: Bool, pause: Duration) {
        guard isUp else { return }
        guard point != .anywhere else { return die(isPowerLost: isPowerLost, pause: pause) }
        crashPoint = (point, isPowerLost, pause)
    }

    private func die(isPowerLost: Bool, pause: Duration) {
        site.brainDied(isPowerLost: isPowerLost, pause: pause)
    }

    /// - Returns: whether it died here.
    private func passes(_ point: CrashPoint) -> Bool {
        guard let armed = crashPoint, armed.point == point else { return false }
        die(isPowerLost: armed.isPowerLost, pause: armed.pause)
        return true
    }

    /// The state comes from the disk alone.
    private func recover() {
        let (snapshot, records) = disk.recover()
        memory = disk.memory
        archive = disk.archive
        site.check {
            var recovery = CoordinatorRecovery(
                machine: try snapshot.map { try CoordinationMachine(encoded: $0.bytes) }
                    ?? CoordinationMachine(),
                memoryUpTo: memory.effectsAppliedUpTo)
            // What came before, nobody asks for now; the end looks at all of it.
            let from = snapshot?.record ?? 0
            let known = min(from, shadow?.lastRecord ?? from, UInt64(records.count))
            let inputs = try records.dropFirst(Int(known)).map { payload in
                let (input, at) = try JournalEntryCodec.decode(payload)
                return JournalledInput(input, at: at)
            }
            for (record, input) in zip((known + 1)..., inputs) where record > from {
                recovery.replay(input, sequence: record)
            }
            machine = recovery.machine
            for view in recovery.ended { keep(view) }
            for (cause, action) in recovery.memoryActions { enter(action, cause: cause) }
            compare(with: inputs, after: known)
        }
        snapshotAt = machine.lastRecord
        uncommitted = []
    }

    /// What was on disk and not yet acted on counts; what wasn't, doesn't.
    private func compare(with inputs: [JournalledInput], after known: UInt64) {
        guard var expected = shadow else { return }
        let found = known + UInt64(inputs.count)
        if found < expected.lastRecord {
            site.violation(.lost, "\(expected.lastRecord) records were acted on, and \(found) are on disk")
            return
        }
        let acted = expected.lastRecord
        for (record, input) in zip((known + 1)..., inputs) where record > acted {
            let actions = expected.handle(input.input, at: input.at, record: record)
            site.watch.brain(replayed: input.input, actions)
        }
        if expected != machine {
            site.violation(.replay, "recovery gives another state than the one that died")
        }
    }

    // MARK: Taking inputs

    func report(_ input: CoordinationInput) { post(Letter(input: input, done: nil)) }

    func commit(_ input: CoordinationInput, _ done: @escaping (Refusal?) -> Void) {
        post(Letter(input: input, done: done))
    }

    private func post(_ letter: Letter) {
        mailbox.append(letter)
        guard !isFlushing else { return }
        isFlushing = true
        let delay: Duration = letter.input.canWait ? .milliseconds(20) : site.drawMicroseconds(10...300)
        clock.add("flush", after: delay) { [unowned self] in flush() }
    }

    private func flush() {
        guard !isCommitting else {
            isFlushing = false
            return
        }
        var batch = mailbox
        mailbox = []
        isFlushing = false
        if site.weatherOfDisk.isLow, batch.contains(where: \.input.isNewWork) {
            for letter in batch where letter.input.isNewWork { turnAway(letter) }
            batch.removeAll(where: \.input.isNewWork)
        }
        guard !batch.isEmpty else { return }
        if passes(.beforeCommit) { return }
        if site.weatherOfDisk.isFull { return failed(batch) }
        let at = clock.now
        var payloads: [[UInt8]] = []
        site.check { payloads = try batch.map { try JournalEntryCodec.encode($0.input, at: at) } }
        guard payloads.count == batch.count else { return }
        let first = disk.lastRecord + 1
        disk.write(payloads)
        if passes(.duringCommit) { return }
        isCommitting = true
        clock.add("commit", after: site.drawMicroseconds(150...900) + site.weatherOfDisk.delay) {
            [unowned self] in
            disk.sync()
            isCommitting = false
            for payload in payloads { site.log(payload) }
            if passes(.afterCommit) { return }
            for (offset, letter) in batch.enumerated() {
                guard take(letter, at: at, record: first + UInt64(offset)) else { return }
            }
            if machine.lastRecord >= snapshotAt + site.snapshotEvery { takeSnapshot() }
            if !mailbox.isEmpty, !isFlushing {
                isFlushing = true
                clock.add("flush", after: site.drawMicroseconds(10...100)) { [unowned self] in flush() }
            }
        }
    }

    /// - Returns: false where the process died over it.
    private func take(_ letter: Letter, at: Instant, record: UInt64) -> Bool {
        var refusal: CoordinationRefusal?
        site.say("record \(record): \(letter.input.digest)")
        let actions = machine.handle(letter.input, at: at, record: record)
        if let recorder = site.recorder { site.check { try recorder.handled(machine) } }
        site.watch.brain(took: letter.input, actions, at: at, self)
        for action in actions {
            if case .refuse(let reason) = action { refusal = reason }
            if crashPoint?.point == .amongActions, site.drawBelow(3) == 0, passes(.amongActions) {
                return false
            }
            perform(action, cause: record)
        }
        letter.done?(refusal.map(Refusal.order))
        return true
    }

    private func turnAway(_ letter: Letter) {
        if let done = letter.done { return done(.disk) }
        clock.add("new work again", after: .seconds(5)) { [unowned self] in post(letter) }
    }

    private func failed(_ batch: [Letter]) {
        mailbox = batch.filter { $0.done == nil } + mailbox
        for letter in batch { letter.done?(.disk) }
        isFlushing = true
        clock.add("retry commit", after: .milliseconds(500)) { [unowned self] in flush() }
    }

    private func takeSnapshot() {
        snapshotAt = machine.lastRecord
        let (copy, record, clock) = (machine, machine.lastRecord, clock)
        // Behind what shared memory has yet to take of these records.
        memoryLane.post("snapshot", 0) { [unowned self] in
            clock.run { [unowned self] in
                clock.add("snapshot", after: site.draw(1...30)) { [unowned self] in
                    save(copy, record: record)
                }
            }
        }
    }

    private func save(_ copy: CoordinationMachine, record: UInt64) {
        site.check {
            disk.beginSnapshot(try copy.encoded(), record: record, memory: memory, archive: archive)
        }
        if passes(.duringSnapshot) { return }
        disk.finishSnapshot()
    }

    // MARK: Robots

    private func received(_ event: RobotEvent) {
        switch event {
        case .linked(let offer):
            guard let description = offer.description else { return }
            enterRobot(description)
            report(
                .robotLinked(description, running: offer.attempts.filter { $0.outcome == nil }.map(\.attempt))
            )
        case .lost(let robot, let reason): report(.robotLost(robot, reason: reason))
        case .accepted(let attempt, let token): report(.attemptAccepted(attempt, token))
        case .ended(let attempt, let token, let outcome): report(.attemptEnded(attempt, token, outcome))
        case .declared, .progressed, .status, .memory, .refused: break
        }
    }

    private func send(_ body: Envelope.Body, to robot: RobotID) {
        guard let way = routes.way(to: robot), server?.isJoined(way.peer) == true else { return }
        server?.take(.sendRequested(body, to: way.peer))
    }

    // MARK: Acting

    private func perform(_ action: CoordinationAction, cause: UInt64) {
        witness?(action, cause)
        switch action {
        case .plan(let order): plan(order)
        case .invoke(let order):
            site.say("sends \(order.attempt) \(order.skill) to \(order.robot) under \(order.token)")
            send(.invoke(order), to: order.robot)
        case .cancelAttempt(let attempt, let token, let robot, let reason):
            send(.cancel(attempt, token, reason: reason), to: robot)
        case .confirmResult(let attempt, let token, let robot): send(.resultStored(attempt, token), to: robot)
        case .applyEffects, .tell:
            let clock = clock
            memoryLane.post("memory", 0) { [unowned self] in
                clock.run { [unowned self] in
                    enter(action, cause: cause)
                    flushMemorySoon()
                }
            }
        case .checkGoal(let task, let revision, let formula):
            let clock = clock
            memoryLane.post("goal", 0) { [unowned self] in
                clock.run { [unowned self] in
                    let holds = FactIndex(belief, rules: []).holds(formula, in: belief)
                    report(
                        .goalChecked(task, revision: revision, unmet: holds ? nil : "\(formula) doesn’t hold")
                    )
                }
            }
        case .startTimer(let timer, let moment):
            timerCount += 1
            let mine = timerCount
            timers[timer] = mine
            clock.add("brain timer", at: moment) { [unowned self] in
                guard timers[timer] == mine else { return }
                timers[timer] = nil
                report(.timerFired(timer))
            }
        case .stopTimer(let timer): timers[timer] = nil
        case .archive(let view): keep(view)
        case .refuse(let refusal): site.say("refused: \(refusal)")
        case .publish(let event):
            site.say(
                "  \(event.kind) \(event.task?.rawValue ?? "") \(event.step?.rawValue ?? "") \(event.robot?.rawValue ?? "") \(event.state) \(event.note)"
            )
        }
    }

    private func plan(_ order: PlanOrder) {
        let clock = clock
        memoryLane.post("world", 0) { [unowned self] in
            clock.run { [unowned self] in
                let answer = planner.answer(order, in: belief)
                guard let (after, input) = answer else { return }
                clock.add("plan", after: after) { [unowned self] in report(input) }
            }
        }
    }

    private func keep(_ view: TaskView) {
        if let known = archive[view.id], known != view {
            site.violation(.lost, "\(view.id) has ended twice, differently")
        }
        archive[view.id] = view
    }

    // MARK: Shared memory

    /// The world as planning sees it: what is in doubt counts as it was before.
    var belief: WorldState {
        let assumed = memory.uncertain.filter { memory.records[$0]?.holds == true }
        return WorldState(entities: memory.entities, facts: memory.facts.union(assumed))
    }

    private func enter(_ action: CoordinationAction, cause: UInt64) {
        let update: MemoryUpdate
        switch action {
        case .applyEffects(let claim):
            var made = MemoryUpdate(
                source: .effect(claim.attempt.description), observed: claim.observed,
                observer: .robot(claim.robot))
            switch claim.standing {
            case .success:
                let (ending, beginning) = FactIndex(belief, rules: []).changes(of: claim.effects)
                made.ending = ending.sorted().map { Literal($0) }
                made.beginning = beginning.sorted()
            case .doubt: made.doubtful = claim.effects.map(\.literal)
            case .unchanged: break
            }
            update = made
        case .tell(let literals, let person):
            update = MemoryUpdate(source: .person(person), observed: literals)
        default: return
        }
        let now = clock.now
        site.say(
            "memory takes \(cause): ends \(update.ending) begins \(update.beginning) doubts \(update.doubtful) saw \(update.observed)"
        )
        let known = memory.effectsAppliedUpTo
        if cause <= known { site.say("  … which it has already: \(known)") }
        _ = memory.enter(
            update, stamp: memoryClock.stamp(at: now), observed: memoryClock.stamp(at: now), cause: cause)
    }

    private func enterRobot(_ robot: RobotDescription) {
        site.check { _ = try memory.add(robot, stamp: memoryClock.stamp(at: clock.now)) }
    }

    /// Someone says what they see.
    func observe(_ literals: [Literal], by person: String) {
        site.check {
            _ = try memory.observe(
                literals, creating: [], source: .person(person), stamp: memoryClock.stamp(at: clock.now))
        }
        disk.flush(memory)
    }

    private func flushMemorySoon() {
        clock.add("memory on disk", after: .milliseconds(50)) { [unowned self] in disk.flush(memory) }
    }
}

extension CoordinationInput {
    /// Whether it is as well on disk a little later, with another input.
    fileprivate var canWait: Bool {
        if case .attemptAccepted = self { true } else { false }
    }

    /// Whether it begins something that wasn't promised yet.
    fileprivate var isNewWork: Bool {
        switch self {
        case .taskSubmitted, .scheduleSet, .timerFired(.scheduleDue): true
        default: false
        }
    }
}

// MARK: The end

extension SimulatedBrain {
    /// Takes what a real brain journalled, as it takes its own inputs once they
    /// are on disk. What comes of the actions is never waited for.
    func retake(
        _ entries: [JournalledInput], _ witness: @escaping (CoordinationAction, UInt64) -> Void
    ) {
        self.witness = witness
        for (record, entry) in zip(UInt64(1)..., entries) {
            _ = take(Letter(input: entry.input, done: nil), at: entry.at, record: record)
        }
        self.witness = nil
    }

    /// All that the disk has, from the first.
    var records: [[UInt8]] {
        var disk = disk
        return disk.recover().records
    }

    /// What the disk has must give the live state: from the first record, from
    /// the newest snapshot, and through the snapshot's form.
    func judgeReplay() {
        site.check {
            var disk = disk
            let (snapshot, records) = disk.recover()
            let inputs = try records.map { try JournalEntryCodec.decode($0) }
            var whole = CoordinationMachine()
            for (offset, entry) in inputs.enumerated() {
                _ = whole.handle(entry.input, at: entry.at, record: UInt64(offset) + 1)
            }
            if whole != machine {
                site.violation(.replay, "the whole journal gives another state than the live one")
            }
            if let snapshot {
                var rest = try CoordinationMachine(encoded: snapshot.bytes)
                for (offset, entry) in inputs.enumerated().dropFirst(Int(snapshot.record)) {
                    _ = rest.handle(entry.input, at: entry.at, record: UInt64(offset) + 1)
                }
                if try rest.stateHash() != machine.stateHash() {
                    site.violation(.replay, "snapshot and rest give another state than the live one")
                }
            }
        }
    }
}

extension CoordinationMachine {
    var hasNoWork: Bool { scheduleViews.isEmpty && taskViews.isEmpty }
}
