import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// The HTTP face of a brain: routes below `/v1/`, and two probes.
///
/// | route | what |
/// |---|---|
/// | `POST /v1/tasks` | submit; `GET` lists |
/// | `GET /v1/tasks/{id}` | one task; `POST …/cancel`, `…/approve`, `…/reject`; `GET …/events` |
/// | `GET /v1/events` | what happens, as server-sent events |
/// | `POST /v1/tasks/{id}/pause`, `…/resume`, `…/replan` | hold it, go on, plan the rest anew |
/// | `POST /v1/tasks/{id}/steps/{step}/skip`, `…/retry`, `…/reassign` | one step; `PATCH`, `DELETE` change and remove it |
/// | `POST /v1/tasks/{id}/steps` | insert steps |
/// | `GET /v1/questions`, `POST /v1/tasks/{id}/questions/{question}/answer` | what people are asked |
/// | `GET /v1/tasks/{id}/explanation` | why it went as it did |
/// | `GET /v1/schedules[/{id}]` | tasks by the clock; `PUT`, `DELETE` |
/// | `GET /v1/robots[/{id}]` | robots; `POST …/drain`, `…/resume`, `…/retire`, `…/takeover`, `…/giveback`, `…/maintain` |
/// | `POST /v1/estop`, `GET /v1/estop` | press the e-stop; who is reached. Operational, no certified safety function |
/// | `POST /v1/estop/release`, `…/release/confirm` | release it, in two steps |
/// | `GET /v1/skills[/{name}]` | skill manifests |
/// | `GET /v1/memory/facts` | what is believed; `POST` corrects it |
/// | `GET /v1/memory/entities[/{id}]` | things, with facts and history |
/// | `GET /v1/memory/events` | changes of memory |
/// | `POST /v1/scenes` | apply a scene |
/// | `GET /v1/journal` | the records themselves |
/// | `GET /v1/health` | version, epoch, refused files |
/// | `GET /healthz`, `GET /readyz` | probes, without a token |
///
/// Everything below `/v1/` takes the bearer token. Errors are problem details
/// (RFC 9457) with a stable `code`; see ``ErrorCatalogue``.
public struct HTTPAPI: Service {
    private let service: any BrainService
    private let emergency: (any EmergencyService)?
    private let token: String
    private let host: String
    private let port: Int
    private let heartbeat: Duration
    private let logger: Logger
    private let onBound: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - emergency: the e-stop; nil where there is none.
    ///   - token: the operator's, at least 16 characters.
    ///   - host: a loopback address: `127.0.0.1`, `::1` or `localhost`.
    ///   - port: 0 takes any that is free.
    ///   - heartbeat: how often an idle event stream says that it lives.
    ///   - onBound: called with the port once requests are taken.
    public init(
        service: any BrainService, emergency: (any EmergencyService)? = nil, token: String,
        host: String = "127.0.0.1", port: Int = 7680,
        heartbeat: Duration = .seconds(15), logger: Logger,
        onBound: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        precondition(
            ["127.0.0.1", "::1", "localhost"].contains(host), "without TLS, HTTP is for loopback alone")
        precondition(token.utf8.count >= 16, "a token this short can be guessed")
        self.service = service
        self.emergency = emergency
        self.token = token
        self.host = host
        self.port = port
        self.heartbeat = heartbeat
        self.logger = logger
        self.onBound = onBound
    }

    /// Serves until the surrounding `ServiceGroup` shuts down; open event
    /// streams end then.
    public func run() async throws {
        try await makeApplication().run()
    }

    /// The application by itself, for tests.
    func makeApplication() -> some ApplicationProtocol {
        let onBound = onBound
        return Application(
            router: makeRouter(),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "pons"),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { await onBound(port) }
            },
            logger: logger)
    }

    private func makeRouter() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: ProblemMiddleware())
        let health = HealthRoutes(service: service)
        health.addProbes(to: router)

        let group = router.group("v1").add(middleware: BearerTokenMiddleware(token: token))
        if let emergency { EmergencyRoutes(service: emergency).add(to: group) }
        TaskRoutes(service: service).add(to: group)
        TaskOrderRoutes(service: service).add(to: group)
        ScheduleRoutes(service: service).add(to: group)
        EventRoutes(service: service, streams: EventStreams(heartbeat: heartbeat)).add(to: group)
        RobotRoutes(service: service).add(to: group)
        SkillRoutes(service: service).add(to: group)
        MemoryRoutes(service: service).add(to: group)
        SceneRoutes(service: service).add(to: group)
        JournalRoutes(service: service).add(to: group)
        health.add(to: group)
        return router
    }
}
