import Coordination
import OrderedCollections
public import PlanRules
public import RobotModel

/// Goes through a recorded run again with one thing changed, and says where
/// the two runs part and how the changed one ends.
///
/// Up to the parting, everything is the recording: the shipping core takes the
/// recorded inputs at their recorded times. From the first record on at which
/// the changed core does something else, robots and planning are simulated; see
/// `Fork+Simulation` for what is simulated and what is still the recording.
/// What doesn't depend on the core goes on as recorded: other tasks come in,
/// robots are lost and come back, people drain robots.
///
/// Two runs of the same fork are equal, as far as the planner's time limit
/// doesn't come into it.
public struct Fork {
    let task: TaskID
    let recording: Recording
    let intervention: Intervention
    let team: Team
    /// The world of the simulation.
    var belief: BelievedWorld
    var machine: CoordinationMachine
    var pending = PendingWork()
    var answers = RecordedAnswers()
    var assumptions: [String] = []
    var simulated = 0
    /// The task, once it has ended in the fork.
    var ended: TaskView?
    private let at: UInt64
    private let worldUpTo: UInt64
    /// The attempt that ends otherwise.
    private var changed: AttemptID?
    /// Whether the intervention has been made.
    private var isMade = false
    /// Robots whose losses are left out.
    var kept: RobotID?

    /// - Parameters:
    ///   - at: the record at which something is changed; what came before it
    ///     stays as it was.
    ///   - team: all robots and skills; robots that the recording brings are added.
    ///   - world: what shared memory held.
    ///   - worldUpTo: the newest record whose effects are in `world`; those of
    ///     later ones are entered as the recording goes on.
    public init(
        _ task: TaskID, of recording: Recording, at: UInt64, with intervention: Intervention, team: Team,
        world: WorldState, worldUpTo: UInt64
    ) {
        self.task = task
        self.recording = recording
        self.at = at
        self.intervention = intervention
        self.worldUpTo = worldUpTo
        var team = team
        var world = world
        for case .robotLinked(let robot, _) in recording.entries.map(\.input)
        where team.robots[robot.id] == nil {
            team.robots[robot.id] = robot
        }
        for robot in team.robots.values where world.entities[EntityID(robot.id)] == nil { world.add(robot) }
        self.team = team
        belief = BelievedWorld(world, rules: team.rules)
        machine = recording.start
        if case .keep(let robot) = intervention { kept = robot }
    }

    /// - Throws: ``ForkError``.
    public mutating func run() throws -> ForkReport {
        let recorded = try readRecording()
        guard at >= recorded.firstRecord, at <= recorded.lastRecord else {
            throw ForkError(
                .badRecord,
                "\(task) goes from record \(recorded.firstRecord) to \(recorded.lastRecord); \(at) is outside of that"
            )
        }
        try settleAttempt(recorded)
        for record in recording.firstRecord..<at { take(record) }
        var original = machine
        var parting: ForkReport.Parting?
        var record = at
        while parting == nil, record <= recording.lastRecord, ended == nil {
            let entry = recording.entries[recording.index(of: record)]
            let theirs = original.handle(entry.input, at: entry.at, record: record)
            parting = try replay(record, entry, against: theirs)
            record += 1
        }
        guard isMade else { throw neverMade() }
        let replayed = Int(record - recording.firstRecord)
        if let parting, ended == nil { simulate(after: parting.record) }
        guard let forked = ended ?? machine.task(task) else {
            throw ForkError(.unknownTask, "the fork knows no task \(task)")
        }
        return ForkReport(
            task: task, at: at, intervention: "\(intervention)", parting: parting, recorded: recorded,
            forked: forked, replayed: replayed, simulated: simulated, assumptions: assumptions)
    }

    // MARK: The recording

    /// Goes through the whole recording once: what was answered to what, and
    /// how the task ended.
    private mutating func readRecording() throws(ForkError) -> TaskView {
        var machine = recording.start
        var view: TaskView?
        for (record, entry) in zip(recording.firstRecord..., recording.entries) {
            let actions = machine.handle(entry.input, at: entry.at, record: record)
            answers.take(entry.input, actions, at: entry.at)
            for case .archive(let ended) in actions where ended.id == task { view = ended }
        }
        guard let view = view ?? machine.task(task) else {
            throw ForkError(.unknownTask, "the recording doesn’t speak of a task \(task)")
        }
        return view
    }

    /// Takes a record as it was.
    private mutating func take(_ record: UInt64) {
        let entry = recording.entries[recording.index(of: record)]
        _ = handle(entry.input, at: entry.at, record: record)
    }

    /// The core of the fork takes an input; its memory and orders are kept up.
    mutating func handle(
        _ input: CoordinationInput, at now: Instant, record: UInt64
    ) -> [CoordinationAction] {
        let actions = machine.handle(input, at: now, record: record)
        pending.take(input, actions, at: now)
        for action in actions {
            switch action {
            case .applyEffects(let claim) where record > worldUpTo: belief.apply(claim)
            case .tell(let literals, _) where record > worldUpTo: belief.enter(literals)
            case .archive(let view) where view.id == task: ended = view
            default: break
            }
        }
        return actions
    }

