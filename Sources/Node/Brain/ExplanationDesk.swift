import Coordination
import Dispatch
import RobotModel

/// Tells why tasks went as they did, by replaying the journal on a thread of
/// its own: the same core that decided says why.
final class ExplanationDesk: Sendable {
    private let journal: JournalAdapter
    private let queue = DispatchQueue(label: "pons.explanations", qos: .utility)

    init(journal: JournalAdapter) { self.journal = journal }

    /// - Parameters:
    ///   - records: from the task's submission to its end; where it lives, as
    ///     far as the journal goes.
    ///   - now: up to when a task that lives is told.
    /// - Returns: nil where the records are gone.
    /// - Throws: what the journal throws.
    func explain(
        _ task: TaskID, records: ClosedRange<UInt64>, now: Instant
    ) async throws -> TaskExplanation? {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        let before = records.lowerBound - min(1, records.lowerBound)
                        let start = try self.journal.loadSnapshot(atOrBefore: before)
                        var explainer = TaskExplainer(task, from: start?.machine ?? CoordinationMachine())
                        try self.journal.replay(after: start?.record ?? 0, through: records.upperBound) {
                            input, record in
                            explainer.take(input, record: record)
                        }
                        return explainer.explanation(at: now)
                    })
            }
        }
    }
}
