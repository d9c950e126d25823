import Foundation
import Logging
import MessageBus
import RobotModel
import WireFormat
import ZeroMQ

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// What a handler collects, and a test waits for, one after the other.
final class Mailbox<Item: Sendable>: @unchecked Sendable {
    // Proof of @unchecked: all state is under the lock.
    private let lock = NSLock()
    private var items: [Item] = []
    private var waiting: [CheckedContinuation<Item, Never>] = []

    func put(_ item: Item) {
        let waiter = lock.withLock { () -> CheckedContinuation<Item, Never>? in
            guard waiting.isEmpty else { return waiting.removeFirst() }
            items.append(item)
            return nil
        }
        waiter?.resume(returning: item)
    }

    /// The next item, when there is one.
    func next() async -> Item {
        await withCheckedContinuation { continuation in
            let item = lock.withLock { () -> Item? in
                guard items.isEmpty else { return items.removeFirst() }
                waiting.append(continuation)
                return nil
            }
            if let item { continuation.resume(returning: item) }
        }
    }

    /// The first item that fits; those before it are thrown away.
    func next(where fits: (Item) -> Bool) async -> Item {
        while true {
            let item = await next()
            if fits(item) { return item }
        }
    }
}

extension PeerEvent {
    var isHeartbeat: Bool { if case .frame(_, .heartbeat) = self { true } else { false } }
}

/// A folder of its own for sockets, short enough for their paths.
final class SocketFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "p-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A server's and a client's end that find each other, over some carrier.
struct TransportPair {
    let reactor: Reactor
    let peers: any PeerTransport
    let server: any ServerTransport
    /// What keeps the carrier alive.
    let keep: [any Sendable]

    static let kinds = ["memory", "tcp", "ipc"]

    static func make(_ kind: String, timing: SessionTiming = SessionTiming()) throws -> TransportPair {
        let reactor = try Reactor()
        let machine = SessionServer(node: "brain", instance: "i", epoch: 4, roles: [.edge], timing: timing)
        let client = SessionClient(node: "edge", timing: timing)
        guard kind != "memory" else {
            let link = InMemoryLink(reactor: reactor, server: machine, client: client, logger: quiet)
            return TransportPair(reactor: reactor, peers: link.peers, server: link.server, keep: [])
        }
        let context = try Context()
        let folder = try SocketFolder()
        // The client needs the address before the server has bound it.
        let address = kind == "tcp" ? "tcp://127.0.0.1:\(try freePort())" : "ipc://\(folder.path)/s"
        return TransportPair(
            reactor: reactor,
            peers: RouterEndpoint(
                reactor: reactor, context: context, addresses: [address], session: machine, logger: quiet),
            server: DealerEndpoint(
                reactor: reactor, context: context, address: address, session: client, logger: quiet),
            keep: [folder])
    }

    private static func freePort() throws -> Substring {
        let socket = try Socket(.router, in: try Context())
        return try socket.bind("tcp://127.0.0.1:*").split(separator: ":").last ?? ""
    }

    /// On the reactor's thread, where transports are used.
    func run<Result: Sendable>(_ body: @escaping @Sendable (TransportPair) -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            reactor.perform { continuation.resume(returning: body(self)) }
        }
    }
}
