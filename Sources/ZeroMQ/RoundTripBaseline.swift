internal import CZeroMQ
private import Glibc

/// How long a message takes there and back between bare libzmq sockets, with
/// nothing of ours in between: the mark that our own path is held against.
public enum RoundTripBaseline {
    /// Sends `rounds` messages of `byteCount` bytes, one at a time, from a
    /// DEALER to a ROUTER in another thread and back, over tcp on loopback.
    /// Blocks the calling thread; never call it from the cooperative pool.
    ///
    /// - Returns: nanoseconds of each round trip by CLOCK_MONOTONIC, sorted.
    /// - Throws: what libzmq says, or that the echo didn't come within 5 s.
    public static func measure(rounds: Int, byteCount: Int = 200) throws(ZeroMQError) -> [UInt64] {
        let context = try Context()
        let router = try Socket(.router, in: context)
        let dealer = try Socket(.dealer, in: context)
        var patience: Int32 = 5000
        for socket in [router, dealer] {
            guard zmq_setsockopt(socket.handle, ZMQ_RCVTIMEO, &patience, MemoryLayout<Int32>.size) == 0
            else { throw ZeroMQError(doing: "set a time-out") }
        }
        try dealer.connect(to: try router.bind("tcp://127.0.0.1:*"))

        let warmUp = 100
        let echo = Echo(socket: router.handle, rounds: rounds + warmUp)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(echo)
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Echo>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            throw ZeroMQError(doing: "start a thread", code: failure)
        }
        // Before the sockets are closed, whatever happens.
        defer { pthread_join(thread, nil) }

        var samples: [UInt64] = []
        samples.reserveCapacity(rounds)
        var buffer = [UInt8](repeating: 0x5a, count: max(byteCount, 1))
        for round in 0..<(rounds + warmUp) {
            let start = monotonicNanoseconds()
            guard zmq_send(dealer.handle, buffer, buffer.count, 0) >= 0,
                zmq_recv(dealer.handle, &buffer, buffer.count, 0) >= 0
            else { throw ZeroMQError(doing: "send a message there and back") }
            if round >= warmUp { samples.append(monotonicNanoseconds() - start) }
        }
        return samples.sorted()
    }

    private static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The other side; gives up when nothing comes for as long as the socket's
    /// time-out says.
    private final class Echo {
        let socket: UnsafeMutableRawPointer
        let rounds: Int

        init(socket: UnsafeMutableRawPointer, rounds: Int) {
            self.socket = socket
            self.rounds = rounds
        }

        func run() {
            var part = zmq_msg_t()
            zmq_msg_init(&part)
            defer { zmq_msg_close(&part) }
            for _ in 0..<rounds {
                repeat {
                    guard zmq_msg_recv(&part, socket, 0) >= 0 else { return }
                    let more = zmq_msg_more(&part) != 0 ? ZMQ_SNDMORE : 0
                    guard zmq_msg_send(&part, socket, more) >= 0 else { return }
                    if more == 0 { break }
                } while true
            }
        }
    }
}
