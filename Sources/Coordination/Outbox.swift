import RobotModel

/// Collects what one input leads to, in order, and numbers the events.
struct Outbox {
    let now: Instant
    private(set) var actions: [CoordinationAction] = []
    private(set) var eventSequence: UInt64

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
}
