import RobotModel

/// The life of a task's steps: every change of a step's state is here.
///
/// ```
/// blocked → ready → assigned → running → succeeded | failed | canceled
///    ↑________________|__________|  ⇅                (skipped, canceled
///       retry, next round          lost               before it begins)
/// ```
extension TaskStateMachine {
    @inline(__always)
    func run(of attempt: AttemptID, _ token: FencingToken) -> StepRun? {
        guard steps[attempt.step]?.value.isCurrent(attempt.number, token) == true else { return nil }
        return steps[attempt.step]?.value
    }

    /// What decides whether a step starts.
    struct Candidate {
        let isReady: Bool
        let isCompensation: Bool
        let mayStart: Bool
        let robot: RobotID
        let skill: SkillName
        let resources: [String]
    }

    @inline(__always)
    func candidate(_ step: StepID) -> Candidate? {
        steps[step].map { run in
            Candidate(
                isReady: run.state == .ready, isCompensation: run.isCompensation,
                mayStart: run.isCompensation || mayStart || (run.isBetweenRounds && mayGoOn),
                robot: run.robot, skill: run.skill, resources: run.step.terms.resources)
        }
    }

    /// Why a plan can't be taken up: a name that was used before, or a step
    /// that waits for one that never ends well. Nil where it can.
    func flaw(in plan: Plan) -> String? {
        var names: Set<StepID> = []
        for step in plan.steps {
            if let before = step.after.first(where: { before in
                guard !names.contains(before) else { return false }
                guard let state = steps[before]?.value.state else { return true }
                return state == .failed
            }) {
                return "\(step.id) waits for \(before), which is no earlier step"
            }
            guard steps[step.id] == nil, names.insert(step.id).inserted else {
                return "there are two steps called \(step.id)"
            }
        }
        return nil
    }

    /// Enters the steps of a plan. Those that they wait for may be over already.
    mutating func add(_ plan: [PlanStep], stageOffset: Int) {
        let planned = Set(plan.map(\.id))
        for step in plan {
            let blockers = step.after.count { planned.contains($0) || isOpen($0) }
            enter(
                StepRun(
                    step: step, revision: revision, stage: stageOffset + step.stage, blockers: blockers))
        }
        for step in plan { for before in step.after { steps[before]?.value.dependents.append(step.id) } }
    }

    /// Enters what puts right a step that was stopped half-way.
    mutating func addCompensation(for run: StepRun) -> StepID? {
        guard let compensation = run.step.terms.compensation else { return nil }
        let id = StepID("\(run.step.id)-undo\(run.attempts)")
        guard steps[id] == nil else { return nil }
        enter(
            StepRun(
                step: PlanStep(
                    id: id, robot: run.step.robot, skill: compensation.skill,
                    arguments: compensation.arguments,
                    terms: StepTerms(
                        timeout: compensation.timeout, cancel: .finish, resources: compensation.resources,
                        effects: compensation.effects, failureEffect: compensation.failureEffect)),
                revision: revision, blockers: 0, isCompensation: true))
        return id
    }

    /// Sends a ready step on its way under a fresh token.
    mutating func assign(_ step: StepID, _ token: FencingToken, outbox: inout Outbox) -> Invocation? {
        change(step) { $0.assign(token, at: outbox.now) }
        publishStep(step, note: steps[step]?.value.step.call.description ?? "", outbox: &outbox)
        return invocation(of: step)
    }

    /// The order for a step's newest attempt, as it was first sent.
    @inline(__always)
    func invocation(of step: StepID) -> Invocation? {
        guard let run = steps[step], let token = run.token else { return nil }
        let terms = run.step.terms
        return Invocation(
            attempt: AttemptID(task: id, step: step, number: run.attempts), token: token,
            robot: run.step.robot, skill: run.step.skill, arguments: run.step.arguments,
            timeout: terms.timeout, onLinkLoss: terms.onLinkLoss, cancel: terms.cancel,
            idempotent: terms.idempotent, votes: terms.votes)
    }

    mutating func accepted(_ step: StepID, outbox: inout Outbox) {
        guard let state = steps[step]?.value.state, state == .assigned || state == .lost else { return }
        change(step) { $0.accepted() }
        publishStep(step, outbox: &outbox)
    }

    mutating func linkLost(_ step: StepID, outbox: inout Outbox) {
        guard steps[step]?.value.state != .lost else { return }
        change(step) { $0.linkLost() }
        publishStep(step, outbox: &outbox)
    }

    mutating func sendAgain(_ step: StepID, outbox: inout Outbox) -> Invocation? {
        change(step) { $0.sentAgain() }
        publishStep(step, note: "sent again: the robot never had it", outbox: &outbox)
        return invocation(of: step)
    }

    mutating func intend(_ intent: StepRun.Intent, _ step: StepID) { steps[step]?.value.intend(intent) }

    /// - Returns: the steps that became ready.
    mutating func succeeded(_ step: StepID, outbox: inout Outbox) -> [StepID] {
        end(step, .succeeded, outbox: &outbox)
        return unblockDependents(of: step)
    }

