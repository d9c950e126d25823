import Coordination
import PlanRules
import RobotModel
import WorldMemory

/// Holds every event against the promises, and all of them against the end.
final class Watch {
    private unowned let site: Site
    /// Under which token an attempt was first sent.
    private var sent: [AttemptID: FencingToken] = [:]
    private var claimed: Set<AttemptID> = []
    private var isStopped = false
    private var cycles = LifeCycles()
    private var strays: Strays
    private var whatIf: WhatIf
    private struct Turn: Hashable {
        let task: TaskID
        let robot: RobotID
    }
    private var begun: Set<Turn> = []
    private var queues: [RobotID: [TaskID]] = [:]
    private var waitsSince: [Turn: Instant] = [:]
    /// When tasks came, by true time.
    private var received: [TaskID: Instant] = [:]

    /// Until a robot that nobody can reach stands still: the lease, a tenth of
    /// a second, and what one look is later than another. Where its edge or
    /// the way there is gone, the motion lease counts; where the brain is, the
    /// session's.
    static let safeAfter = (edge: Duration.milliseconds(1000 + 150), brain: Duration.milliseconds(1500 + 150))

    init(site: Site) {
        self.site = site
        strays = Strays(seed: site.scenario.options.seed)
        whatIf = WhatIf(seed: site.scenario.options.seed)
    }

    func begin() { look() }

    // MARK: The brain's decisions

    func brain(
        took input: CoordinationInput, _ actions: [CoordinationAction], at moment: Instant,
        _ brain: SimulatedBrain
    ) {
        guard site.recorder == nil else { return }
        note(input)
        for action in actions {
            switch action {
            case .invoke(let order): invoked(order, brain)
            case .applyEffects(let claim):
                if !claimed.insert(claim.attempt).inserted {
                    site.violation(.twice, "the effects of \(claim.attempt) are entered a second time")
                }
            default: break
            }
        }
        if case .taskSubmitted(let id, _) = input { received[id] = received[id] ?? site.agenda.now }
        noteQueues(brain)
        for flaw in brain.machine.audit() { site.violation(.upkeep, flaw) }
        self.brain(replayed: input, actions)
        guard site.violations.isEmpty else { return }
        let machine = brain.machine
        for flaw in strays.judge(
            machine, after: input, isRefused: actions.isRefusal, at: moment, cycles)
        {
            site.violation(.stray, flaw)
        }
        for flaw in whatIf.judge(machine, at: moment, cycles) { site.violation(.order, flaw) }
    }

    /// A record that was on disk when the brain died, and is acted on only now.
    func brain(replayed input: CoordinationInput, _ actions: [CoordinationAction]) {
        guard site.recorder == nil else { return }
        note(input)
        for flaw in cycles.take(input, actions) { site.violation(.lifeCycle, flaw) }
    }

    private func note(_ input: CoordinationInput) {
        switch input {
        case .emergencyStopped: isStopped = true
        case .emergencyReleased: isStopped = false
        default: break
        }
    }

    private func invoked(_ order: Invocation, _ brain: SimulatedBrain) {
        if isStopped {
            site.violation(.dispatch, "\(order.attempt) was sent to \(order.robot) during an e-stop")
        }
        if let token = sent[order.attempt] {
            if token != order.token {
                site.violation(.staleToken, "\(order.attempt) was sent under \(token) and \(order.token)")
            }
            return
        }
        sent[order.attempt] = order.token
        judgeTurn(order, brain)
        guard let robot = brain.machine.robot(order.robot) else {
            return site.violation(
                .dispatch, "\(order.attempt) was sent to \(order.robot), which nobody knows")
        }
        switch robot.state {
        case .available, .busy, .charging: break
        case .draining, .maintenance:
            // What it is at is finished: its step, with every round and try, and
            // putting right what was stopped.
            guard order.attempt.number == 1, !order.attempt.step.rawValue.contains("-undo") else { break }
            fallthrough
        case .manual, .lost, .retired:
            site.violation(
                .dispatch, "\(order.attempt) was sent to \(order.robot), which is \(robot.state.rawValue)")
        }
    }

