private import Foundation
private import Synchronization

/// The right to be a file's only writer, held from creation to `release` or
/// deinit by an advisory lock on `<path>.lock`. The kernel frees it when the
/// process dies.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    init(guarding path: String) throws(JournalError) {
        let lockPath = path + ".lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw JournalError(
                .io, "can’t create \(lockPath): \(reason); does the folder exist, and may we write to it?")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var buffer = [UInt8](repeating: 0, count: 16)
            let count = max(0, pread(descriptor, &buffer, buffer.count, 0))
            close(descriptor)
            let owner = String(decoding: buffer.prefix(count), as: UTF8.self)
            throw JournalError(
                .inUse,
                "\(path) is in use by process \(owner.isEmpty ? "?" : owner); end it, or choose another state folder"
            )
        }
        let owner = Array("\(getpid())".utf8)
        // Only a hint for whoever is refused, so a failure here is harmless.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, owner, owner.count, 0)
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Gives the file free, once; nobody of this process may write to it after.
    func release() {
        descriptor.withLock { held in
            guard let descriptor = held.take() else { return }
            // Closing alone would leave it to a child that is between fork and exec.
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
    }
}
