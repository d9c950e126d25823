public import RobotModel
public import SkillKit
private import Synchronization

/// Runs skills, each attempt in a task of its own under the dead-man's switch,
/// and turns how they end into outcomes. One robot does one thing at a time:
/// while a skill that was given up doesn't end, its robot gets nothing new.
public final class SkillRunner: Sendable {
    private struct State {
        var attempts: [AttemptID: Running] = [:]
        var busy: [RobotID: AttemptID] = [:]
        /// Why the e-stop lets nothing begin; nil while it does.
        var halted: String?
        /// Attempts that it has stopped, and why.
        var stopped: [AttemptID: String] = [:]
        var isSilent = false

        /// - Returns: the tasks to be cancelled, outside the lock.
        mutating func cancel(_ ended: [AttemptID]) -> [Task<Void, Never>] {
            ended.compactMap { attempt in
                switch attempts[attempt] {
                case .task(let task): return task
                case .beginning: attempts[attempt] = .beginning(isCancelled: true)
                case nil: break
                }
                return nil
            }
        }
    }

    private enum Running {
        /// Its task isn't known yet, and may have been told to end already.
        case beginning(isCancelled: Bool)
        case task(Task<Void, Never>)
    }

    private let bodies: (any BodyProvider)?
    private let skills: [SkillName: any Skill]
    private let deadMan: DeadMan
    private let overrun: Duration
    private let report: @Sendable (ExecutionInput) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - bodies: what skills move; nil where they bring their own drivers.
    ///   - overrun: how long after its time-out an attempt may still move: longer
    ///     than it takes to be stopped, and shorter than others are kept away.
    ///   - report: takes `progressed` and `ended`, on any thread.
    public init(
        bodies: (any BodyProvider)?, skills: [SkillName: any Skill], deadMan: DeadMan,
        overrun: Duration = .milliseconds(400), report: @escaping @Sendable (ExecutionInput) -> Void
    ) {
        self.bodies = bodies
        self.skills = skills
        self.deadMan = deadMan
        self.overrun = overrun
        self.report = report
    }

    /// Begins, or reports at once why it can't.
    public func start(_ order: Invocation) {
        let refusal = state.withLock { state -> Failure? in
            if let cause = state.halted { return EmergencyHold.latched(cause).refusal }
            if let other = state.busy[order.robot] {
                return Failure(.resourceConflict, "\(order.robot)’s skill of \(other) hasn’t ended yet")
            }
            state.busy[order.robot] = order.attempt
            state.attempts[order.attempt] = .beginning(isCancelled: false)
            return nil
        }
        if let refusal { return report(.ended(order.attempt, order.robot, .failed(refusal))) }
        // Not under the lock, on which a skill that takes no time would wait.
        let task = Task { await self.run(order) }
        let isCancelled = state.withLock { state in
            // It may be over by now.
            guard case .beginning(let isCancelled) = state.attempts[order.attempt] else { return false }
            state.attempts[order.attempt] = .task(task)
            return isCancelled
        }
        if isCancelled { task.cancel() }
    }

    /// Tells an attempt to end; it still reports how it did.
    public func cancel(_ attempt: AttemptID) {
        for task in state.withLock({ $0.cancel([attempt]) }) { task.cancel() }
    }

    public func cancelAll() {
        for task in state.withLock({ $0.cancel(Array($0.attempts.keys)) }) { task.cancel() }
    }

    /// The e-stop: stops everything at once and lets nothing begin; nil lets
    /// orders be taken again. From any thread; waits for nothing but
    /// cancellation handlers.
    public func halt(_ cause: String?) {
        let tasks = state.withLock { state -> [Task<Void, Never>] in
            state.halted = cause
            guard let cause else { return [] }
            for attempt in state.attempts.keys { state.stopped[attempt] = cause }
            return state.cancel(Array(state.attempts.keys))
        }
        for task in tasks { task.cancel() }
    }

    /// Waits for what runs; what isn't over by then is stopped, and given a
    /// second to be.
    ///
    /// - Parameter isSilent: whether nothing is reported of what is stopped, as
    ///   of work that goes on after a restart.
    public func drain(within limit: Duration, isSilent: Bool = false) async {
        // A task of its own: whoever waits may have been cancelled already.
        await Task {
            await self.settle(within: limit)
            self.state.withLock { $0.isSilent = isSilent }
            self.cancelAll()
            await self.settle(within: .seconds(1))
        }.value
    }

