import Coordination
import Language
import OrderedCollections
import PlanRules
import Planning
import RobotModel

/// The run after the parting, in virtual time.
///
/// Robots do one thing at a time, without links or skill hosts. A call that was
/// recorded comes to what it came to, in the order of the record, and the last
/// one again beyond that: a gripper that slipped each time slips again. Only
/// what the moment did (a condition, a loss, a conflict) isn't held against a
/// call. Every other call does what its manifest says, in the time that the
/// plan expects, if its conditions hold in the simulated world then.
///
/// The world is as it was believed to be at the parting, and is changed by what
/// succeeds. The shipping planner plans on that; an order that was recorded
/// word for word gets its recorded answer.
extension Fork {
    /// Virtual time after the parting at which the run is given up.
    static var horizon: Duration { .seconds(86_400) }
    /// Inputs after which it goes round in circles.
    static var mostInputs: Int { 200_000 }
    /// From a robot's stop to its report.
    static var stopTime: Duration { .milliseconds(100) }

    mutating func simulate(after parting: UInt64) {
        let now = recording.entries[recording.index(of: parting)].at
        var run = SimulatedRun(now: now, truth: belief, record: recording.lastRecord)
        takeOver(&run)
        schedule(from: parting + 1, &run)
        while ended == nil, simulated < Self.mostInputs, let event = run.agenda.next(),
            run.agenda.now < now + Self.horizon
        {
            happen(event, &run)
        }
        if ended == nil { assume("the fork was left at \(run.agenda.now), when the task hadn’t ended") }
    }

    private mutating func assume(_ text: String) {
        if !assumptions.contains(text) { assumptions.append(text) }
    }

    // MARK: Taking over

    /// What was ordered before the parting, and not answered.
    private mutating func takeOver(_ run: inout SimulatedRun) {
        for (timer, moment) in pending.timers { run.start(timer, at: moment) }
        for order in pending.plans.values { answer(order, &run) }
        for (task, check) in pending.checks { self.check(task, check.revision, check.formula, &run) }
        for (order, sentAt) in pending.attempts.values {
            if let end = answers.end(of: order.attempt, order.token), end.at >= run.agenda.now {
                run.atWork[order.robot] = order
                _ = run.count(order.call)
                run.agenda.add(.attemptEnds(order, end.outcome), at: end.at)
            } else {
                begin(order, since: sentAt, &run)
            }
        }
    }

    /// What the recording still has in store that the core didn't bring about.
    private mutating func schedule(from first: UInt64, _ run: inout SimulatedRun) {
        guard first <= recording.lastRecord else { return }
        for record in first...recording.lastRecord {
            let entry = recording.entries[recording.index(of: record)]
            switch entry.input {
            case .robotLost(let robot, _) where robot == kept: break
            case .taskSubmitted, .settingsChanged, .robotAdministered, .scheduleSet, .scheduleRemoved,
                .emergencyStopped, .emergencyReleaseAsked, .emergencyReleased, .robotLinked, .robotLost,
                .approvalAnswered:
                run.agenda.add(.recorded(entry.input), at: entry.at)
            case .brainStarted: assume("the brain isn’t started anew as at record \(record)")
            case .cancelRequested(let id, _, _), .taskOrdered(let id, _, _), .planEdited(let id, _, _),
                .questionAnswered(let id, _, _, _):
                // Other tasks' people act as they did; this one's saw another run.
                if id == task {
                    assume("what people ordered of \(task) later is left out")
                } else {
                    run.agenda.add(.recorded(entry.input), at: entry.at)
                }
            case .planProposed, .planRefused, .attemptAccepted, .attemptEnded, .goalChecked, .timerFired:
                break
            }
        }
    }

    // MARK: What happens

    private mutating func happen(_ event: SimulatedRun.Event, _ run: inout SimulatedRun) {
        switch event {
        case .timer(let timer, let number):
            if run.isDue(timer, number) { tell(.timerFired(timer), &run) }
        case .answer(let input): tell(input, &run)
        case .attemptEnds(let order, let outcome):
            guard run.atWork[order.robot] == order else { return }
            run.atWork[order.robot] = nil
            tell(.attemptEnded(order.attempt, order.token, end(order, outcome, &run)), &run)
        case .recorded(.robotLinked(let description, _)):
            guard machine.robot(description.id)?.isLinked != true else { return }
            tell(
                .robotLinked(description, running: run.atWork[description.id].map { [$0.attempt] } ?? []),
                &run)
        case .recorded(.robotLost(let robot, let reason)):
            if run.atWork[robot]?.onLinkLoss == .stop { run.atWork[robot] = nil }
            tell(.robotLost(robot, reason: reason), &run)
        case .recorded(let input): tell(input, &run)
        }
    }

