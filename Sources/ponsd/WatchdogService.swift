import ServiceLifecycle

/// Gives systemd its sign of life, as long as the node's own threads answer.
struct WatchdogService: Service {
    let socket: SupervisorSocket
    let isLive: @Sendable () async -> Bool

    func run() async throws {
        guard let interval = socket.watchdogInterval else {
            return try await gracefulShutdown()
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await isLive() { socket.alive() }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
