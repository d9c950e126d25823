import Foundation
import Hummingbird
import RobotModel

/// `/v1/estop`: press the e-stop, see who is reached, release it in two steps.
///
/// It is an operational stop, and no certified safety function: it is as good
/// as the machines, programs and links that it goes through. Keep a hardware
/// stop at hand.
struct EmergencyRoutes {
    let service: any EmergencyService

    func add(to group: RouterGroup<APIContext>) {
        group.post("estop", use: press)
        group.get("estop") { _, _ in try Response.json(await service.emergency()) }
        group.post("estop/release", use: askRelease)
        group.post("estop/release/confirm", use: confirmRelease)
    }

    /// `POST /v1/estop` with `{"by": "anna", "reason": "…"}`, all of it optional:
    /// whatever the body is, the e-stop is pressed.
    @Sendable private func press(_ request: Request, _ context: APIContext) async throws -> Response {
        let data = (try? await request.bytes(upTo: RequestLimits.bodyBytes)) ?? Data()
        let words = try? JSONDecoder().decode(Words.self, from: data)
        return try .json(
            await service.press(by: words?.person(context) ?? context.requester, reason: words?.reason ?? ""))
    }

    /// `POST /v1/estop/release` with `{"by": "anna", "reason": "…"}`: answers with
    /// a code that is good for half a minute.
    @Sendable private func askRelease(_ request: Request, _ context: APIContext) async throws -> Response {
        let words = try await request.decode(
            Words.self, shape: .object(["by": .anything, "reason": .anything]))
        return try .json(
            await service.askRelease(by: words.person(context), reason: words.reason ?? ""))
    }

    /// `POST /v1/estop/release/confirm` with `{"code": "1234", "by": "ben"}`.
    @Sendable private func confirmRelease(
        _ request: Request, _ context: APIContext
    ) async throws -> Response {
        let words = try await request.decode(
            Confirmation.self, shape: .object(["code": .anything, "by": .anything]))
        let person = Words(by: words.by).person(context)
        return try .json(await service.confirmRelease(code: words.code, by: person))
    }

    private struct Words: Decodable {
        var by: String?
        var reason: String?

        func person(_ context: APIContext) -> String {
            by.flatMap { $0.isEmpty ? nil : $0 } ?? context.requester
        }
    }

    private struct Confirmation: Decodable {
        var code: String
        var by: String?
    }
}