    /// - Returns: the steps that became ready.
    mutating func skip(_ step: StepID, note: String, outbox: inout Outbox) -> [StepID] {
        end(step, .skipped, note: note, outbox: &outbox)
        return unblockDependents(of: step)
    }

    mutating func nextRound(_ step: StepID, _ returns: [String: Value], outbox: inout Outbox) {
        change(step) { $0.nextRound(returns) }
    }

    mutating func willRetry(_ step: StepID, _ failure: Failure, reason: String, outbox: inout Outbox) {
        change(step) { $0.holdBack(after: failure) }
        outbox.publish(
            .repair, task: id, step: step, robot: steps[step]?.value.robot, state: "retry", note: reason)
    }

    /// Waits for a person's word.
    mutating func holdBack(_ step: StepID, _ failure: Failure, outbox: inout Outbox) {
        change(step) { $0.holdBack(after: failure) }
        publishStep(step, note: failure.description, outbox: &outbox)
    }

    /// A step that was held back may be sent again.
    ///
    /// - Parameter isFresh: whether what counted against it is forgotten.
    /// - Returns: whether it is ready.
    mutating func release(_ step: StepID, isFresh: Bool) -> Bool {
        guard steps[step]?.value.isHeldBack == true else { return false }
        change(step) {
            if isFresh { $0.beginAgain() }
            $0.beReady()
        }
        return true
    }

    mutating func stepFailed(_ step: StepID, _ failure: Failure, outbox: inout Outbox) {
        change(step) {
            $0.end(failure.code == .canceled ? .canceled : .failed, failure: failure, at: outbox.now)
        }
        publishStep(step, note: failure.description, outbox: &outbox)
    }

    mutating func dropWaitingSteps(outbox: inout Outbox) {
        guard tally.open > tally.onRobot else { return }
        for id in stepIDs(where: { !$0.state.isFinal && !$0.state.isOnRobot && !$0.isCompensation }) {
            end(id, .canceled, outbox: &outbox)
        }
    }

    /// Carries out a person's edit of what hasn't begun.
    mutating func apply(_ edit: PlanEdit, outbox: inout Outbox) {
        for id in edit.removed { end(id, .canceled, note: "removed", outbox: &outbox) }
        for step in edit.steps {
            guard let before = steps[step.id]?.value.place else {
                enter(StepRun(step: step, revision: revision, stage: stageOffset + step.stage, blockers: 0))
                continue
            }
            steps[step.id]?.value.replace(by: step, blockers: 0)
            if let after = steps[step.id]?.value.place { tally.moved(from: before, to: after) }
        }
        countBlockers(without: edit.removed)
    }

    // MARK: Private

    private mutating func enter(_ run: StepRun) {
        let before = steps[run.id]?.value.place
        tally.moved(from: before, to: run.place)
        steps[run.id] = Boxed(run)
    }

    private mutating func change(_ step: StepID, _ body: (inout StepRun) -> Void) {
        steps[step]?.value.change(&tally, body)
    }

    private mutating func end(_ step: StepID, _ state: StepState, note: String = "", outbox: inout Outbox) {
        change(step) { $0.end(state, at: outbox.now) }
        publishStep(step, note: note, outbox: &outbox)
    }

    private mutating func unblockDependents(of step: StepID) -> [StepID] {
        let dependents = steps[step]?.value.dependents ?? []
        return dependents.filter { steps[$0]?.value.blockerEnded() == true }
    }

    /// Whether a step that waits for this one must go on waiting.
    private func isOpen(_ step: StepID) -> Bool {
        guard let state = steps[step]?.value.state else { return false }
        return state != .succeeded && state != .skipped && state != .canceled
    }

    /// Settles anew who waits for whom, after an edit; nobody waits for what
    /// was removed.
    private mutating func countBlockers(without removed: [StepID]) {
        let waiting = steps.values.filter(\.isWaiting).map(\.id)
        for id in steps.keys { steps[id]?.value.dependents = [] }
        for id in waiting {
            steps[id]?.value.forget(removed)
            guard let run = steps[id] else { continue }
            for before in run.step.after { steps[before]?.value.dependents.append(id) }
            let isHeldBack = run.isHeldBack && run.failure != nil
            let blockers = run.step.after.count(where: isOpen)
            if !isHeldBack { steps[id]?.value.setBlockers(blockers) }
        }
    }

    private func publishStep(_ step: StepID, note: String = "", outbox: inout Outbox) {
        guard let robot = steps[step]?.value.robot, let state = steps[step]?.value.state else { return }
        outbox.publish(.step, task: id, step: step, robot: robot, state: state.rawValue, note: note)
    }
}

extension StepRun {
    /// Changes it, and counts the change.
    fileprivate mutating func change(_ tally: inout StepTally, _ body: (inout StepRun) -> Void) {
        let before = place
        body(&self)
        tally.moved(from: before, to: place)
    }
}
