internal import CZeroMQ

/// Why a call of libzmq failed.
public struct ZeroMQError: Error, Sendable, CustomStringConvertible {
    /// libzmq's error number: one of errno's, or libzmq's own.
    public let code: Int32
    /// For people: what was tried, and what libzmq says of it.
    public let message: String
    public let file: String
    public let line: Int

    /// For a call that failed just now on this thread.
    init(doing what: String, code: Int32 = zmq_errno(), file: String = #fileID, line: Int = #line) {
        self.code = code
        message = "\(what): \(String(cString: zmq_strerror(code)))"
        self.file = file
        self.line = line
    }

    public var description: String { message }

    /// The peer that a ROUTER should send to isn't connected.
    public var isUnroutable: Bool { code == EHOSTUNREACH }
    /// The address is taken by another process.
    public var isAddressInUse: Bool { code == EADDRINUSE }
}

extension ZeroMQError: Equatable {
    /// Errors are equal when their codes are.
    public static func == (left: ZeroMQError, right: ZeroMQError) -> Bool { left.code == right.code }
}
