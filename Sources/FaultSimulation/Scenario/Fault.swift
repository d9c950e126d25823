import RobotModel

/// One thing that goes wrong, and when. Parts of the network, edges and robots
/// are counted from 0.
struct Fault: Hashable, Sendable {
    /// `f` and a number: how a shrunk history names it.
    let name: String
    /// From the start.
    let at: Duration
    let kind: Kind

    enum Kind: Hashable, Sendable {
        /// A link holds everything back for a while, as TCP does on a bad line.
        case stall(link: Int, for: Duration)
        /// A connection breaks: what is under way is lost from some point on.
        case reset(link: Int)
        /// For a while, a link treats its frames as its weather says.
        case weather(link: Int, Weather, for: Duration)
        /// A copy of an order from long ago turns up at a robot's edge or host.
        case staleOrder(robot: Int, atHost: Bool)
        /// At once, or when the next thing that it must not forget is on disk.
        case edgeKilled(edge: Int, atStore: Bool, for: Duration)
        case hostKilled(robot: Int, atStore: Bool, for: Duration)
        /// The process stands still, and goes on as if nothing had been.
        case hostStopped(robot: Int, for: Duration)
        /// What the robot's next skill does.
        case skill(robot: Int, Misdeed)
        case brainKilled(CrashPoint, isPowerLost: Bool, for: Duration)
        /// Processes that start from now on read another wall clock.
        case clockJump(Duration)
        case planner(PlannerFault)
        /// Commits take their time.
        case diskSlow(Duration, for: Duration)
        /// Nothing new is taken.
        case diskLow(for: Duration)
        /// Nothing at all is taken.
        case diskFull(for: Duration)
        /// A caller sends its request twice.
        case repeatedRequest
    }
}

/// How a link treats frames: chances in a thousand.
struct Weather: Hashable, Sendable {
    var loss = 0
    var duplication = 0
    var reorder = 0
    var corruption = 0
    /// Milliseconds on the way.
    var delay = 0...2
}

/// Where the brain dies.
enum CrashPoint: Hashable, Sendable, CaseIterable {
    case anywhere
    /// Before the next commit is written.
    case beforeCommit
    /// While it is written.
    case duringCommit
    /// When it is on disk, and nothing was done about it yet.
    case afterCommit
    /// When part of what follows was done.
    case amongActions
    case duringSnapshot
}

/// How a skill does otherwise than it says.
enum Misdeed: Hashable, Sendable, CaseIterable {
    case fails
    case failsForGood
    case hangs
    /// Says that it is done, and has done nothing.
    case lies
    /// Returns values of the wrong type.
    case returnsNonsense
    case stopsSlowly
    /// Says it is done twice.
    case tellsTwice
}

enum PlannerFault: Hashable, Sendable, CaseIterable {
    /// Refuses once.
    case error
    /// Never answers.
    case silence
    /// Answers after the time is over.
    case late
}
