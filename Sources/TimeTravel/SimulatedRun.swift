import Coordination
import OrderedCollections
import RobotModel

/// What a simulation keeps besides the core: who is at what, which timers
/// run, and the world as it is.
struct SimulatedRun: Sendable {
    enum Event: Sendable {
        /// From the recording, whatever the core does.
        case recorded(CoordinationInput)
        case timer(CoordinationTimer, number: Int)
        case answer(CoordinationInput)
        /// The robot has done what it was at, or failed. Nil: as its manifest says.
        case attemptEnds(Invocation, AttemptOutcome?)
    }

    let partedAt: Instant
    var agenda: Agenda<Event>
    /// The world as it is; the core acts by what it believes.
    var truth: BelievedWorld
    /// The last record's number.
    var record: UInt64
    var atWork: [RobotID: Invocation] = [:]
    /// How often each call was made since the parting.
    private var counts: [SkillCall: Int] = [:]
    private var timers: [CoordinationTimer: Int] = [:]
    private var timerCount = 0

    init(now: Instant, truth: BelievedWorld, record: UInt64) {
        partedAt = now
        agenda = Agenda(start: now)
        self.truth = truth
        self.record = record
    }

    mutating func add(_ event: Event, after delay: Duration) { agenda.add(event, at: agenda.now + delay) }

    mutating func start(_ timer: CoordinationTimer, at moment: Instant) {
        timerCount += 1
        timers[timer] = timerCount
        agenda.add(.timer(timer, number: timerCount), at: moment)
    }

    mutating func stop(_ timer: CoordinationTimer) { timers[timer] = nil }

    /// Whether a timer that runs out is still wanted; it is over then.
    mutating func isDue(_ timer: CoordinationTimer, _ number: Int) -> Bool {
        guard timers[timer] == number else { return false }
        timers[timer] = nil
        return true
    }

    /// How many equal calls there were before this one.
    mutating func count(_ call: SkillCall) -> Int {
        counts[call, default: 0] += 1
        return (counts[call] ?? 1) - 1
    }
}
