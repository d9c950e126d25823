public import Foundation
import RobotModel

/// An error answer of the brain: problem details (RFC 9457).
public struct ProblemAnswer: Decodable {
    var code: String?
    var title: String?
    var detail: String?
    var advice: String?
    var parts: [String]?
    var suggestions: [String]?

    /// What the answer means for the one who ran the command.
    public static func error(status: Int, body: Data) -> CommandError {
        guard let problem = try? JSONDecoder().decode(ProblemAnswer.self, from: body), let code = problem.code
        else {
            return CommandError(
                .unreachable, "what answers is no brain of Pons", why: "it said \(status), and no more",
                advice: "check the address: --brain or PONS_BRAIN")
        }
        var why = problem.detail ?? ""
        if let suggestions = problem.suggestions, !suggestions.isEmpty {
            why += "\n       near: \(suggestions.joined(separator: ", "))"
        }
        return CommandError(
            exitStatus(of: code, httpStatus: status),
            problem.title.map { $0.prefix(1).lowercased() + $0.dropFirst() } ?? code,
            why: why, advice: problem.advice ?? "")
    }

    /// The exit status for a stable code; `httpStatus` decides for codes that
    /// are newer than this program.
    public static func exitStatus(of code: String, httpStatus: Int) -> CommandStatus {
        if RejectionCode(rawValue: code) != nil || code == "idempotencyMismatch" { return .refused }
        if code == "timeout" { return .timedOut }
        switch httpStatus {
        case 401, 403: return .refused
        case 404: return .notFound
        case 400, 413, 422: return .usage
        case 503: return code == FailureCode.robotLost.rawValue ? .failed : .unreachable
        default: return .failed
        }
    }
}
