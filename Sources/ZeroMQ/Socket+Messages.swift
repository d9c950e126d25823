internal import CZeroMQ

/// Multipart messages. None of these calls waits.
extension Socket {
    /// More parts than that are read and thrown away, and the message counts
    /// as having one more than this.
    public static let mostParts = 8

    /// Sends the parts as one message.
    ///
    /// - Returns: false where the queue is full, or a DEALER has no connection;
    ///   nothing was sent then.
    /// - Throws: `isUnroutable` where a ROUTER has no such peer.
    public func send(_ parts: [[UInt8]]) throws(ZeroMQError) -> Bool {
        for (index, part) in parts.enumerated() {
            let flags = ZMQ_DONTWAIT | (index < parts.count - 1 ? ZMQ_SNDMORE : 0)
            var failure: Int32 = 0
            repeat {
                failure = part.withUnsafeBytes { bytes in
                    zmq_send(handle, bytes.baseAddress, bytes.count, flags) >= 0 ? 0 : zmq_errno()
                }
            } while failure == EINTR
            if failure == EAGAIN, index == 0 { return false }
            guard failure == 0 else { throw ZeroMQError(doing: "send", code: failure) }
        }
        return true
    }

    /// The next message's parts, or nil where none has come. On a ROUTER the
    /// first part is the sender's routing id.
    public func receive() throws(ZeroMQError) -> [[UInt8]]? {
        var part = zmq_msg_t()
        zmq_msg_init(&part)
        defer { zmq_msg_close(&part) }
        var parts: [[UInt8]] = []
        repeat {
            var failure: Int32 = 0
            repeat {
                failure = zmq_msg_recv(&part, handle, ZMQ_DONTWAIT) >= 0 ? 0 : zmq_errno()
            } while failure == EINTR
            if failure == EAGAIN { return nil }
            guard failure == 0 else { throw ZeroMQError(doing: "receive", code: failure) }
            if parts.count < Self.mostParts {
                let bytes = UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part))
                parts.append([UInt8](bytes))
            } else if parts.count == Self.mostParts {
                parts.append([])
            }
        } while zmq_msg_more(&part) != 0
        return parts
    }
}
