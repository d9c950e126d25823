/// Why a recorded run can't be gone through again as asked.
public struct ForkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is; stable.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The recording doesn't speak of the task.
        case unknownTask
        /// The record isn't in the recording, or lies outside the task's life.
        case badRecord
        /// The intervention doesn't fit the run: no such step, attempt or loss.
        case badIntervention
    }

    public let code: Code
    /// What happened and what helps.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
