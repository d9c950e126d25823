import Hummingbird
import Logging
import NIOCore
import RobotModel

/// Turns every error below it into a problem answer. Outermost, so that no
/// error leaves the daemon in another shape.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext,
        next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return try problem(for: error, request, context).response()
        }
    }

    private func problem(for error: any Error, _ request: Request, _ context: APIContext) -> Problem {
        switch error {
        case let error as APIError:
            if let cause = error.underlying {
                context.logger.error("\(error): \(cause)", metadata: ["path": "\(request.uri.path)"])
            }
            return Problem(error)
        case let rejection as Rejection: return Problem(rejection)
        case let failure as Failure: return Problem(failure)
        case let error as any HTTPResponseError where error.status == .notFound:
            return Problem(
                APIError(.routeNotFound, "There is no \(request.method) \(request.uri.path)."))
        default:
            // What an unforeseen error says may hold paths or secrets: it goes
            // to the log alone.
            context.logger.error("unforeseen error: \(error)", metadata: ["path": "\(request.uri.path)"])
            return Problem(APIError(.internalError, "Request \(context.id) was not carried out."))
        }
    }
}
