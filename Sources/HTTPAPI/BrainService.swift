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

    /// Every task that is kept, newest first.
    func tasks() async -> [TaskView]

    /// - Throws: `taskNotFound`; `taskEnded` where its state is final already.
    func cancel(_ id: TaskID, by person: String, reason: String) async throws -> TaskView

    /// A person's word on a task that waits for it.
    /// - Throws: `taskNotFound`; `notAwaitingApproval`.
    func answer(_ id: TaskID, isApproved: Bool, by person: String) async throws -> TaskView

    /// In order of their ids.
    func robots() async -> [RobotView]

    /// - Throws: `robotNotFound`.
    func administer(_ robot: RobotID, _ verb: RobotVerb, by person: String) async throws -> RobotView

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
