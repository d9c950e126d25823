import OrderedCollections
import RobotModel

/// The team as the coordinator knows it: who is linked, who may be used, who
/// is at what, which task holds whom, and who waits for whom.
struct RobotRoster: Hashable, Sendable, Codable {
    struct Member: Hashable, Sendable, Codable {
        var description: RobotDescription
        var isLinked: Bool
        /// What an operator ordered; nil is normal service.
        var order: RobotVerb?
        /// The task that has the robot to itself.
        var holder: TaskID?
        /// The attempt that it is at.
        var attempt: AttemptID?
        /// Steps that may start as soon as it and their resources are free.
        var ready = Line<StepKey>()
        /// Tasks that wait for it, most urgent first.
        var queue = RankedQueue()
        var breakers: OrderedDictionary<SkillName, CircuitBreaker> = [:]

        init(description: RobotDescription) {
            self.description = description
            isLinked = true
        }

        var state: RobotState {
            switch order {
            case .retire: return .retired
            case .takeOver: return .manual
            case .maintain: return isLinked ? .maintenance : .lost
            case .drain: return isLinked ? .draining : .lost
            case .resume, .giveBack, nil: break
            }
            if !isLinked { return .lost }
            return attempt == nil ? .available : .busy
        }

        /// Why it can't be planned with, or nil.
        var hindrance: String? {
            switch state {
            case .available, .busy: nil
            case .charging, .draining, .lost, .maintenance, .manual, .retired: state.rawValue
            }
        }

        /// Whether it could begin something now.
        var isIdle: Bool {
            isLinked && attempt == nil && order != .retire && order != .takeOver
        }

        /// Whether nobody knows when, if ever, it works again.
        var isOut: Bool { !isLinked || order == .retire || order == .takeOver }

        /// Whether a person's order keeps it from being sent anything.
        var isBarred: Bool { order == .retire || order == .takeOver }
    }

    /// A task's place among those that wait.
    struct Place: Hashable, Sendable, Codable {
        let rank: Rank
        let task: TaskID
    }

    private(set) var members = Table<RobotID, Boxed<Member>>()

    subscript(robot: RobotID) -> Boxed<Member>? {
        _read { yield members[robot] }
        _modify { yield &members[robot] }
    }

    /// Robots that can't be planned with, and why.
    var unavailable: [RobotID: String] {
        var result: [RobotID: String] = [:]
        members.visit { robot, member in
            if let hindrance = member.hindrance { result[robot] = hindrance }
        }
        return result
    }

    func held(byOthersThan task: TaskID) -> Set<RobotID> {
        var result: Set<RobotID> = []
        members.visit { robot, member in
            if let holder = member.holder, holder != task { result.insert(robot) }
        }
        return result
    }

    /// Skills that failed too often, by robot.
    var suspended: [RobotID: [SkillName]] {
        var result: [RobotID: [SkillName]] = [:]
        members.visit { robot, member in
            // Of a thousand robots hardly any has one.
            guard !member.breakers.isEmpty else { return }
            let open = member.breakers.filter { $0.value.isOpen }.map(\.key)
            if !open.isEmpty { result[robot] = open }
        }
        return result
    }

    /// Whether there is such a robot, in normal service.
    func isUsable(_ robot: RobotID) -> Bool {
        members[robot].map { $0.hindrance == nil } ?? false
    }

    mutating func link(_ description: RobotDescription) {
        let robot = description.id
        guard members[robot] != nil else {
            members[robot] = Boxed(Member(description: description))
            return
        }
        members[robot]?.value.description = description
        members[robot]?.value.isLinked = true
    }

    mutating func unlinkAll() { for robot in members.keys { members[robot]?.value.isLinked = false } }
}

/// Who goes first among tasks that want the same robot: the one with the
/// earliest urgency, then the one that came first.
///
/// A task is due ten minutes after it came, or when it must start to meet its
/// deadline; each level of priority is a head start. The rank is settled when
/// a task begins to wait, so whoever waits long enough is first: none starves.
struct Rank: Hashable, Sendable, Codable, Comparable {
    /// Nanoseconds since 1970.
    let urgency: Int64
    let number: UInt64

    static let usualSlack = Duration.seconds(600)

    init(
        request: TaskRequest, receivedAt: Instant, number: UInt64, makespanSeconds: Double,
        headStart: Duration
    ) {
        var due = receivedAt + Self.usualSlack
        if let deadline = request.deadline {
            due = min(due, deadline - .seconds(max(0, min(makespanSeconds, 1e9))))
        }
        let levels = Int64(max(-10_000, min(request.priority, 10_000)))
        urgency = due.nanosecondsSinceEpoch &- levels &* headStart.wholeNanoseconds
        self.number = number
    }

    static func < (left: Rank, right: Rank) -> Bool {
        (left.urgency, left.number) < (right.urgency, right.number)
    }
}

extension Instant {
    fileprivate static func - (instant: Instant, duration: Duration) -> Instant {
        instant + (.zero - duration)
    }
}
