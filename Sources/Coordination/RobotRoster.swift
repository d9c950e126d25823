import OrderedCollections
import RobotModel

/// The team as the coordinator knows it: who is linked, who may be used, who
/// is at what, and which task holds whom.
struct RobotRoster: Hashable {
    struct Member: Hashable {
        var description: RobotDescription
        var isLinked: Bool
        /// What an operator ordered; nil is normal service.
        var order: RobotVerb?
        /// The task that has the robot to itself.
        var holder: TaskID?
        /// The attempt that it is at.
        var attempt: AttemptID?

        var state: RobotState {
            if order == .retire { return .retired }
            if !isLinked { return .lost }
            if order == .drain { return .draining }
            return attempt == nil ? .available : .busy
        }

        /// Why it can't be planned with, or nil.
        var hindrance: String? {
            switch state {
            case .available, .busy: nil
            case .lost: "lost"
            case .draining: "draining"
            case .retired: "retired"
            case .charging, .maintenance, .manual: state.rawValue
            }
        }
    }

    private(set) var members: OrderedDictionary<RobotID, Member> = [:]

    subscript(robot: RobotID) -> Member? { members[robot] }

    var unavailable: [RobotID: String] {
        members.reduce(into: [:]) { $0[$1.key] = $1.value.hindrance }
    }

    func held(byOthersThan task: TaskID) -> Set<RobotID> {
        Set(members.filter { $0.value.holder != nil && $0.value.holder != task }.keys)
    }

    mutating func link(_ description: RobotDescription) {
        if members[description.id] == nil {
            members[description.id] = Member(description: description, isLinked: true)
        } else {
            members[description.id]?.description = description
            members[description.id]?.isLinked = true
        }
    }

    mutating func unlink(_ robot: RobotID) { members[robot]?.isLinked = false }
    mutating func unlinkAll() { for robot in members.keys { unlink(robot) } }
    mutating func order(_ verb: RobotVerb, _ robot: RobotID) {
        members[robot]?.order = verb == .resume || verb == .giveBack ? nil : verb
    }
    mutating func begin(_ attempt: AttemptID, on robot: RobotID) { members[robot]?.attempt = attempt }
    mutating func finish(on robot: RobotID) { members[robot]?.attempt = nil }
    mutating func hold(_ robot: RobotID, for task: TaskID) { members[robot]?.holder = task }

    /// Sets the robots free that `task` holds, but for those it still needs.
    /// - Returns: whether any was.
    mutating func release(from task: TaskID, keeping needed: OrderedSet<RobotID> = []) -> Bool {
        var isReleased = false
        for (robot, member) in members where member.holder == task && !needed.contains(robot) {
            members[robot]?.holder = nil
            isReleased = true
        }
        return isReleased
    }
}
