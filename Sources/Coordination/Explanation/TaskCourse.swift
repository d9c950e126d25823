import OrderedCollections
import RobotModel

/// The attempts and plans of one task, as they began and ended.
struct TaskCourse: Hashable, Sendable {
    struct Attempt: Hashable, Sendable {
        /// Of a step that repeats, the newest round's: its rounds are one piece.
        var id: AttemptID
        let robot: RobotID
        let call: SkillCall
        let after: [StepID]
        /// The plan that its step came with.
        let revision: UInt32
        let startedAt: Instant
        var endedAt: Instant?
        /// As a verb in the past tense, with the failure.
        var outcome = "was left"
        var tries = 1
        /// Rounds that its step has behind it.
        var rounds: UInt64 = 0
        /// Whether the step goes on with another round.
        var isBetweenRounds = false
    }

    struct Planning: Hashable, Sendable {
        let revision: UInt32
        let orderedAt: Instant
        var answeredAt: Instant?
    }

    /// In the order in which they were sent.
    private(set) var attempts: [Attempt] = []
    private(set) var plannings: [Planning] = []
    private var after: [StepID: [StepID]] = [:]
    private var revisions: [StepID: UInt32] = [:]
    /// Where in ``attempts`` each step's newest one is.
    private var newest: [StepID: Int] = [:]
    private var running: OrderedSet<StepID> = []
    private var robots: Set<RobotID> = []

    /// Whether the robot is in one of its plans.
    func uses(_ robot: RobotID) -> Bool { robots.contains(robot) }

    mutating func planOrdered(_ revision: UInt32, at now: Instant) {
        guard plannings.last?.revision != revision else { return }
        plannings.append(Planning(revision: revision, orderedAt: now))
    }

    mutating func planned(_ plan: Plan, revision: UInt32, at now: Instant) {
        if let index = plannings.lastIndex(where: { $0.revision == revision }) {
            plannings[index].answeredAt = now
        }
        for step in plan.steps {
            after[step.id] = step.after
            revisions[step.id] = revision
            robots.insert(step.robot)
        }
    }

    mutating func sent(_ order: Invocation, at now: Instant) {
        let step = order.attempt.step
        if let index = newest[step] {
            // An order that is sent again after a reconnection is the same attempt.
            if attempts[index].id == order.attempt { return }
            if attempts[index].isBetweenRounds {
                attempts[index].id = order.attempt
                attempts[index].endedAt = nil
                attempts[index].tries += 1
                running.append(step)
                return
            }
        }
        robots.insert(order.robot)
        newest[step] = attempts.count
        attempts.append(
            Attempt(
                id: order.attempt, robot: order.robot,
                call: SkillCall(skill: order.skill, robot: order.robot, arguments: order.arguments),
                after: after[step] ?? [], revision: revisions[step] ?? 0, startedAt: now))
        running.append(step)
    }

    /// Notes which attempts are over by the task's newest view.
    ///
    /// - Returns: those that are worth telling; a round of many isn't.
    mutating func settle(_ view: TaskView, at now: Instant) -> [Attempt] {
        var ended: [Attempt] = []
        for id in running {
            guard let index = newest[id], let step = view.steps.first(where: { $0.step.id == id }),
                !(step.state.isOnRobot && step.attempts == attempts[index].id.number)
            else { continue }
            running.remove(id)
            attempts[index].endedAt = now
            attempts[index].outcome = Self.outcome(step)
            attempts[index].isBetweenRounds = step.rounds > attempts[index].rounds && !step.state.isFinal
            attempts[index].rounds = step.rounds
            if !attempts[index].isBetweenRounds { ended.append(attempts[index]) }
        }
        return ended
    }

    private static func outcome(_ step: StepView) -> String {
        if step.state == .succeeded { return "succeeded" }
        if step.state == .skipped { return "was stopped and skipped" }
        return step.failure.map { "failed (\($0))" } ?? "was left"
    }

    func stepTimes(until: Instant) -> [TaskExplanation.StepTime] {
        var times: OrderedDictionary<StepID, TaskExplanation.StepTime> = [:]
        for attempt in attempts {
            let step = attempt.id.step
            var time =
                times[step]
                ?? .init(step: step, robot: attempt.robot, call: attempt.call, attempts: 0, seconds: 0)
            time.attempts += attempt.tries
            time.seconds += ((attempt.endedAt ?? until) - attempt.startedAt).inSeconds
            times[step] = time
        }
        return Array(times.values)
    }
}
