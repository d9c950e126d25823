import Hummingbird
import Logging

/// What travels with a request through middlewares and routes.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks: the role of the token, once ``BearerTokenMiddleware`` has seen it.
    var requester = "anonymous"

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}
