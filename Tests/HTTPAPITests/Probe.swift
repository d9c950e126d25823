import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PonsTesting
import RobotModel

@testable import HTTPAPI

/// Sends requests straight to the router of a face over a scripted brain.
struct Probe {
    static let token = "a-token-for-tests-only"

    let brain: ScriptedBrain
    let api: HTTPAPI

    init(_ brain: ScriptedBrain = ScriptedBrain()) {
        self.brain = brain
        api = HTTPAPI(
            service: brain, token: Self.token, port: 0, heartbeat: .milliseconds(20),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: Data

        /// The body's members, where it is a JSON object.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
        }
        var code: String? { json["code"] as? String }
        var detail: String? { json["detail"] as? String }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: body)
        }
    }

    func get(_ uri: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(uri, .get, nil, headers)
    }

    func post(_ uri: String, _ body: String = "", headers: HTTPFields = [:]) async throws -> Answer {
        try await send(uri, .post, body, headers)
    }

    func send(
        _ uri: String, _ method: HTTPRequest.Method, _ body: String?, _ headers: HTTPFields,
        token: String? = Probe.token, over setup: TestingSetup = .router
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        let buffer = body.map { ByteBuffer(string: $0) }
        let sent = headers
        return try await api.makeApplication().test(setup) { client in
            try await client.execute(uri: uri, method: method, headers: sent, body: buffer) { response in
                Answer(
                    status: response.status.code, headers: response.headers,
                    body: Data(response.body.readableBytesView))
            }
        }
    }
}
