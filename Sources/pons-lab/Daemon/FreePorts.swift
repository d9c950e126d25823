import BrainClient
import Foundation

/// TCP ports of the loopback address that were free a moment ago.
enum FreePorts {
    static func take(_ count: Int) throws -> [Int] {
        // All are open at once, so that none comes twice.
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw Self.failure }
            descriptors.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let port = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Bool in
                    bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
                }
            }
            guard port else { throw Self.failure }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }

    private static var failure: CommandError {
        CommandError(.failed, "no free port can be had", why: String(cString: strerror(errno)))
    }
}
