import BrainClient
import Foundation

/// The socket of an edge on this machine, at which a line presses its e-stop.
struct EdgeButton {
    let path: String

    /// - Throws: `unreachable` where no edge answers.
    func press(by person: String, reason: String) throws {
        let unreachable = CommandError(
            .unreachable, "the e-stop was NOT pressed: no edge answers at \(path)",
            why: "no daemon runs here, or this user may not use its socket",
            advice: "press the robots’ hardware stops; name the socket with --socket or PONS_STATE")
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw unreachable }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let descriptor = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw unreachable }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
        }
        guard isConnected else { throw unreachable }
        let line = Array(try JSONEncoder().encode(["by": person, "reason": reason])) + [UInt8(ascii: "\n")]
        guard send(descriptor, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
            throw unreachable
        }
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var answer = [UInt8](repeating: 0, count: 32)
        guard recv(descriptor, &answer, answer.count, 0) > 0 else { throw unreachable }
    }
}
