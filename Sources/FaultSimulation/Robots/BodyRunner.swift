import Execution
import PlanRules
import RobotModel

/// Runs skills in a process, on bodies of the true world, as well or as badly
/// as the scenario has it.
final class BodyRunner {
    private unowned let site: Site
    private let clock: ProcessClock
    private let gate: MotionGate
    private let overrun: Duration
    private let report: (ExecutionInput) -> Void
    private struct Run {
        let order: Invocation
        let misdeed: Misdeed?
        let beganAt: Instant
        var isStopped = false
    }
    private var runs: [RobotID: Run] = [:]

    /// - Parameters:
    ///   - gate: without whose lease nothing begins, and what moves stops.
    ///   - overrun: as `Execution/SkillRunner.swift` has it.
    ///   - report: takes what attempts tell.
    init(
        site: Site, clock: ProcessClock, gate: MotionGate, overrun: Duration,
        report: @escaping (ExecutionInput) -> Void
    ) {
        self.site = site
        self.clock = clock
        self.gate = gate
        self.overrun = overrun
        self.report = report
    }

    func start(_ order: Invocation) {
        if let other = runs[order.robot] {
            let failure = Failure(.resourceConflict, "the skill of \(other.order.attempt) hasn’t ended yet")
            return tell(order, .failed(failure))
        }
        guard
            gate.begin(
                order.attempt, order.onLinkLoss, timeout: order.timeout + overrun,
                stop: { [weak self] in self?.cancel(order.attempt) })
        else {
            gate.end(order.attempt)
            return tell(order, .failed(Failure(.canceled, "not begun: nobody renews the right to move")))
        }
        let misdeed = site.takeMisdeed(of: order.robot)
        runs[order.robot] = Run(order: order, misdeed: misdeed, beganAt: site.agenda.now)
        if let failure = site.truth.begin(order) {
            return clock.add("refused by skill", after: site.draw(1...40)) { [weak self] in
                self?.end(order, .failed(failure, observed: self?.sight(order) ?? []))
            }
        }
        clock.add("motion ends", after: site.draw(200...2500)) { [weak self] in self?.finish(order) }
    }

    /// The body stops within its reaction time, and then the skill ends.
    func cancel(_ attempt: AttemptID) {
        guard let run = runs.values.first(where: { $0.order.attempt == attempt }), !run.isStopped else {
            return
        }
        let robot = run.order.robot
        clock.add("body stops", after: site.draw(1...40)) { [weak self] in
            guard let self, runs[robot]?.order == run.order, runs[robot]?.isStopped == false else { return }
            runs[robot]?.isStopped = true
            site.truth.halt(robot, attempt)
            guard run.misdeed != .hangs else { return }
            let pause = run.misdeed == .stopsSlowly ? site.draw(200...2500) : site.draw(1...10)
            clock.add("skill stops", after: pause) { [weak self] in
                self?.end(
                    run.order, .failed(Failure(.canceled, "stopped"), observed: self?.sight(run.order) ?? []))
            }
        }
    }

    /// Whether a skill has been at it for so long that somebody must end its
    /// process.
    func isStuck(for time: Duration) -> Bool {
        runs.values.contains { site.agenda.now > $0.beganAt + time }
    }

    /// The process is dead: its bodies stand still where they are.
    func die() {
        for run in runs.values {
            site.truth.halt(run.order.robot, run.order.attempt)
            site.truth.end(run.order.robot, run.order.attempt)
        }
        runs = [:]
    }

    /// The process stands still, and so do its bodies.
    func freeze() { for run in runs.values { site.truth.halt(run.order.robot, run.order.attempt) } }

    /// Bodies go on that may.
    func thaw() {
        for run in runs.values where !run.isStopped && gate.mayMove(run.order.attempt) {
            site.truth.goOn(run.order.robot, run.order.attempt)
        }
    }

    private func finish(_ order: Invocation) {
        guard let run = runs[order.robot], run.order == order, !run.isStopped else { return }
        switch run.misdeed {
        case .hangs: return site.truth.halt(order.robot, order.attempt)
        case .fails, .failsForGood:
            let code: FailureCode = run.misdeed == .fails ? .skillError : .unreachable
            return end(order, .failed(Failure(code, "slipped"), observed: sight(order)))
        case .lies:
            site.truth.lie(order.robot, order.attempt)
            return end(order, .succeeded(returns: returns(order), observed: sight(order)))
        case .returnsNonsense, .stopsSlowly, .tellsTwice, nil: break
        }
        guard gate.mayMove(order.attempt) else { return cancel(order.attempt) }
        if let failure = site.truth.act(order.robot, order.attempt) {
            return end(order, .failed(failure, observed: sight(order)))
        }
        let returns =
            run.misdeed == .returnsNonsense ? ["n": Value.boolean(true), "done": .number(7)] : returns(order)
        let outcome = AttemptOutcome.succeeded(returns: returns, observed: sight(order))
        end(order, outcome)
        if run.misdeed == .tellsTwice {
            clock.add("told twice", after: site.draw(1...400)) { [weak self] in self?.tell(order, outcome) }
        }
    }

    private func returns(_ order: Invocation) -> [String: Value] {
        guard order.skill == "count", let left = order.arguments["n"]?.number else { return [:] }
        return ["n": .number(left - 1), "done": .boolean(left <= 1)]
    }

    private func sight(_ order: Invocation) -> [Literal] {
        site.hasEyes(order.robot) ? site.truth.sight(order) : []
    }

    private func end(_ order: Invocation, _ outcome: AttemptOutcome) {
        guard runs[order.robot]?.order == order else { return }
        runs[order.robot] = nil
        gate.end(order.attempt)
        site.truth.end(order.robot, order.attempt)
        tell(order, outcome)
    }

    private func tell(_ order: Invocation, _ outcome: AttemptOutcome) {
        report(.ended(order.attempt, order.robot, outcome))
    }
}
