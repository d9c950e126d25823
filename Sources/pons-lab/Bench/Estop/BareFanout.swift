import BrainClient
import CBaseline

/// The same fan-out in plain C over bare libzmq.
final class BareFanout {
    private let handle: OpaquePointer
    private let receivers: Int

    /// As long as the e-stop's own frame, about.
    private static let messageBytes: UInt32 = 100

    init(receivers: Int) throws {
        guard let handle = pons_fanout_open(UInt32(receivers)) else {
            throw CommandError(.failed, "the bare sockets can’t be opened")
        }
        self.handle = handle
        self.receivers = receivers
    }

    deinit { pons_fanout_close(handle) }

    /// From the call to each receiver's message, in milliseconds. Blocks.
    func press() throws -> [Double] {
        var nanoseconds = [UInt64](repeating: 0, count: receivers)
        guard pons_fanout_press(handle, Self.messageBytes, &nanoseconds) == 0 else {
            throw CommandError(.timedOut, "a bare message got lost")
        }
        return nanoseconds.map { Double($0) / 1e6 }
    }
}
