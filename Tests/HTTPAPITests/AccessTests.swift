import HTTPTypes
import PonsTesting
import RobotModel
import Testing

@testable import HTTPAPI

struct AccessTests {
    static let guarded = [
        "/v1/tasks", "/v1/tasks/t1", "/v1/tasks/t1/events", "/v1/events", "/v1/robots", "/v1/skills",
        "/v1/memory/facts", "/v1/memory/entities", "/v1/memory/events", "/v1/health",
    ]

    @Test(arguments: guarded)
    func `everything below v1 takes the token`(path: String) async throws {
        let probe = Probe()
        for token in [nil, "", "wrong-token-for-tests", Probe.token + "x", String(Probe.token.dropLast())] {
            let answer = try await probe.send(path, .get, nil, [:], token: token)
            #expect(answer.status == 401)
            #expect(answer.code == "unauthorized")
            #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
        }
    }

    @Test func `a token of another scheme is refused`() async throws {
        let answer = try await Probe().send(
            "/v1/tasks", .get, nil, [.authorization: "Basic \(Probe.token)"], token: nil)
        #expect(answer.status == 401)
    }

    @Test func `probes need no token and say why`() async throws {
        let probe = Probe()
        #expect(try await probe.send("/healthz", .get, nil, [:], token: nil).status == 200)
        #expect(try await probe.send("/readyz", .get, nil, [:], token: nil).status == 200)

        var report = await probe.brain.health()
        report.isReady = false
        report.reasons = ["the journal is being read"]
        await probe.brain.set(report)
        #expect(try await probe.send("/healthz", .get, nil, [:], token: nil).status == 200)
        let ready = try await probe.send("/readyz", .get, nil, [:], token: nil)
        #expect(ready.status == 503)
        #expect(ready.json["reasons"] as? [String] == ["the journal is being read"])
    }

    @Test(arguments: ["/", "/v1", "/v2/tasks", "/v1/tusks", "/v1/robots/x/dance"])
    func `an unknown address is a problem too`(path: String) async throws {
        let answer = try await Probe().get(path)
        #expect(answer.status == 404)
        #expect(answer.code == "routeNotFound")
    }
}
