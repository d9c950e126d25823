import Hummingbird

/// Lets only requests pass that carry the operator's token (RFC 6750).
struct BearerTokenMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let token: String

    func handle(
        _ request: Request, context: APIContext,
        next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else {
            throw APIError(.unauthorized, "The request has no Authorization header.")
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", isToken(parts[1]) else {
            throw APIError(.unauthorized, "The token in the Authorization header is not this daemon’s.")
        }
        var context = context
        context.requester = "operator"
        return try await next(request, context)
    }

    /// Takes as long for a near miss as for a wild guess, so that the time
    /// tells nothing of the token.
    private func isToken(_ guess: Substring) -> Bool {
        let (right, given) = (Array(token.utf8), Array(guess.utf8))
        guard right.count == given.count else { return false }
        return zip(right, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
