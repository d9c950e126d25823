import RobotModel

/// The life of a task's steps: every change of a step's state is here.
///
/// ```
/// blocked → ready → assigned → running → succeeded | failed | canceled
///    ↑________________|__________|  ⇅                (skipped, canceled
///       retry, next round          lost               before it begins)
/// ```
extension TaskStateMachine {
    func run(of attempt: AttemptID, _ token: FencingToken) -> StepRun? {
        guard let run = steps[attempt.step], run.isCurrent(attempt.number, token) else { return nil }
        return run
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
        for step in plan { for before in step.after { steps[before]?.dependents.append(step.id) } }
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
        guard let run = steps[step], run.state == .ready else { return nil }
        change(step) { $0.assign(token, at: outbox.now) }
        publishStep(step, note: run.step.call.description, outbox: &outbox)
        return invocation(of: step)
    }

    /// The order for a step's newest attempt, as it was first sent.
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
        guard let state = steps[step]?.state, state == .assigned || state == .lost else { return }
        change(step) { $0.accepted() }
        publishStep(step, outbox: &outbox)
    }

    mutating func linkLost(_ step: StepID, outbox: inout Outbox) {
        change(step) { $0.linkLost() }
        publishStep(step, outbox: &outbox)
    }

    mutating func sendAgain(_ step: StepID, outbox: inout Outbox) -> Invocation? {
        change(step) { $0.sentAgain() }
        publishStep(step, note: "sent again: the robot never had it", outbox: &outbox)
        return invocation(of: step)
    }

    mutating func intend(_ intent: StepRun.Intent, _ step: StepID) { steps[step]?.intend(intent) }

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
            .repair, task: id, step: step, robot: steps[step]?.step.robot, state: "retry", note: reason)
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
        guard let run = steps[step], run.isHeldBack else { return false }
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
        for run in steps.values where !run.state.isFinal && !run.state.isOnRobot && !run.isCompensation {
            end(run.step.id, .canceled, outbox: &outbox)
        }
    }

    /// Carries out a person's edit of what hasn't begun.
    mutating func apply(_ edit: PlanEdit, outbox: inout Outbox) {
        for id in edit.removed { end(id, .canceled, note: "removed", outbox: &outbox) }
        for step in edit.steps {
            guard let known = steps[step.id] else {
                enter(StepRun(step: step, revision: revision, stage: stageOffset + step.stage, blockers: 0))
                continue
            }
            tally.left(known)
            steps[step.id]?.replace(by: step, blockers: 0)
            if let changed = steps[step.id] { tally.entered(changed) }
        }
        countBlockers()
    }

    // MARK: Private

    private mutating func enter(_ run: StepRun) {
        steps[run.step.id] = run
        tally.entered(run)
    }

    private mutating func change(_ step: StepID, _ body: (inout StepRun) -> Void) {
        guard var run = steps[step] else { return }
        tally.left(run)
        body(&run)
        tally.entered(run)
        steps[step] = run
    }

    private mutating func end(_ step: StepID, _ state: StepState, note: String = "", outbox: inout Outbox) {
        change(step) { $0.end(state, at: outbox.now) }
        publishStep(step, note: note, outbox: &outbox)
    }

    private mutating func unblockDependents(of step: StepID) -> [StepID] {
        guard let dependents = steps[step]?.dependents else { return [] }
        return dependents.filter { steps[$0]?.blockerEnded() == true }
    }

    /// Whether a step that waits for this one must go on waiting.
    private func isOpen(_ step: StepID) -> Bool {
        guard let state = steps[step]?.state else { return false }
        return state != .succeeded && state != .skipped
    }

    /// Settles anew who waits for whom, after an edit.
    private mutating func countBlockers() {
        let waiting = steps.values.filter(\.isWaiting)
        for run in steps.values { steps[run.step.id]?.dependents = [] }
        for run in waiting {
            for before in run.step.after { steps[before]?.dependents.append(run.step.id) }
            let isHeldBack = run.isHeldBack && run.failure != nil
            let blockers = run.step.after.count(where: isOpen)
            if !isHeldBack { steps[run.step.id]?.setBlockers(blockers) }
        }
    }

    private func publishStep(_ step: StepID, note: String = "", outbox: inout Outbox) {
        guard let run = steps[step] else { return }
        outbox.publish(
            .step, task: id, step: step, robot: run.step.robot, state: run.state.rawValue, note: note)
    }
}
