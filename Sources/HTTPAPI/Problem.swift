import Foundation
import Hummingbird
import RobotModel

/// An error as callers see it: RFC 9457 problem details with Pons's own
/// members `code`, `advice`, `field`, `parts` and `suggestions`.
struct Problem: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String
    let code: String
    let advice: String
    var field: String?
    var parts: [String]?
    var suggestions: [String]?

    init(code: String, detail: String) {
        let entry = ErrorCatalogue.entry(for: code)
        type = "urn:pons:problem:\(entry.code)"
        title = entry.title
        status = entry.status.code
        self.detail = detail
        self.code = entry.code
        advice = entry.advice
    }

    init(_ error: APIError) {
        self.init(code: error.code.rawValue, detail: error.message)
        field = error.field
    }

    init(_ rejection: Rejection) {
        self.init(code: rejection.code.rawValue, detail: rejection.message)
        parts = rejection.parts
        suggestions = rejection.suggestions
    }

    init(_ failure: Failure) {
        self.init(code: failure.code.rawValue, detail: failure.message)
    }

    /// The answer that carries the problem.
    func response() throws -> Response {
        var response = try Response.json(self, status: ErrorCatalogue.entry(for: code).status)
        response.headers[.contentType] = "application/problem+json"
        if response.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer realm=\"pons\"" }
        return response
    }
}
