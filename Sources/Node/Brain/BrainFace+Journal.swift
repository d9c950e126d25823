import HTTPAPI
import Journal
import RobotModel

/// Why tasks went as they did, and the records that tell.
extension BrainFace {
    func records(from first: UInt64, to last: UInt64, limit: Int) async throws -> [StoredRecord] {
        do {
            return try await brain.explanations.records(from: first, to: last, limit: limit)
        } catch let error as JournalError where error.code == .compacted {
            throw APIError(.recordsGone, error.message, underlying: error)
        }
    }
}
