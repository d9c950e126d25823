import BrainClient
import Dispatch
import Foundation
import Synchronization

/// What ^C does: says what goes on without us, and ends with 130.
enum Interruption {
    private static let state = Mutex<(hint: String?, source: (any DispatchSourceSignal)?)>((nil, nil))

    static func install() {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            if let hint = state.withLock(\.hint) { Terminal.error.line("\n\(hint)") }
            exit(CommandStatus.interrupted.rawValue)
        }
        source.resume()
        nonisolated(unsafe) let handed = source  // used nowhere else from here on
        state.withLock { $0.source = handed }
    }

    /// Sets what is said at ^C, e.g. how to go on watching.
    static func setHint(_ hint: String?) { state.withLock { $0.hint = hint } }
}