    private mutating func tell(_ input: CoordinationInput, _ run: inout SimulatedRun) {
        simulated += 1
        run.record += 1
        for action in handle(input, at: run.agenda.now, record: run.record) {
            switch action {
            case .plan(let order): answer(order, &run)
            case .invoke(let order): begin(order, since: run.agenda.now, &run)
            case .cancelAttempt(let attempt, _, let robot, _): stop(attempt, of: robot, &run)
            case .checkGoal(let id, let revision, let formula): check(id, revision, formula, &run)
            case .startTimer(let timer, let moment): run.start(timer, at: moment)
            case .stopTimer(let timer): run.stop(timer)
            case .applyEffects, .tell, .confirmResult, .publish, .archive, .refuse: break
            }
        }
    }

    // MARK: Robots

    private mutating func begin(_ order: Invocation, since sentAt: Instant, _ run: inout SimulatedRun) {
        let known = answers.end(of: order.call, after: run.partedAt, number: run.count(order.call))
        run.atWork[order.robot] = order
        run.add(.answer(.attemptAccepted(order.attempt, order.token)), after: .milliseconds(1))
        let took = known?.took ?? expectedTime(order)
        run.agenda.add(.attemptEnds(order, known?.outcome), at: sentAt + took)
        assume(
            known == nil
                ? "calls that weren’t recorded do what their manifests say, in the time planned for them"
                : "calls that were recorded come to what they came to")
    }

    private func expectedTime(_ order: Invocation) -> Duration {
        let step = machine.task(order.attempt.task)?.steps.first { $0.step.id == order.attempt.step }
        if let planned = step?.step.expectedDurationSeconds, planned > 0 { return .seconds(planned) }
        return .seconds(team.skills[order.skill]?.duration.typicalSeconds ?? 1)
    }

    /// What an attempt comes to in the world as it is at its end.
    private mutating func end(
        _ order: Invocation, _ outcome: AttemptOutcome?, _ run: inout SimulatedRun
    ) -> AttemptOutcome {
        if let outcome, case .failed(_, let observed) = outcome {
            run.truth.enter(observed)
            return outcome
        }
        let step = machine.task(order.attempt.task)?.steps.first { $0.step.id == order.attempt.step }?.step
        do throws(PlanFlaw) {
            let bound = try BoundSkill(order.call, team: team, world: run.truth.state)
            let index = FactIndex(run.truth.state, rules: team.rules)
            // What was recorded needs no permission.
            if outcome == nil, let unmet = bound.unmetCondition(in: index) {
                return .failed(Failure(.conditionUnmet, "\(unmet) doesn’t hold"))
            }
            run.truth.succeed(step?.terms.effects ?? bound.effects)
        } catch {
            guard let step, team.skills[order.skill] == nil else {
                return .failed(Failure(.rejectedBySkill, error.description))
            }
            assume("\(order.skill) has no manifest here: its conditions weren’t checked")
            run.truth.succeed(step.terms.effects)
        }
        if let outcome, case .succeeded(_, let observed) = outcome { run.truth.enter(observed) }
        return outcome ?? .succeeded
    }

    private func stop(_ attempt: AttemptID, of robot: RobotID, _ run: inout SimulatedRun) {
        guard let order = run.atWork[robot], order.attempt == attempt, order.cancel != .finish else { return }
        run.atWork[robot] = nil
        run.add(
            .answer(
                .attemptEnded(attempt, order.token, .failed(Failure(.canceled, "stopped")))),
            after: Self.stopTime)
    }

    // MARK: Planning and memory

    private mutating func answer(_ order: PlanOrder, _ run: inout SimulatedRun) {
        if let known = answers.answer(to: order) {
            return run.add(.answer(known.answer), after: known.took)
        }
        let question = PlanningQuestion(
            ask: order.ask, goal: order.goal, finished: order.finished, running: order.running,
            revision: order.revision, unavailable: order.unavailable, busy: order.busy,
            suspended: order.suspended, excluded: order.excluded)
        let input: CoordinationInput
        do throws(Rejection) {
            let (goal, plan) = try PlanAnswer(question, team: team, world: belief.state).plan {
                (words, team, world) throws(Rejection) in
                try Interpreter().interpret(words, in: LanguageContext(team: team, world: world))
            }
            input = .planProposed(order.task, revision: order.revision, goal: goal, plan: plan)
        } catch {
            input = .planRefused(order.task, revision: order.revision, error)
        }
        let hundredths = (answers.planningTime.inSeconds * 100).rounded() / 100
        assume("new plans were made by the planner, and took \(hundredths) s each")
        run.add(.answer(input), after: answers.planningTime)
    }

    private func check(
        _ task: TaskID, _ revision: UInt32, _ formula: Formula, _ run: inout SimulatedRun
    ) {
        let unmet = belief.unmet(formula)
        run.add(.answer(.goalChecked(task, revision: revision, unmet: unmet)), after: .milliseconds(1))
    }
}
