import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PonsTesting
import RobotModel
import Synchronization
import Testing

@testable import HTTPAPI

struct EmergencyRouteTests {
    /// An e-stop without robots.
    private final class Scripted: EmergencyService {
        let presses = Mutex<[EmergencyPress]>([])
        let releases = Mutex<[String]>([])

        func press(by person: String, reason: String) async -> EmergencyView {
            presses.withLock {
                $0.append(
                    EmergencyPress(station: "pons", number: 1, by: person, reason: reason, at: .zero))
            }
            return await emergency()
        }

        func emergency() async -> EmergencyView {
            let presses = presses.withLock { $0 }
            return EmergencyView(
                isLatched: !presses.isEmpty, pressed: presses.first, presses: presses, isOnDisk: true,
                robots: [EmergencyReach(robot: "arm", isListening: true, isReached: !presses.isEmpty)])
        }

        func askRelease(by person: String, reason: String) async throws -> EmergencyReleaseAsk {
            guard await emergency().isLatched else { throw APIError(.wrongState, "not latched") }
            return EmergencyReleaseAsk(by: person, reason: reason, expiresAt: .zero, code: "1234")
        }

        func confirmRelease(code: String, by person: String) async throws -> EmergencyView {
            guard code == "1234" else { throw APIError(.wrongState, "wrong code") }
            releases.withLock { $0.append(person) }
            presses.withLock { $0 = [] }
            return await emergency()
        }
    }

    private let estop = Scripted()

    private func send(
        _ method: HTTPRequest.Method, _ uri: String, _ body: String = "", token: String? = Probe.token
    ) async throws -> (status: Int, body: Data) {
        let api = HTTPAPI(
            service: ScriptedBrain(), emergency: estop, token: Probe.token, port: 0,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var headers: HTTPFields = [:]
        if let token { headers[.authorization] = "Bearer \(token)" }
        let sent = headers
        return try await api.makeApplication().test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: sent, body: ByteBuffer(string: body)
            ) { ($0.status.code, Data($0.body.readableBytesView)) }
        }
    }

    @Test func `a press says who and why, and shows who is reached`() async throws {
        let answer = try await send(.post, "/v1/estop", #"{"by": "anna", "reason": "smoke"}"#)
        #expect(answer.status == 200)
        let view = try JSONDecoder().decode(EmergencyView.self, from: answer.body)
        #expect(view.isLatched && view.pressed?.text == "anna: smoke")
        #expect(view.robots.map(\.isReached) == [true])
        #expect(try await send(.get, "/v1/estop").body == answer.body)
    }

    @Test(arguments: ["", "{", "[]", #"{"by": 3}"#, #"{"whom": "x"}"#, "\u{0}"])
    func `whatever the body is, it is pressed`(body: String) async throws {
        #expect(try await send(.post, "/v1/estop", body).status == 200)
        #expect(estop.presses.withLock { $0.map(\.by) } == ["operator"])
    }

    @Test func `without a token it is not pressed`() async throws {
        #expect(try await send(.post, "/v1/estop", token: nil).status == 401)
        #expect(estop.presses.withLock { $0.isEmpty })
    }

    @Test func `a release takes two steps`() async throws {
        #expect(try await send(.post, "/v1/estop/release").status == 409)
        _ = try await send(.post, "/v1/estop")
        let asked = try await send(.post, "/v1/estop/release", #"{"by": "anna", "reason": "aired"}"#)
        let ask = try JSONDecoder().decode(EmergencyReleaseAsk.self, from: asked.body)
        #expect(ask.by == "anna" && ask.code == "1234")
        #expect(try await send(.post, "/v1/estop/release/confirm", #"{"code": "9"}"#).status == 409)
        #expect(try await send(.post, "/v1/estop/release/confirm", #"{}"#).status == 400)
        let done = try await send(.post, "/v1/estop/release/confirm", #"{"code": "1234", "by": "ben"}"#)
        #expect(try JSONDecoder().decode(EmergencyView.self, from: done.body).isLatched == false)
        #expect(estop.releases.withLock { $0 } == ["ben"])
    }
}
