import ServiceLifecycle

/// Gives systemd its sign of life, as long as the node's own threads answer.
struct WatchdogService: Service {
    let manager: ServiceManager
    let isLive: @Sendable () async -> Bool

    func run() async throws {
        guard let interval = manager.watchdogInterval else {
            return try await gracefulShutdown()
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await isLive() { manager.alive() }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