    private func settle(within limit: Duration) async {
        let deadline = SuspendingClock.now + limit
        while SuspendingClock.now < deadline, state.withLock({ !$0.attempts.isEmpty }) {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func run(_ order: Invocation) async {
        let mayBegin = deadMan.begin(order.attempt, order.onLinkLoss, timeout: order.timeout + overrun) {
            [weak self] in
            self?.cancel(order.attempt)
        }
        var outcome =
            mayBegin
            ? await outcome(of: order)
            : .failed(Failure(.canceled, "not begun: nobody renews the right to move \(order.robot)"))
        if deadMan.end(order.attempt), mayBegin, outcome.failure?.code == .canceled {
            outcome = .failed(
                Failure(.canceled, "stopped: nobody renewed the right to move \(order.robot)"),
                observed: outcome.observed)
        }
        let (isSilent, cause) = state.withLock { state in
            state.attempts[order.attempt] = nil
            state.busy[order.robot] = nil
            return (state.isSilent, state.stopped.removeValue(forKey: order.attempt))
        }
        if let cause, outcome.failure?.code == .canceled {
            outcome = .failed(EmergencyHold.stopped(cause), observed: outcome.observed)
        }
        if !isSilent { report(.ended(order.attempt, order.robot, outcome)) }
    }

    // MARK: One attempt

    private func outcome(of order: Invocation) async -> AttemptOutcome {
        guard let skill = skills[order.skill] else {
            return .failed(Failure(.rejectedBySkill, "no skill here is called \(order.skill)"))
        }
        let seen = Sightings()
        do {
            let attempt = try await attempt(order, seen)
            let returns: [String: Value]
            if let votes = order.votes {
                returns = try await elected(skill, attempt, order, votes)
            } else {
                returns = try await skill.run(attempt)
            }
            return .succeeded(returns: returns, observed: await observed(by: order.robot, seen))
        } catch {
            return .failed(Self.failure(error), observed: await observed(by: order.robot, seen))
        }
    }

    private func attempt(_ order: Invocation, _ seen: Sightings) async throws -> SkillAttempt {
        SkillAttempt(
            id: order.attempt, robot: order.robot, arguments: order.arguments,
            body: try await bodies?.body(of: order.robot, for: order.attempt)
                ?? BodilessRobot(robot: order.robot),
            report: { [report] in report(.progressed(order.attempt, order.robot, $0)) },
            observe: { seen.add($0) },
            mayMove: { [deadMan] in !Task.isCancelled && deadMan.mayMove(order.attempt) })
    }

    /// Asks the skill until one answer leads; the attempt's one result carries it.
    private func elected(
        _ skill: any Skill, _ attempt: SkillAttempt, _ order: Invocation, _ policy: VotePolicy
    ) async throws -> [String: Value] {
        guard order.idempotent else {
            throw Failure(.rejectedBySkill, "\(order.skill) isn’t idempotent, and can’t be asked for votes")
        }
        var ballot = Ballot(policy)
        var last: Failure?
        while true {
            try Task.checkCancellation()
            var answer: [String: Value]?
            do {
                answer = try await skill.run(attempt)
            } catch {
                let failure = Self.failure(error)
                guard [.skillError, .timeout].contains(failure.code) else { throw failure }
                last = failure
            }
            switch ballot.take(answer) {
            case .undecided: continue
            case .decided(var winner, let tally):
                winner[Ballot.tallyKey] = .text(Self.text(tally))
                return winner
            case .hung(let tally):
                let words = last.map { "; the last failure: \($0)" } ?? ""
                throw Failure(
                    .skillError,
                    "no answer leads by \(policy.ahead) after \(ballot.total) votes (\(Self.text(tally)))\(words)"
                )
            }
        }
    }

    private static func text(_ tally: [UInt32]) -> String { tally.map(String.init).joined(separator: " ") }

    private static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case is CancellationError: Failure(.canceled, "stopped")
        default: Failure(.skillError, "\(error)")
        }
    }

    /// What the skill saw, and what the body sees now.
    private func observed(by robot: RobotID, _ seen: Sightings) async -> [Literal] {
        seen.all + (await bodies?.observe(by: robot) ?? [])
    }
}

/// What a skill saw in the course of an attempt.
private final class Sightings: Sendable {
    private let literals = Mutex<[Literal]>([])

    func add(_ more: [Literal]) { literals.withLock { $0 += more } }
    var all: [Literal] { literals.withLock { $0 } }
}

extension AttemptOutcome {
    /// What the robot saw, however it ended.
    var observed: [Literal] {
        switch self {
        case .succeeded(_, let observed), .failed(_, let observed): observed
        }
    }
}
