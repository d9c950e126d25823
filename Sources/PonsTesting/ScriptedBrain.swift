public import HTTPAPI
public import RobotModel

/// A brain in memory for tests of what talks to one: it plans nothing, and
/// does with each task what its script says. Time passes a second an event.
public actor ScriptedBrain: BrainService {
    /// What becomes of submitted tasks.
    public enum Script: Sendable {
        /// Nothing, until the test calls ``end(_:as:)``.
        case wait
        /// All steps are run, one after the other, and the task ends so.
        case run(steps: [PlanStep], end: TaskState)
        /// The task is turned down.
        case reject(Rejection)
    }

    private let script: Script
    private let knownRobots: [RobotDescription]
    private let knownSkills: [SkillManifest]
    private let scene: SceneDescription
    private var submitted: [TaskView] = []
    private var knownSchedules: [ScheduleView] = []
    private var orderKeys: Set<String> = []
    private var robotStates: [RobotID: RobotState] = [:]
    private var believed: [FactRecord]
    private var log: [TaskEvent] = []
    private var changes: [MemoryChange] = []
    private var readers: [Int: EventReader] = [:]
    private var memoryReaders: [Int: AsyncStream<MemoryChange>.Continuation] = [:]
    private var nextReader = 0
    private var seconds: Int64 = 0
    private var report: HealthReport

    private struct EventReader {
        let task: TaskID?
        let continuation: AsyncStream<TaskEvent>.Continuation
    }

    public init(
        _ script: Script = .wait, robots: [RobotDescription] = [], skills: [SkillManifest] = [],
        scene: SceneDescription = SceneDescription(name: "empty")
    ) {
        self.script = script
        knownRobots = robots
        knownSkills = skills
        self.scene = scene
        believed = scene.facts.map {
            FactRecord(fact: $0, stamp: Self.stamp(0), source: .scene(scene.name))
        }
        report = HealthReport(
            isLive: true, isReady: true, version: "0.0.0-test", node: "brain", epoch: 1,
            startedAt: Self.instant(0), now: Self.instant(0))
    }

    // MARK: What tests do

    /// How many event streams are being read.
    public var openStreamCount: Int { readers.count + memoryReaders.count }

    public func set(_ report: HealthReport) { self.report = report }

    /// Ends a task that waits.
    public func end(_ id: TaskID, as state: TaskState) {
        change(id) { task, now in
            task.state = state
            task.endedAt = now
        }
    }

    /// Lets a task run, by this plan, until it is ended.
    public func start(_ id: TaskID, steps: [PlanStep]) {
        change(id) { task, now in
            task.state = .running
            task.revision = 1
            task.startedAt = now
            task.steps = steps.map { StepView(step: $0, revision: 1, state: .blocked) }
        }
    }

    /// Lets a task ask a person.
    public func ask(_ id: TaskID, _ question: Question) {
        change(id) { task, _ in
            task.state = .paused
            task.question = question
        }
    }

    /// Records a step's event of a task.
    public func note(_ id: TaskID, step: StepID, robot: RobotID, state: StepState) {
        record(.step, task: id, step: step, robot: robot, state: state.rawValue)
    }

    // MARK: BrainService

    public func submit(_ request: TaskRequest) async throws -> TaskView {
        if let key = request.idempotencyKey,
            let known = submitted.first(where: { $0.request.idempotencyKey == key })
        {
            guard known.request.ask == request.ask else {
                throw APIError(.idempotencyMismatch, "“\(key)” belongs to \(known.id).")
            }
            return known
        }
        let id = TaskID("t\(submitted.count + 1)")
        submitted.append(
            TaskView(id: id, request: request, state: .received, receivedAt: Self.instant(seconds)))
        record(.task, task: id, state: TaskState.received.rawValue)
        let answer = submitted[submitted.count - 1]
        perform(id)
        return answer
    }

    public func preview(_ request: TaskRequest) async throws -> TaskView {
        var task = TaskView(
            id: "preview", request: request, state: .planning, receivedAt: Self.instant(seconds))
        switch script {
        case .reject(let rejection): throw rejection
        case .run(let steps, _):
            task.steps = steps.map { StepView(step: $0, revision: 1, state: .blocked) }
            task.expectedMakespanSeconds = Double(steps.count)
        case .wait: break
        }
        return task
    }

    public func task(_ id: TaskID) async -> TaskView? { submitted.first { $0.id == id } }

    public func tasks() async -> [TaskView] { submitted.reversed() }

    public func tasks(in states: Set<TaskState>?, limit: Int, before: TaskID?) async throws -> [TaskView] {
        var tasks = await tasks()
        if let before {
            guard let index = tasks.firstIndex(where: { $0.id == before }) else {
                throw APIError(.taskNotFound, "No task is “\(before)”.")
            }
            tasks.removeSubrange(...index)
        }
        return Array(tasks.filter { states?.contains($0.state) ?? true }.prefix(limit))
    }

    public func cancel(_ id: TaskID, _ order: PersonOrder) async throws -> TaskView {
        guard let task = await task(id) else { throw APIError(.taskNotFound, "No task is “\(id)”.") }
        guard !task.state.isFinal else { throw APIError(.taskEnded, "\(id) is \(task.state.rawValue).") }
        change(id) { task, now in
            task.state = .canceled
            task.failure = Failure(.canceled, "\(order.by): \(order.reason)")
            task.endedAt = now
        }
        return await self.task(id) ?? task
    }

    public func answer(_ id: TaskID, isApproved: Bool, _ order: PersonOrder) async throws -> TaskView {
        guard let task = await task(id) else { throw APIError(.taskNotFound, "No task is “\(id)”.") }
        guard task.state == .awaitingApproval else {
            throw APIError(.notAwaitingApproval, "\(id) is \(task.state.rawValue).")
        }
        change(id) { task, _ in task.state = isApproved ? .running : .canceled }
        return await self.task(id) ?? task
    }

    public func order(_ id: TaskID, _ verb: TaskVerb, _ order: PersonOrder) async throws -> TaskView {
        guard let task = await task(id) else { throw APIError(.taskNotFound, "No task is “\(id)”.") }
        guard !isRepeat(order) else { return task }
        guard !task.state.isFinal else { throw APIError(.taskEnded, "\(id) is \(task.state.rawValue).") }
        switch verb {
        case .pause:
            change(id) { task, _ in
                task.state = .paused
                task.note = "paused by \(order.by)" + (order.reason.isEmpty ? "" : ": \(order.reason)")
            }
        case .resume:
            guard task.state == .paused else {
                throw APIError(.wrongState, "\(id) isn’t paused: it is \(task.state.rawValue).")
            }
            change(id) { task, _ in
                task.state = .running
                task.note = ""
            }
        case .replan: change(id) { task, _ in task.revision += 1 }
        case .skip(let step): try change(step, of: id) { $0.state = .skipped }
        case .retry(let step): try change(step, of: id) { $0.state = .ready }
        }
        return await self.task(id) ?? task
    }

    public func change(_ id: TaskID, _ change: PlanChange, _ order: PersonOrder) async throws -> TaskView {
        guard let task = await task(id) else { throw APIError(.taskNotFound, "No task is “\(id)”.") }
        guard !isRepeat(order) else { return task }
        switch change {
        case .reassign(let step, let robot):
            guard knownRobots.contains(where: { $0.id == robot }) else {
                throw Rejection(.unknownRobot, "No robot is “\(robot)”.", parts: [step.rawValue])
            }
            try self.change(step, of: id) { $0.step.robot = robot }
        case .edit(let step, let arguments):
            try self.change(step, of: id) { $0.step.arguments.merge(arguments) { $1 } }
        case .remove(let step): try self.change(step, of: id) { $0.state = .canceled }
        case .insert(let inserted):
            self.change(id) { task, _ in
                for new in inserted {
                    let step = PlanStep(
                        id: new.step.id, robot: new.step.robot ?? "nobody", skill: new.step.skill,
                        arguments: new.step.arguments, after: new.step.after)
                    task.steps.append(StepView(step: step, revision: task.revision, state: .blocked))
                }
            }
        }
        return await self.task(id) ?? task
    }

    public func answer(
        _ id: TaskID, _ question: QuestionID, with answer: String, _ order: PersonOrder
    ) async throws -> TaskView {
        guard let task = await task(id) else { throw APIError(.taskNotFound, "No task is “\(id)”.") }
        guard !isRepeat(order) else { return task }
        guard let asked = task.question, asked.id == question else {
            throw APIError(.questionNotFound, "\(id) asks nothing called “\(question)”.")
        }
        guard asked.options.contains(answer) else {
            throw APIError(.invalidAnswer, "Answer one of \(asked.options.joined(separator: ", ")).")
        }
        change(id) { task, _ in
            task.question = nil
            task.state = .running
        }
        return await self.task(id) ?? task
    }

    public func explanation(of id: TaskID) async throws -> TaskExplanation {
        guard let task = await task(id) else { throw APIError(.taskNotFound, "No task is “\(id)”.") }
        let end = task.receivedAt + .seconds(10)
        return TaskExplanation(
            task: id, ask: task.request.ask.summary, state: task.state, receivedAt: task.receivedAt,
            toldUntil: end, firstRecord: 1, lastRecord: 9,
            chapters: [
                TaskExplanation.Chapter(
                    record: 1, at: task.receivedAt, kind: .task,
                    text: "received from \(task.request.requester)")
            ],
            phases: [.init(.planning, from: task.receivedAt, to: end)],
            spent: [.init(.planning, seconds: 10)])
    }

    /// Four records, of which the first is gone.
    public func records(from first: UInt64, to last: UInt64, limit: Int) async throws -> [StoredRecord] {
        guard first > 1 else { throw APIError(.recordsGone, "Record 1 is no longer kept.") }
        return (2...4).filter { $0 >= first && $0 <= last }.prefix(limit).map {
            StoredRecord(number: $0, bytes: Array(repeating: UInt8($0), count: Int($0)))
        }
    }

    public func schedules() async -> [ScheduleView] {
        knownSchedules.sorted { $0.schedule.id < $1.schedule.id }
    }

    public func set(_ schedule: Schedule, _ order: PersonOrder) async throws -> ScheduleView {
        let view = ScheduleView(
            schedule: schedule, setBy: order.by,
            nextAt: schedule.recurrence.next(after: Self.instant(seconds)))
        knownSchedules.removeAll { $0.schedule.id == schedule.id }
        knownSchedules.append(view)
        record(.schedule, state: "set", note: "\(schedule.id) by \(order.by)")
        return view
    }

    public func removeSchedule(_ id: ScheduleID, _ order: PersonOrder) async throws {
        knownSchedules.removeAll { $0.schedule.id == id }
        record(.schedule, state: "removed", note: "\(id) by \(order.by)")
    }

    public func robots() async -> [RobotView] {
        knownRobots.map {
            RobotView(
                description: $0, state: robotStates[$0.id] ?? .available, isLinked: true, pose: $0.pose,
                batteryRatio: 0.9, heardAt: Self.instant(seconds))
        }
    }

    public func administer(
        _ robot: RobotID, _ verb: RobotVerb, _ order: PersonOrder
    ) async throws -> RobotView {
        switch verb {
        case .drain: robotStates[robot] = .draining
        case .resume, .giveBack: robotStates[robot] = .available
        case .retire: robotStates[robot] = .retired
        case .takeOver: robotStates[robot] = .manual
        case .maintain: robotStates[robot] = .maintenance
        }
        record(
            .robot, robot: robot, state: robotStates[robot]?.rawValue ?? "",
            note: "by \(order.by)" + (order.reason.isEmpty ? "" : ": \(order.reason)"))
        guard let view = await robots().first(where: { $0.description.id == robot }) else {
            throw APIError(.robotNotFound, "No robot is “\(robot)”.")
        }
        return view
    }

    public func skills() async -> [SkillManifest] { knownSkills }

    public func entities(type: String?) async -> [Entity] {
        (scene.entities + knownRobots.map(\.entity)).filter { type.map($0.types.contains) ?? true }
    }

    public func facts(matching pattern: Literal?, asOf instant: Instant?) async -> [FactRecord] {
        var newest: [Fact: FactRecord] = [:]
        for record in believed
        where instant.map({ record.stamp.wallMilliseconds <= $0.nanosecondsSinceEpoch / 1_000_000 }) ?? true {
            newest[record.fact] = record
        }
        return newest.values.filter { $0.holds && pattern?.matches($0.fact) ?? true }
            .sorted { $0.fact < $1.fact }
    }

    public func history(of entity: EntityID) async -> [FactRecord] {
        believed.filter { $0.fact.arguments.contains(entity) }
    }

    public func tell(_ literals: [Literal], by person: String) async throws -> [FactRecord] {
        var entered: [FactRecord] = []
        for literal in literals {
            let facts = await facts(matching: nil, asOf: nil).map(\.fact).filter(literal.matches)
            for fact in literal.fact.map({ [$0] }) ?? facts {
                seconds += 1
                let record = FactRecord(
                    fact: fact, holds: literal.isPositive, stamp: Self.stamp(seconds),
                    source: .person(person))
                believed.append(record)
                entered.append(record)
                let change = MemoryChange(
                    revision: UInt64(changes.count + 1), at: Self.instant(seconds), fact: record)
                changes.append(change)
                for reader in memoryReaders.values { reader.yield(change) }
            }
        }
        return entered
    }

    public func apply(scene text: String, file: String) async throws -> SceneSummary {
        guard text.contains("kind: Scene") || text.contains("\"kind\"") else {
            throw APIError(.invalidScene, "\(file):1: there is no “kind: Scene”.")
        }
        return SceneSummary(name: file, entityCount: 1, factCount: 0)
    }

    nonisolated public func workflow(from text: String) throws -> Workflow {
        guard text.contains("steps:") else {
            throw APIError(.invalidWorkflow, "workflow:1: there is no “steps”.")
        }
        return Workflow(steps: [WorkflowStep(id: "s1", skill: "mop")])
    }

    public func events(after sequence: UInt64?, task: TaskID?) async -> AsyncStream<TaskEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: TaskEvent.self, bufferingPolicy: .bufferingOldest(1024))
        let from = sequence ?? UInt64(log.count)
        for event in log where event.sequence > from && (task == nil || event.task == task) {
            continuation.yield(event)
        }
        if let task, submitted.contains(where: { $0.id == task && $0.state.isFinal }) {
            continuation.finish()
            return stream
        }
        let number = nextReader
        nextReader += 1
        readers[number] = EventReader(task: task, continuation: continuation)
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forget(number) }
        }
        return stream
    }

    public func memoryEvents(after revision: UInt64?) async -> AsyncStream<MemoryChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: MemoryChange.self, bufferingPolicy: .bufferingOldest(1024))
        for change in changes where change.revision > revision ?? UInt64(changes.count) {
            continuation.yield(change)
        }
        let number = nextReader
        nextReader += 1
        memoryReaders[number] = continuation
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forget(number) }
        }
        return stream
    }

    public func health() async -> HealthReport { report }

    // MARK: Inside

    private static func instant(_ seconds: Int64) -> Instant {
        Instant(nanosecondsSinceEpoch: (1_790_000_000 + seconds) * 1_000_000_000)
    }

    private static func stamp(_ seconds: Int64) -> HybridStamp {
        HybridStamp(wallMilliseconds: (1_790_000_000 + seconds) * 1000, counter: 0, origin: "brain")
    }

    private func forget(_ reader: Int) {
        readers[reader] = nil
        memoryReaders[reader] = nil
    }

    private func perform(_ id: TaskID) {
        switch script {
        case .wait: break
        case .reject(let rejection):
            change(id) { task, now in
                task.state = .rejected
                task.rejection = rejection
                task.endedAt = now
            }
        case .run(let steps, let end):
            change(id) { task, now in
                task.state = .running
                task.revision = 1
                task.startedAt = now
                task.steps = steps.map { StepView(step: $0, revision: 1, state: .blocked) }
            }
            for step in steps { run(step, of: id) }
            change(id) { task, now in
                task.state = end
                task.failure = end == .failed ? Failure(.skillError, "the script says so") : nil
                task.endedAt = now
            }
        }
    }

    private func run(_ step: PlanStep, of id: TaskID) {
        for state in [StepState.running, .succeeded] {
            record(
                .step, task: id, step: step.id, robot: step.robot, state: state.rawValue,
                note: step.call.description)
            guard let task = submitted.firstIndex(where: { $0.id == id }),
                let index = submitted[task].steps.firstIndex(where: { $0.step.id == step.id })
            else { return }
            submitted[task].steps[index].state = state
            submitted[task].steps[index].attempts = 1
            if state == .running {
                submitted[task].steps[index].startedAt = Self.instant(seconds)
            } else {
                submitted[task].steps[index].endedAt = Self.instant(seconds)
            }
        }
    }

    private func change(_ id: TaskID, _ edit: (inout TaskView, Instant) -> Void) {
        guard let index = submitted.firstIndex(where: { $0.id == id }) else { return }
        edit(&submitted[index], Self.instant(seconds + 1))
        let task = submitted[index]
        record(
            .task, task: id, state: task.state.rawValue,
            note: task.rejection?.message ?? task.failure?.message ?? "")
        guard task.state.isFinal else { return }
        for reader in readers.values where reader.task == id { reader.continuation.finish() }
    }

    private func change(_ step: StepID, of id: TaskID, _ edit: (inout StepView) -> Void) throws {
        guard let task = submitted.firstIndex(where: { $0.id == id }),
            let index = submitted[task].steps.firstIndex(where: { $0.step.id == step })
        else { throw APIError(.stepNotFound, "\(id) has no step “\(step)”.") }
        edit(&submitted[task].steps[index])
        let view = submitted[task].steps[index]
        record(.step, task: id, step: step, robot: view.step.robot, state: view.state.rawValue)
    }

    private func isRepeat(_ order: PersonOrder) -> Bool {
        order.key.map { !orderKeys.insert($0).inserted } ?? false
    }

    private func record(
        _ kind: TaskEventKind, task: TaskID? = nil, step: StepID? = nil, robot: RobotID? = nil,
        state: String, note: String = ""
    ) {
        seconds += 1
        let event = TaskEvent(
            sequence: UInt64(log.count + 1), at: Self.instant(seconds), kind: kind, task: task,
            step: step, robot: robot, state: state, note: note)
        log.append(event)
        for reader in readers.values where reader.task == nil || reader.task == task {
            if case .dropped = reader.continuation.yield(event) { reader.continuation.finish() }
        }
    }
}
