/// A promise that was broken.
public struct Violation: Hashable, Sendable, Codable {
    /// Which one.
    public var promise: Promise
    /// From the start.
    public var atSeconds: Double
    /// What happened, for people.
    public var message: String

    init(promise: Promise, at: Duration, message: String) {
        self.promise = promise
        atSeconds = Double(at.components.seconds) + Double(at.components.attoseconds) / 1e18
        self.message = message
    }
}

/// What is held against every event.
public enum Promise: String, Hashable, Sendable, Codable {
    /// An acknowledged task, or a record that was acted on, is gone.
    case lost
    /// An attempt did its work, or was entered in memory, a second time.
    case twice
    /// A robot obeyed an order that was void.
    case staleToken
    /// Two robots were at one step or resource, or one robot at two attempts.
    case twoAtOnce
    /// The journal gives another state than the live one.
    case replay
    /// Something was sent to a robot that may get nothing.
    case dispatch
    /// What is believed for sure contradicts what is so.
    case belief
    /// A task didn't end after the last fault.
    case unending
    /// One idempotency key became two tasks.
    case key
    /// A robot that was cut off went on moving.
    case safeState
    /// Bytes of ours couldn't be read.
    case codec
    /// The coordinator's state contradicts itself, or something that could go
    /// on stands still.
    case upkeep
    /// A task was passed over for too long.
    case starved
    /// What was said of a task, a step or an attempt can't follow what was said
    /// of it before.
    case lifeCycle
    /// Something late, repeated or from nowhere moved the coordinator or a robot.
    case stray
    /// A person's order had another answer or outcome than it should.
    case order
    /// The coordinator alone, tried with what hardly ever comes, broke one of
    /// its promises.
    case rehearsal
}
