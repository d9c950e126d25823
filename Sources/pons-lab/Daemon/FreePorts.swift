import BrainClient
import Foundation

/// TCP ports of the loopback address that were free a moment ago.
enum FreePorts {
    /// Below those that the system gives to connections: a client that calls a
    /// daemon between two of its lives must not be given the daemon's own port.
    private static let range: Range<UInt16> = 18_000..<32_000

    static func take(_ count: Int) throws -> [Int] {
        // All are open at once, so that none comes twice.
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw Self.failure }
            descriptors.append(descriptor)
            for _ in range {
                let port = UInt16.random(in: range)
                if bind(descriptor, to: port) { return Int(port) }
            }
            throw Self.failure
        }
    }

    private static func bind(_ descriptor: Int32, to port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static var failure: CommandError {
        CommandError(.failed, "no free port can be had", why: String(cString: strerror(errno)))
    }
}