    /// Nobody who came later, and is no more urgent, goes before one who waits.
    private func judgeTurn(_ order: Invocation, _ brain: SimulatedBrain) {
        guard begun.insert(Turn(task: order.attempt.task, robot: order.robot)).inserted,
            let task = brain.machine.task(order.attempt.task), task.request.deadline == nil
        else { return }
        for id in brain.machine.queue(for: order.robot) where id != task.id {
            guard let waiting = brain.machine.task(id), waiting.request.deadline == nil else { continue }
            let since = waitsSince[Turn(task: id, robot: order.robot)] ?? site.agenda.now
            if since < received[task.id] ?? .zero, urgency(of: waiting) < urgency(of: task) {
                site.violation(
                    .starved, "\(task.id) gets \(order.robot) before \(id), which waits since before it came")
            }
        }
    }

    private func urgency(of task: TaskView) -> Instant {
        task.receivedAt + .seconds(-60 * max(-10_000, min(task.request.priority, 10_000)))
    }

    private func noteQueues(_ brain: SimulatedBrain) {
        for robot in site.scenario.world.robots {
            let queue = brain.machine.queue(for: robot)
            if queue == queues[robot] { continue }
            for id in queues[robot] ?? [] where !queue.contains(id) {
                waitsSince[Turn(task: id, robot: robot)] = nil
            }
            for id in queue where waitsSince[Turn(task: id, robot: robot)] == nil {
                waitsSince[Turn(task: id, robot: robot)] = site.agenda.now
            }
            queues[robot] = queue
        }
    }

    // MARK: Robots that are cut off

    private func look() {
        let layout = site.scenario.layout
        for robot in layout.edgeOfRobot.indices {
            let edge = layout.edgeOfRobot[robot]
            let fromBrain = site.isWithBrain(edge) ? nil : site.links[edge].cutSince
            let fromEdge = site.hosts[robot] == nil ? nil : site.links[layout.edges + robot].cutSince
            judgeCut(fromEdge, robot, Self.safeAfter.edge)
            judgeCut(fromBrain, robot, Self.safeAfter.brain)
        }
        site.agenda.add("look", after: .milliseconds(50)) { [unowned self] in look() }
    }

    private func judgeCut(_ since: Instant?, _ robot: Int, _ limit: Duration) {
        guard let since, site.agenda.now > since + limit,
            let motion = site.truth.isMoving(site.scenario.world.robots[robot]),
            motion.order.onLinkLoss == .stop
        else { return }
        let seconds = (site.agenda.now - since).inSeconds
        site.violation(
            .safeState,
            "\(motion.order.robot) still moves for \(motion.order.attempt), \(seconds) s after it was cut off"
        )
    }

    // MARK: The end

    func judge() {
        let brain = site.brain
        for task in brain.machine.taskViews {
            site.violation(.unending, "\(task.id) never ended: \(task.state.rawValue) \(task.note)")
        }
        if !site.callers.areDone { site.violation(.unending, "a caller never got an answer") }
        site.callers.judge()
        judgeBelief()
        brain.judgeReplay()
    }

    /// A fact that is believed for sure is so: who acts and who sees tells it,
    /// and whoever is lost leaves doubt.
    private func judgeBelief() {
        let truth = site.truth.world.facts
        for record in site.brain.memory.records.values.sorted(by: { $0.fact < $1.fact })
        where record.certainty != .uncertain && record.holds != truth.contains(record.fact) {
            if record.certainty == .claimed, site.truth.liedAbout.contains(record.fact) { continue }
            let really = record.holds ? "isn’t so" : "is so"
            site.violation(
                .belief,
                "\(record.holds ? "" : "not ")\(record.fact) is \(record.certainty.rawValue) by \(record.source), and \(really)"
            )
        }
    }
}
