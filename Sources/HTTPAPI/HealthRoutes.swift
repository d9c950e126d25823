import Hummingbird

/// `/healthz` and `/readyz` for probes, which need no token and tell little;
/// `/v1/health` for people.
struct HealthRoutes {
    let service: any BrainService

    func addProbes(to router: Router<APIContext>) {
        router.get("healthz") { _, _ in
            let health = await service.health()
            return try probe(health.isLive, health.reasons)
        }
        router.get("readyz") { _, _ in
            let health = await service.health()
            return try probe(health.isLive && health.isReady, health.reasons)
        }
    }

    func add(to group: RouterGroup<APIContext>) {
        group.get("health") { _, _ in try Response.json(await service.health()) }
    }

    private func probe(_ isWell: Bool, _ reasons: [String]) throws -> Response {
        try .json(
            Probe(status: isWell ? "ok" : "unavailable", reasons: isWell ? [] : reasons),
            status: isWell ? .ok : .serviceUnavailable)
    }

    private struct Probe: Encodable {
        let status: String
        let reasons: [String]
    }
}
