import Coordination
import Dispatch
import HTTPAPI
import Journal
import RobotModel

/// Reads the journal on a thread of its own, while the brain writes it: hands
/// out its records, and tells why tasks went as they did by replaying them
/// through the same core that decided.
final class ExplanationDesk: Sendable {
    private let journal: JournalAdapter
    private let queue = DispatchQueue(label: "pons.explanations", qos: .utility)

    init(journal: JournalAdapter) { self.journal = journal }

    /// Up to `limit` records from number `first` to number `last`.
    ///
    /// - Throws: what the journal throws.
    func records(from first: UInt64, to last: UInt64, limit: Int) async throws -> [StoredRecord] {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        try self.journal.journal.read(after: first - min(first, 1), limit: limit)
                            .prefix { $0.sequence <= last }
                            .map { StoredRecord(number: $0.sequence, bytes: $0.payload) }
                    })
            }
        }
    }

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
