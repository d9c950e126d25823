public import RobotModel

/// Tells why a task went as it did: replays journal records through the core
/// and writes down what concerns the task. Reads the past and changes nothing;
/// a value without clock or I/O, like the core itself.
///
/// Give it every record in order, from a state at or before the task's first
/// record on, until ``isOver``.
public struct TaskExplainer: Sendable {
    public let task: TaskID
    private var machine: CoordinationMachine
    private var view: TaskView?
    private var newest: Instant?
    private var chapters: [TaskExplanation.Chapter] = []
    private var phases: [TaskExplanation.Phase] = []
    private var open: (activity: TaskExplanation.Activity, note: String, from: Instant)?
    private(set) var course = TaskCourse()
    /// Whether the task has ended: later records add nothing.
    public private(set) var isOver = false

    /// - Parameter machine: the state before the first record that it is given;
    ///   the task isn't in it yet.
    public init(_ task: TaskID, from machine: CoordinationMachine = CoordinationMachine()) {
        self.task = task
        self.machine = machine
    }

    /// Takes the next record.
    public mutating func take(_ entry: JournalledInput, record: UInt64) {
        guard !isOver else { return }
        let actions = machine.handle(entry.input, at: entry.at, record: record)
        let wasKnown = view != nil
        for case .archive(let ended) in actions where ended.id == task {
            view = ended
            isOver = true
        }
        // Building a view costs as much as the task has steps.
        let isConcerned = entry.input.task == task || actions.contains { $0.concerns(task) }
        if !isOver, isConcerned, let now = machine.task(task) { view = now }
        guard let view else { return }
        newest = entry.at
        if !wasKnown { begin(view) }
        if case .planProposed(task, _, _, let plan) = entry.input, view.explanation == plan.explanation {
            tell(plan, revision: view.revision, at: entry.at, record: record)
        }
        for ended in isConcerned ? course.settle(view, at: entry.at) : [] {
            tell(ended, at: entry.at, record: record)
        }
        for action in actions { note(action, at: entry.at, record: record) }
        move(at: entry.at)
    }

    /// What is known so far; nil where no record spoke of the task.
    ///
    /// - Parameter now: up to when a task that lives is told; nil is the newest
    ///   record.
    public func explanation(at now: Instant? = nil) -> TaskExplanation? {
        guard let view = isOver ? view : machine.task(task), let newest else { return nil }
        let until = view.endedAt ?? max(now ?? newest, newest)
        var phases = phases
        if let open, until > open.from {
            phases.append(.init(open.activity, from: open.from, to: until, note: open.note))
        }
        let spent = Dictionary(grouping: phases, by: \.activity)
            .map { activity, parts in
                let sum = parts.reduce(Duration.zero) { $0 + $1.duration }
                return TaskExplanation.Spent(activity, seconds: sum.inSeconds)
            }
            .sorted { ($1.seconds, $0.activity.rawValue) < ($0.seconds, $1.activity.rawValue) }
        return TaskExplanation(
            task: task, ask: view.request.ask.summary, state: view.state, failure: view.failure,
            receivedAt: view.receivedAt, toldUntil: until, firstRecord: view.firstRecord,
            lastRecord: view.lastRecord, chapters: chapters, phases: phases, spent: spent,
            steps: course.stepTimes(until: until),
            criticalPath: CriticalPath(course: course, phases: phases, view: view, until: until).links)
    }

    // MARK: Chapters

    private mutating func begin(_ view: TaskView) {
        var text = "“\(view.request.ask.summary)”, asked for by \(view.request.requester)"
        if view.request.priority != 0 { text += ", priority \(view.request.priority)" }
        chapters.append(.init(record: view.firstRecord, at: view.receivedAt, kind: .task, text: text))
    }

    private mutating func note(_ action: CoordinationAction, at now: Instant, record: UInt64) {
        switch action {
        case .plan(let order) where order.task == task: course.planOrdered(order.revision, at: now)
        case .invoke(let order) where order.attempt.task == task: course.sent(order, at: now)
        case .publish(let event): note(event, record: record)
        default: break
        }
    }

    private mutating func note(_ event: TaskEvent, record: UInt64) {
        guard let (kind, text) = chapter(of: event) else { return }
        chapters.append(
            .init(record: record, at: event.at, kind: kind, step: event.step, robot: event.robot, text: text))
    }

    /// What an event means for this task; nil where it means nothing, or where
    /// it is told otherwise.
    private func chapter(of event: TaskEvent) -> (TaskExplanation.Chapter.Kind, String)? {
        let note = event.note.isEmpty ? "" : ": \(event.note)"
        let isOurs = event.task == task
        switch event.kind {
        case .task:
            guard isOurs, event.state != TaskState.received.rawValue else { return nil }
            return (.task, event.state + note)
        case .repair where isOurs || (event.task == nil && event.robot.map(course.uses) == true):
            return (.repair, event.state + note)
        case .reconnection where isOurs: return (.repair, "\(event.state) after the reconnection\(note)")
        case .question where isOurs, .order where isOurs: return (.person, event.state + note)
        case .emergency: return (.person, "e-stop \(event.state)\(note)")
        case .robot:
            // Between steps a robot is now busy, now available; that is told by the attempts.
            guard let robot = event.robot, course.uses(robot) else { return nil }
            return (.robot, "\(event.state)\(note)")
        case .repair, .reconnection, .question, .order, .step, .schedule: return nil
        }
    }

    private mutating func tell(_ plan: Plan, revision: UInt32, at now: Instant, record: UInt64) {
        course.planned(plan, revision: revision, at: now)
        for line in plan.explanation {
            chapters.append(.init(record: record, at: now, kind: .choice, text: line))
        }
    }

    private mutating func tell(_ ended: TaskCourse.Attempt, at now: Instant, record: UInt64) {
        let took = (Double(((ended.endedAt ?? now) - ended.startedAt).wholeNanoseconds / 1_000_000) / 1000)
        chapters.append(
            .init(
                record: record, at: now, kind: .attempt, step: ended.id.step, robot: ended.robot,
                text: "try \(ended.id.number) of \(ended.call) \(ended.outcome) after \(took) s"))
    }

    // MARK: Where time goes

    private mutating func move(at now: Instant) {
        let next = isOver ? nil : machine.activity(of: task)
        if let open, open.activity == next?.activity, open.note == next?.note { return }
        if let open, now > open.from {
            phases.append(.init(open.activity, from: open.from, to: now, note: open.note))
        }
        open = next.map { ($0.activity, $0.note, now) }
    }
}

extension CoordinationAction {
    fileprivate func concerns(_ task: TaskID) -> Bool {
        switch self {
        case .plan(let order): order.task == task
        case .invoke(let order): order.attempt.task == task
        case .cancelAttempt(let attempt, _, _, _), .confirmResult(let attempt, _, _): attempt.task == task
        case .applyEffects(let claim): claim.attempt.task == task
        case .checkGoal(let id, _, _): id == task
        case .publish(let event): event.task == task
        case .archive(let view): view.id == task
        case .tell, .startTimer, .stopTimer, .refuse: false
        }
    }
}
