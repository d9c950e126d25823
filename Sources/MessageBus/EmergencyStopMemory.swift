private import Dispatch
private import Foundation
public import Logging
public import RobotModel
private import Synchronization

/// Keeps a station's latch on disk, on a thread of its own: the e-stop waits
/// for no disk.
public final class EmergencyStopMemory: Sendable {
    private struct State {
        var latch: EmergencyLatch
        var isOnDisk: Bool
        var isWriting = false
    }

    /// As it was on disk at the start.
    public let latch: EmergencyLatch
    private let write: @Sendable ([UInt8]) throws -> Void
    private let logger: Logger
    private let queue = DispatchQueue(label: "pons.estop.disk")
    private let state: Mutex<State>

    private static let retryPause = 0.5

    /// - Parameters:
    ///   - stored: what was written last; nil where nothing ever was.
    ///   - isDamaged: whether something was written and can't be read. Then the
    ///     e-stop counts as pressed, until a person has looked.
    ///   - station: our own name.
    ///   - write: puts bytes on disk before it returns; called by one thread at
    ///     a time.
    public init(
        stored: [UInt8]?, isDamaged: Bool = false, station: NodeID, now: Instant, logger: Logger,
        write: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        var latch = EmergencyLatch()
        if let stored, let read = try? JSONDecoder().decode(EmergencyLatch.self, from: Data(stored)) {
            latch = read
        } else if stored != nil || isDamaged {
            latch.press(at: station, by: "pons", reason: "the e-stop’s file can’t be read", now: now)
        }
        self.latch = latch
        self.write = write
        self.logger = logger
        state = Mutex(State(latch: latch, isOnDisk: stored != nil || !latch.isLatched))
        if isDamaged { keep(latch) }
    }

    /// Whether what was kept last is on disk.
    public var isOnDisk: Bool { state.withLock { $0.isOnDisk } }

    /// Begins to write; never waits. Where the disk refuses, it is tried again.
    public func keep(_ latch: EmergencyLatch) {
        let mustBegin = state.withLock { state in
            state.latch = latch
            state.isOnDisk = false
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustBegin { queue.async { self.writeDown() } }
    }

    /// Waits until what was kept last is on disk, at most so long.
    public func settled(within limit: Duration) async -> Bool {
        let deadline = SuspendingClock.now + limit
        while !isOnDisk {
            guard SuspendingClock.now < deadline else { return false }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return true
    }

    private func writeDown() {
        let latch = state.withLock { $0.latch }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            try write(Array(try encoder.encode(latch)))
        } catch {
            logger.critical("the e-stop’s latch can’t be put on disk", metadata: ["error": "\(error)"])
            return queue.asyncAfter(deadline: .now() + Self.retryPause) { self.writeDown() }
        }
        let isLast = state.withLock { state in
            state.isOnDisk = state.latch == latch
            state.isWriting = !state.isOnDisk
            return state.isOnDisk
        }
        if !isLast { queue.async { self.writeDown() } }
    }
}
