public import RobotModel

/// What the HTTP face needs of a brain; `Node` supplies it.
///
/// The methods throw a ``RobotModel/Rejection``, a ``RobotModel/Failure`` or
/// an ``APIError``; ``ErrorCatalogue`` says what callers then see. Every other
/// error is answered as `internalError` and logged.
public protocol BrainService: Sendable {
    /// Takes a task on: mints its id and puts it on disk before it returns.
    /// A request whose idempotency key is known returns that key's task.
    /// - Throws: `idempotencyMismatch` where the key came with another ask.
    func submit(_ request: TaskRequest) async throws -> TaskView

    /// What ``submit(_:)`` would lead to: goal, plan, assignment and expected
    /// times. Nothing is stored and nothing runs.
    func preview(_ request: TaskRequest) async throws -> TaskView

    func task(_ id: TaskID) async -> TaskView?

    /// Tasks that are kept, live or ended, newest first: at most `limit` of
    /// those in one of `states` (nil: any) that came before the task `before`
    /// (nil: from the newest on).
    /// - Throws: `taskNotFound` where `before` isn't there.
    func tasks(in states: Set<TaskState>?, limit: Int, before: TaskID?) async throws -> [TaskView]

    /// - Throws: `taskNotFound`; `taskEnded` where its state is final already.
    func cancel(_ id: TaskID, _ order: PersonOrder) async throws -> TaskView

    /// A person's word on a task that waits for it.
    /// - Throws: `taskNotFound`; `notAwaitingApproval`.
    func answer(_ id: TaskID, isApproved: Bool, _ order: PersonOrder) async throws -> TaskView

    /// A person's order to a task. Given twice under one key, it is carried
    /// out once.
    /// - Throws: `taskNotFound`, `stepNotFound`, `taskEnded`; `wrongState` where
    ///   the order makes no sense now; `emergencyStopped` for a resume while
    ///   the e-stop is latched.
    func order(_ id: TaskID, _ verb: TaskVerb, _ order: PersonOrder) async throws -> TaskView

    /// Changes the part of a task's plan that hasn't begun, once the changed
    /// plan has been checked.
    /// - Throws: as ``order(_:_:_:)``; `planChanged` where the task was planned
    ///   anew meanwhile; a rejection with step and fact where the changed plan
    ///   couldn't be carried out.
    func change(_ id: TaskID, _ change: PlanChange, _ order: PersonOrder) async throws -> TaskView

    /// - Throws: `taskNotFound`, `questionNotFound`; `invalidAnswer` where it is
    ///   none of the question's options.
    func answer(
        _ id: TaskID, _ question: QuestionID, with answer: String, _ order: PersonOrder
    ) async throws -> TaskView

    /// Why the task went as it did, from the journal.
    /// - Throws: `taskNotFound`.
    func explanation(of id: TaskID) async throws -> TaskExplanation

    /// Up to `limit` journal records from number `first` to number `last`, in
    /// order; empty past the newest.
    /// - Throws: `recordsGone` where the first of them are no longer kept.
    func records(from first: UInt64, to last: UInt64, limit: Int) async throws -> [StoredRecord]

    /// In order of their ids.
    func schedules() async -> [ScheduleView]

    /// Sets a schedule, or changes the one of that id.
    /// - Throws: `invalidField` for one that is never due.
    func set(_ schedule: Schedule, _ order: PersonOrder) async throws -> ScheduleView

    /// - Throws: `scheduleNotFound`.
    func removeSchedule(_ id: ScheduleID, _ order: PersonOrder) async throws

    /// In order of their ids.
    func robots() async -> [RobotView]

    /// - Throws: `robotNotFound`.
    func administer(_ robot: RobotID, _ verb: RobotVerb, _ order: PersonOrder) async throws -> RobotView

    /// In order of their names.
    func skills() async -> [SkillManifest]

    /// Entities that carry `type`, or all; in order of their ids.
    func entities(type: String?) async -> [Entity]

    /// What is believed to hold (certain or not), now or at `instant`, of the
    /// facts that `pattern` fits, in which `*` stands for anything; nil is all.
    func facts(matching pattern: Literal?, asOf instant: Instant?) async -> [FactRecord]

    /// Every record of a fact that names `entity`, oldest first.
    func history(of entity: EntityID) async -> [FactRecord]

    /// Enters what a person says is so. A literal with `*` is negative and
    /// takes back every fact that fits; none has variables.
    /// - Throws: `entityNotFound` where a literal names what memory lacks.
    func tell(_ literals: [Literal], by person: String) async throws -> [FactRecord]

    /// Enters a scene, in YAML or JSON. `file` is its name for error messages.
    /// - Throws: `invalidScene` with line and reason.
    func apply(scene text: String, file: String) async throws -> SceneSummary

    /// - Throws: `invalidWorkflow` with line and reason.
    func workflow(from text: String) throws -> Workflow

    /// Events in order of their sequence: those after `sequence` that are kept,
    /// then live ones; nil is live ones only. With `task`, that task's alone,
    /// and the stream finishes after its last event (at once where the task has
    /// ended and `sequence` is nil or not before that event).
    ///
    /// The stream is bounded: one whose reader falls behind finishes, and the
    /// reader asks again with the last sequence it has seen. Nothing is skipped.
    func events(after sequence: UInt64?, task: TaskID?) async -> AsyncStream<TaskEvent>

    /// Changes of shared memory in order of their revision, as for
    /// ``events(after:task:)``; poses of one entity may be conflated.
    func memoryEvents(after revision: UInt64?) async -> AsyncStream<MemoryChange>

    func health() async -> HealthReport
}
