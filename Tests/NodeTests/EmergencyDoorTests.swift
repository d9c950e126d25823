import Foundation
import Logging
import Synchronization
import Testing

@testable import Node

/// The button's socket: whatever comes in is a press.
struct EmergencyDoorTests {
    private struct Refused: Error {}

    private final class Presses: Sendable {
        let all = Mutex<[String]>([])
    }

    /// Sends `bytes` and reads the answer.
    private func press(_ path: String, _ bytes: [UInt8]) throws -> String {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
        }
        guard isConnected, send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Refused()
        }
        shutdown(descriptor, Int32(SHUT_WR))
        var answer = [UInt8](repeating: 0, count: 32)
        let count = recv(descriptor, &answer, answer.count, 0)
        return String(decoding: answer.prefix(max(0, count)), as: UTF8.self)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            (#"{"by": "button 3", "reason": "smoke"}"# + "\n", "button 3: smoke"),
            (#"{"by": "button 3"}"#, "button 3: "), ("", "a button at this machine: "),
            ("\n", "a button at this machine: "), ("{\u{0}\u{7}", "a button at this machine: "),
            (String(repeating: "x", count: 10_000), "a button at this machine: "),
        ])
    func `whatever comes in is a press`(line: String, wanted: String) throws {
        let path = NSTemporaryDirectory() + "pons-door-\(UUID().uuidString.prefix(8))"
        let door = EmergencyDoor(path: path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let presses = Presses()
        try door.open { person, reason, done in
            presses.all.withLock { $0.append("\(person): \(reason)") }
            done()
        }
        defer { door.close() }
        #expect(try press(path, Array(line.utf8)) == "pressed\n")
        #expect(presses.all.withLock { $0 } == [wanted])
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
    }
}
