import Coordination
import Foundation
import Synchronization

/// What the brain's ports were given, a line each: the number of the record
/// behind it, a space, and the action's bytes. A test starts a daemon with
/// `PONS_ACTION_LOG=<file>` in its environment, and holds the file against a
/// replay of the journal. Without that, an action costs a comparison.
final class ActionLog: Sendable {
    static let shared: ActionLog? = ProcessInfo.processInfo.environment["PONS_ACTION_LOG"].flatMap {
        ActionLog(path: $0)
    }

    private let file: Mutex<FileHandle>

    init?(path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        file = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    /// Written at once, so that no end of the process takes a line with it. What
    /// can't be written is missing, and so found.
    func note(_ action: CoordinationAction, cause: UInt64) {
        guard let bytes = try? action.encoded() else { return }
        let line = Data("\(cause) ".utf8) + bytes + Data("\n".utf8)
        file.withLock { try? $0.write(contentsOf: line) }
    }
}
