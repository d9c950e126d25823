/// Why a request was not carried out. Equality looks at the code alone.
public struct APIError: Error, Sendable, CustomStringConvertible {
    public let code: APIErrorCode
    /// For people; says what was wrong with this request.
    public let message: String
    /// The field or parameter at fault, as a path: `goal.stages[0].aim`.
    public let field: String?
    /// What caused it, for the log; callers never see it.
    public let underlying: (any Error)?
    public let file: String
    public let line: Int

    public init(
        _ code: APIErrorCode, _ message: String, field: String? = nil,
        underlying: (any Error)? = nil, file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.field = field
        self.underlying = underlying
        self.file = file
        self.line = line
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

extension APIError: Equatable {
    public static func == (left: APIError, right: APIError) -> Bool { left.code == right.code }
}

/// Stable codes of the HTTP face, beside those of rejections and failures;
/// ``ErrorCatalogue`` gives each its status and advice.
public enum APIErrorCode: String, Hashable, Sendable, CaseIterable {
    /// The body is no JSON.
    case malformedJSON
    /// A key that the request doesn't have.
    case unknownField
    case missingField
    /// A value of the wrong type, form or range.
    case invalidField
    /// A query parameter or header that can't be read.
    case invalidParameter
    case emptyTask
    case bodyTooLarge
    case invalidScene
    case invalidWorkflow
    /// The key came with a different ask before.
    case idempotencyMismatch
    case unauthorized
    case routeNotFound
    case taskNotFound
    case robotNotFound
    case skillNotFound
    case entityNotFound
    case stepNotFound
    case questionNotFound
    case scheduleNotFound
    /// The task's state is final.
    case taskEnded
    /// Nobody has to approve the task, or no longer.
    case notAwaitingApproval
    /// The order makes no sense in the state that task or step is in.
    case wrongState
    /// The plan was made anew since the order was thought of.
    case planChanged
    /// None of the question's options.
    case invalidAnswer
    /// The e-stop is latched.
    case emergencyStopped
    /// Journal records past their retention.
    case recordsGone
    case tooManyStreams
    /// The brain is starting, draining or out of disk space.
    case notReady
    case internalError
}
