import Foundation
import Logging
import RobotModel
import Synchronization

/// A button on this machine: a socket in the state folder, at which a process
/// of the node's own user presses by one line of JSON,
/// `{"by": "…", "reason": "…"}`; what can't be read is a press all the same. The
/// answer is `pressed` and a line's end, once everyone below was told.
///
///     echo '{"by": "button 3"}' | nc -U /var/lib/pons/estop.sock
final class EmergencyDoor: Sendable {
    typealias Press = @Sendable (String, String, @escaping @Sendable () -> Void) -> Void

    private let path: String
    private let logger: Logger
    private let listener = Mutex<Int32>(-1)

    /// How long a caller may take for its line; then it is a press without one.
    private static let patienceMilliseconds: Int32 = 500
    private static let longestLine = 4096

    init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    /// - Throws: where the socket can't be made.
    func open(press: @escaping Press) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else {
            // Long folders are for tests; a button needs one that fits.
            return logger.warning("the state folder’s path is too long for the e-stop’s socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        // Of an earlier process: the state folder has one owner at a time.
        unlink(path)
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
        }
        guard isBound, chmod(path, 0o600) == 0, listen(descriptor, 64) == 0 else {
            let code = errno
            Foundation.close(descriptor)
            throw POSIXError(.init(rawValue: code) ?? .EIO)
        }
        listener.withLock { $0 = descriptor }
        Thread.detachNewThread { Self.serve(descriptor, press) }
    }

    func close() {
        listener.withLock { descriptor in
            guard descriptor >= 0 else { return }
            // Wakes the thread, which closes it.
            shutdown(descriptor, Int32(SHUT_RDWR))
            descriptor = -1
            unlink(path)
        }
    }

    private static func serve(_ listener: Int32, _ press: @escaping Press) {
        defer { Foundation.close(listener) }
        while true {
            let caller = accept(listener, nil, nil)
            if caller < 0 {
                if errno == EINTR || errno == ECONNABORTED || errno == EMFILE { continue }
                return
            }
            // One that dawdles must not keep others from pressing.
            Thread.detachNewThread {
                let (person, reason) = words(in: line(from: caller))
                press(person, reason) {
                    let answer = Array("pressed\n".utf8)
                    _ = send(caller, answer, answer.count, Int32(MSG_NOSIGNAL))
                    Foundation.close(caller)
                }
            }
        }
    }

    private static func line(from caller: Int32) -> [UInt8] {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 512)
        while line.count < longestLine {
            var item = pollfd(fd: caller, events: Int16(POLLIN), revents: 0)
            guard poll(&item, 1, patienceMilliseconds) > 0 else { break }
            let count = recv(caller, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            line += buffer.prefix(count)
            if buffer.prefix(count).contains(UInt8(ascii: "\n")) { break }
        }
        return line
    }

    private static func words(in line: [UInt8]) -> (String, String) {
        struct Words: Decodable {
            var by: String?
            var reason: String?
        }
        let words = try? JSONDecoder().decode(Words.self, from: Data(line))
        return (words?.by ?? "a button at this machine", words?.reason ?? "")
    }
}
