import Execution
import Synchronization

/// Until when an edge's robots may move: while the brain has lately been heard
/// from, and this edge's own thread isn't stuck. Skill hosts get what is left
/// of it with every frame; linked-in skills stand under its dead-man's switch.
final class MotionRight: Sendable {
    private struct Ends {
        var byBrain: SuspendingClock.Instant?
        var byEdge: SuspendingClock.Instant?
    }

    let deadMan: DeadMan
    private let state = Mutex(Ends())

    init(deadMan: DeadMan) { self.deadMan = deadMan }

    /// Nil before the brain was first heard.
    var ends: SuspendingClock.Instant? {
        state.withLock { ends in
            guard let brain = ends.byBrain, let edge = ends.byEdge else { return nil }
            return min(brain, edge)
        }
    }

    /// The lease of the session with the brain was renewed.
    func renewByBrain(until moment: SuspendingClock.Instant) {
        state.withLock { $0.byBrain = moment }
        passOn()
    }

    /// The edge's own thread had its turn.
    func renewByEdge(until moment: SuspendingClock.Instant) {
        state.withLock { $0.byEdge = moment }
        passOn()
    }

    private func passOn() { if let ends { deadMan.renew(until: ends) } }
}
