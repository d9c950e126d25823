internal import CZeroMQ

/// libzmq's threads and the room in which `inproc` addresses live. One per
/// process is usual. Every socket keeps its context alive, so that it ends
/// after the last of them.
public final class Context: @unchecked Sendable {
    // Proof of @unchecked: never changed after init, and libzmq's contexts are
    // thread-safe.
    let handle: UnsafeMutableRawPointer

    /// - Throws: when memory or file descriptors have run out.
    public init() throws(ZeroMQError) {
        guard let handle = zmq_ctx_new() else { throw ZeroMQError(doing: "make a context") }
        self.handle = handle
    }

    /// Waits for what closed sockets still have to send, at most their `linger`.
    deinit {
        while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }
}
