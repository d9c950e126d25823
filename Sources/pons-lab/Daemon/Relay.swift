import ArgumentParser
import BrainClient
import Foundation

/// `pons-lab relay`: passes TCP connections on. Daemons take loopback addresses
/// only; with one of these at each end, a link between them can run over a cable.
struct Relay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pass TCP connections on from one IPv4 address to another.", shouldDisplay: false)

    @Option(help: "Where connections come in, e.g. 127.0.0.1:7600.")
    var from: String

    @Option(help: "Where they go on to.")
    var to: String

    func run() throws {
        let (near, far) = (try Self.address(from), try Self.address(to))
        let door = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard Self.with(near, { bind(door, $0, $1) }) == 0, listen(door, 64) == 0 else {
            throw CommandError(.failed, "can’t listen at \(from)", why: String(cString: strerror(errno)))
        }
        while true {
            let inner = accept(door, nil, nil)
            guard inner >= 0 else { continue }
            let outer = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.with(far, { connect(outer, $0, $1) }) == 0 else {
                close(inner)
                close(outer)
                continue
            }
            for (source, sink) in [(inner, outer), (outer, inner)] {
                setsockopt(sink, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
                Thread { Self.pass(source, sink) }.start()
            }
        }
    }

    /// Ends both directions with the first that ends; the descriptors are the
    /// process's to close, which lives as long as its run.
    private static func pass(_ source: Int32, _ sink: Int32) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        reading: while true {
            let count = read(source, &bytes, bytes.count)
            guard count > 0 else { break }
            var sent = 0
            while sent < count {
                let more = bytes.withUnsafeBytes {
                    send(sink, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { break reading }
                sent += more
            }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }

    private static func address(_ text: String) throws -> sockaddr_in {
        let parts = text.split(separator: ":")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard parts.count == 2, let port = UInt16(parts[1]),
            inet_pton(AF_INET, String(parts[0]), &address.sin_addr) == 1
        else { throw ValidationError("“\(text)” is no IPv4 address with a port") }
        address.sin_port = port.bigEndian
        return address
    }

    private static func with(
        _ address: sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
