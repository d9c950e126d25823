import RobotModel

/// Collects what one input leads to, in order, numbers the events, and keeps
/// what is to be looked at again before the input is done with.
struct Outbox {
    let now: Instant
    private var urgent: [CoordinationAction] = []
    private var patient: [CoordinationAction] = []
    private(set) var eventSequence: UInt64
    /// Robots that became free, or got something to do.
    private var touched = Pending<RobotID>()
    /// Tasks that may have all their robots now.
    private var admissible = Pending<TaskID>()
    /// Tasks of which nothing may run any more.
    private var settling = Pending<TaskID>()
    /// Tasks to be planned, once all else is settled.
    private var planning = Pending<TaskID>()

    init(now: Instant, eventSequence: UInt64) {
        self.now = now
        self.eventSequence = eventSequence
    }

    /// All actions, those that can wait at the end.
    var actions: [CoordinationAction] { patient.isEmpty ? urgent : urgent + patient }

    mutating func add(_ action: CoordinationAction) { urgent.append(action) }

    /// Adds what nobody waits for: a robot's next order goes before it.
    mutating func addLast(_ action: CoordinationAction) { patient.append(action) }

    mutating func publish(
        _ kind: TaskEventKind, task: TaskID? = nil, step: StepID? = nil, robot: RobotID? = nil,
        state: String, note: String = ""
    ) {
        eventSequence += 1
        urgent.append(
            .publish(
                TaskEvent(
                    sequence: eventSequence, at: now, kind: kind, task: task, step: step,
                    robot: robot, state: state, note: note)))
    }

    mutating func touch(_ robot: RobotID) { touched.append(robot) }
    mutating func reconsider(_ task: TaskID) { admissible.append(task) }
    mutating func settle(_ task: TaskID) { settling.append(task) }
    mutating func plan(_ task: TaskID) { planning.append(task) }

    mutating func nextTouched() -> RobotID? { touched.next() }
    mutating func nextAdmissible() -> TaskID? { admissible.next() }
    mutating func nextSettling() -> TaskID? { settling.next() }
    mutating func nextPlanning() -> TaskID? { planning.next() }
}

/// What is still to be looked at, each once, first come, first served.
struct Pending<Element: Hashable> {
    private var elements: [Element] = []
    private var head = 0
    /// Kept where there are many; few are looked through.
    private var members: Set<Element>?

    private static var few: Int { 16 }

    mutating func append(_ element: Element) {
        if members != nil {
            guard members?.insert(element).inserted == true else { return }
            elements.append(element)
            return
        }
        guard !elements[head...].contains(element) else { return }
        elements.append(element)
        if elements.count - head > Self.few { members = Set(elements[head...]) }
    }

    mutating func next() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        head += 1
        members?.remove(element)
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
            members = nil
        }
        return element
    }
}
