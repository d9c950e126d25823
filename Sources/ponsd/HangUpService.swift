import Logging
import ServiceLifecycle
import UnixSignals

/// Has the drop-in folders read again whenever a SIGHUP comes.
struct HangUpService: Service {
    let logger: Logger
    let reload: @Sendable () async -> Void

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            for await _ in signals {
                logger.info("reads its files again")
                await reload()
                logger.info("has read its files again")
            }
        }
    }
}
