import RobotModel
import Synchronization

/// Tasks that ended, as callers still ask for them.
final class ArchiveDesk: Sendable {
    private struct State {
        var views: [TaskID: TaskView] = [:]
        /// Oldest first.
        var order: [TaskID] = []
    }

    private let state = Mutex(State())

    func keep(_ view: TaskView) {
        state.withLock { state in
            if state.views.updateValue(view, forKey: view.id) == nil { state.order.append(view.id) }
        }
    }

    func task(_ id: TaskID) -> TaskView? { state.withLock { $0.views[id] } }

    /// Newest first.
    func tasks() -> [TaskView] {
        state.withLock { state in state.order.reversed().compactMap { state.views[$0] } }
    }
}
