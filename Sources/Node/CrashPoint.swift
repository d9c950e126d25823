import Foundation
import Synchronization

/// Named places at which a daemon can be made to die, as by SIGKILL: a test
/// starts it with `PONS_CRASH_AT=<place>@<n>` in its environment, and it kills
/// itself when it comes there for the n-th time. Without that, a place costs a
/// comparison.
///
/// Random kills hardly ever hit the moments between two writes; these do.
enum CrashPoint: String, CaseIterable {
    case journalBefore = "journal.before"
    case journalAfter = "journal.after"
    case actionBefore = "action.before"
    case actionAfter = "action.after"
    case memoryBefore = "memory.before"
    case memoryAfter = "memory.after"
    case archiveBefore = "archive.before"
    case archiveAfter = "archive.after"
    case snapshotBefore = "snapshot.before"
    case snapshotAfter = "snapshot.after"
    case edgeStoreBefore = "edge.store.before"
    case edgeStoreAfter = "edge.store.after"
    case edgeReport = "edge.report"

    private static let armed: (point: CrashPoint, countdown: Countdown)? = {
        guard let order = ProcessInfo.processInfo.environment["PONS_CRASH_AT"] else { return nil }
        let parts = order.split(separator: "@", maxSplits: 1)
        guard let name = parts.first, let point = CrashPoint(rawValue: String(name)) else { return nil }
        return (point, Countdown(parts.count > 1 ? Int(parts[1]) ?? 1 : 1))
    }()

    private final class Countdown: Sendable {
        private let left: Atomic<Int>
        init(_ count: Int) { left = Atomic(count) }
        func isOver() -> Bool { left.subtract(1, ordering: .relaxed).newValue <= 0 }
    }

    /// Dies here, where the environment says so.
    static func reach(_ point: CrashPoint) {
        guard let armed, armed.point == point, armed.countdown.isOver() else { return }
        kill(getpid(), SIGKILL)
        // The signal may take a moment; nothing must happen in it.
        while true { pause() }
    }
}
