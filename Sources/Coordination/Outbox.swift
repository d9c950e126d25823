import OrderedCollections
import RobotModel

/// Collects what one input leads to, in order, numbers the events, and keeps
/// what is to be looked at again before the input is done with.
struct Outbox {
    let now: Instant
    private(set) var actions: [CoordinationAction] = []
    private(set) var eventSequence: UInt64
    /// Robots that became free, or got something to do.
    private var touched: OrderedSet<RobotID> = []
    /// Tasks that may have all their robots now.
    private var admissible: OrderedSet<TaskID> = []
    /// Tasks of which nothing may run any more.
    private var settling: OrderedSet<TaskID> = []
    /// Tasks to be planned, once all else is settled.
    private(set) var planning: OrderedSet<TaskID> = []

    init(now: Instant, eventSequence: UInt64) {
        self.now = now
        self.eventSequence = eventSequence
    }

    mutating func add(_ action: CoordinationAction) { actions.append(action) }

    mutating func publish(
        _ kind: TaskEventKind, task: TaskID? = nil, step: StepID? = nil, robot: RobotID? = nil,
        state: String, note: String = ""
    ) {
        eventSequence += 1
        actions.append(
            .publish(
                TaskEvent(
                    sequence: eventSequence, at: now, kind: kind, task: task, step: step,
                    robot: robot, state: state, note: note)))
    }

    mutating func touch(_ robot: RobotID) { touched.append(robot) }
    mutating func reconsider(_ task: TaskID) { admissible.append(task) }
    mutating func settle(_ task: TaskID) { settling.append(task) }
    mutating func plan(_ task: TaskID) { planning.append(task) }

    mutating func nextTouched() -> RobotID? { touched.isEmpty ? nil : touched.removeFirst() }
    mutating func nextAdmissible() -> TaskID? { admissible.isEmpty ? nil : admissible.removeFirst() }
    mutating func nextSettling() -> TaskID? { settling.isEmpty ? nil : settling.removeFirst() }
}
