internal import CZeroMQ

/// A socket that owns its handle: it is closed when the last reference goes.
///
/// Not thread-safe, as libzmq's sockets aren't; it may be handed from thread to
/// thread, and is used on a reactor's thread as a rule.
public final class Socket {
    let handle: UnsafeMutableRawPointer
    public let kind: SocketKind
    private let context: Context

    /// A socket that is neither bound nor connected.
    ///
    /// - Throws: when file descriptors have run out, or an option is illegal.
    public init(
        _ kind: SocketKind, in context: Context, options: SocketOptions = SocketOptions()
    ) throws(ZeroMQError) {
        let type =
            switch kind {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            }
        guard let handle = zmq_socket(context.handle, type) else {
            throw ZeroMQError(doing: "make a socket")
        }
        self.handle = handle
        self.kind = kind
        self.context = context
        try apply(options)
    }

    deinit { zmq_close(handle) }

    private func apply(_ options: SocketOptions) throws(ZeroMQError) {
        try set(ZMQ_LINGER, options.linger.clampedMilliseconds)
        try set(ZMQ_SNDHWM, options.sendQueue)
        try set(ZMQ_RCVHWM, options.receiveQueue)
        try set(ZMQ_MAXMSGSIZE, options.maxMessageBytes)
        try set(ZMQ_RECONNECT_IVL, options.reconnectInterval.clampedMilliseconds)
        try set(ZMQ_RECONNECT_IVL_MAX, options.reconnectIntervalMax.clampedMilliseconds)
        if options.heartbeatInterval > .zero {
            try set(ZMQ_HEARTBEAT_IVL, options.heartbeatInterval.clampedMilliseconds)
            try set(ZMQ_HEARTBEAT_TIMEOUT, options.heartbeatTimeout.clampedMilliseconds)
        }
        switch kind {
        case .router:
            try set(ZMQ_ROUTER_MANDATORY, Int32(options.mandatory ? 1 : 0))
            try set(ZMQ_ROUTER_HANDOVER, Int32(options.handover ? 1 : 0))
        case .dealer:
            try set(ZMQ_IMMEDIATE, Int32(options.immediate ? 1 : 0))
        }
        if !options.identity.isEmpty {
            let result = options.identity.withUnsafeBytes { bytes in
                zmq_setsockopt(handle, ZMQ_ROUTING_ID, bytes.baseAddress, bytes.count)
            }
            guard result == 0 else { throw ZeroMQError(doing: "set the routing id") }
        }
    }

    private func set<Number: FixedWidthInteger>(_ option: Int32, _ value: Number) throws(ZeroMQError) {
        var value = value
        guard zmq_setsockopt(handle, option, &value, MemoryLayout<Number>.size) == 0 else {
            throw ZeroMQError(doing: "set option \(option) to \(value)")
        }
    }

    /// Binds to `address`, e.g. `tcp://127.0.0.1:7600`, `tcp://127.0.0.1:*`,
    /// `ipc:///run/pons/edge.sock`.
    ///
    /// - Returns: the address as it came to be, with a wildcard port filled in.
    public func bind(_ address: String) throws(ZeroMQError) -> String {
        guard zmq_bind(handle, address) == 0 else { throw ZeroMQError(doing: "bind to \(address)") }
        var bytes = [CChar](repeating: 0, count: 1024)
        var count = bytes.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &bytes, &count) == 0 else {
            throw ZeroMQError(doing: "ask for the address of \(address)")
        }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Connects, now or as soon as someone is bound there, and again whenever
    /// the connection breaks.
    public func connect(to address: String) throws(ZeroMQError) {
        guard zmq_connect(handle, address) == 0 else {
            throw ZeroMQError(doing: "connect to \(address)")
        }
    }

    /// Drops the connection to `address`, with what is queued for it.
    public func disconnect(from address: String) throws(ZeroMQError) {
        guard zmq_disconnect(handle, address) == 0 else {
            throw ZeroMQError(doing: "disconnect from \(address)")
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, as libzmq's options take them.
    var clampedMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        let (thousands, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? 0 : .max }
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: max(0, thousands.addingReportingOverflow(rest).partialValue))
    }
}