    // MARK: The parting

    /// Takes a record in the fork, with the intervention where it is due.
    ///
    /// - Returns: the parting, where the core does something else than it did.
    private mutating func replay(
        _ record: UInt64, _ entry: JournalledInput, against theirs: [CoordinationAction]
    ) throws -> ForkReport.Parting? {
        var ours: [CoordinationAction] = []
        var inserted: [CoordinationAction] = []
        if let input = try extraInput(before: entry) {
            isMade = true
            inserted = handle(input, at: entry.at, record: record)
            for case .refuse(let refusal) in inserted { throw ForkError(.badIntervention, refusal.message) }
        }
        // What an extra order tells is no difference yet; what it does, is.
        if inserted.contains(where: { !$0.isWord && $0.words != nil }) { ours += inserted }
        if let input = altered(entry.input) { ours += handle(input, at: entry.at, record: record) }
        let (theirs, mine) = (theirs.map(\.withoutNumber), ours.map(\.withoutNumber))
        guard theirs != mine else { return nil }
        let same = zip(theirs, mine).prefix { $0 == $1 }.count
        return ForkReport.Parting(
            record: record, at: entry.at, reason: reason(entry.input),
            recorded: theirs.dropFirst(same).compactMap(\.words),
            forked: mine.dropFirst(same).compactMap(\.words))
    }

    /// The recorded input as the fork takes it; nil leaves it out.
    private mutating func altered(_ input: CoordinationInput) -> CoordinationInput? {
        switch (intervention, input) {
        case (.result(_, _, let outcome), .attemptEnded(let attempt, let token, _)) where attempt == changed:
            isMade = true
            return .attemptEnded(attempt, token, outcome)
        case (.keep(let kept), .robotLost(let robot, _)) where robot == kept:
            isMade = true
            return nil
        case (.keep(let robot), .robotLinked(let description, _)) where description.id == robot && isMade:
            return nil
        default: return input
        }
    }

    /// What the fork takes before a recorded input.
    private func extraInput(before entry: JournalledInput) throws(ForkError) -> CoordinationInput? {
        guard !isMade else { return nil }
        let order = PersonOrder(by: "fork", reason: "\(intervention)")
        switch intervention {
        case .order(let verb): return .taskOrdered(task, verb, order)
        case .change(let change): return .planEdited(task, try edit(change), order)
        case .result(_, _, let outcome):
            // An attempt that its robot never reported was given up for another reason.
            guard let changed, let under = pending.attempts[changed]?.order else { return nil }
            switch entry.input {
            case .timerFired(.attemptOverdue(changed)), .robotLost(under.robot, _):
                return .attemptEnded(changed, under.token, outcome)
            default: return nil
            }
        case .keep: return nil
        }
    }

    private func edit(_ change: PlanChange) throws(ForkError) -> PlanEdit {
        guard let view = machine.task(task) else { throw ForkError(.badRecord, "\(task) doesn’t live there") }
        let editor = PlanEditor(
            team: team, world: belief.state, revision: view.revision,
            waiting: view.steps.filter { $0.state == .blocked || $0.state == .ready }.map(\.step),
            underWay: view.steps.filter(\.state.isOnRobot).map(\.step), taken: Set(view.steps.map(\.step.id)))
        do throws(PlanFlaw) {
            return try editor.edit(change)
        } catch {
            throw ForkError(
                .badIntervention, "the plan can’t be changed so at record \(at): \(error.description)")
        }
    }

    private func reason(_ input: CoordinationInput) -> String {
        switch (intervention, input) {
        case (.result, .attemptEnded(let attempt, _, let outcome)) where attempt == changed:
            "\(intervention), where it \(outcome.failure.map { "failed (\($0))" } ?? "succeeded")"
        default: "\(intervention)"
        }
    }

    // MARK: What is meant

    /// Finds the attempt that a changed result is about.
    private mutating func settleAttempt(_ recorded: TaskView) throws(ForkError) {
        guard case .result(let step, let number, _) = intervention else { return }
        guard let last = answers.lastAttempt(of: step, in: task) else {
            let begun = recorded.steps.filter { $0.attempts > 0 }.map(\.step.id.rawValue)
            throw ForkError(
                .badIntervention,
                "no attempt at a step “\(step)” was recorded; there are \(begun.joined(separator: ", "))")
        }
        guard number ?? last <= last, number != 0 else {
            throw ForkError(.badIntervention, "\(step) was tried \(last) times, not \(number ?? 0)")
        }
        changed = AttemptID(task: task, step: step, number: number ?? last)
    }

    private func neverMade() -> ForkError {
        switch intervention {
        case .result:
            ForkError(
                .badIntervention,
                "\(changed.map { "\($0.step)/\($0.number)" } ?? "the attempt") didn’t end after record \(at): fork earlier"
            )
        case .keep(let robot):
            ForkError(.badIntervention, "\(robot) wasn’t lost after record \(at) while the task lived")
        case .change, .order: ForkError(.badIntervention, "the task was over at record \(at)")
        }
    }
}
