/// A hybrid logical clock reading: wall time, made monotonic by a counter, and
/// tied to the node that read it, so that any two stamps are ordered.
/// Source: Kulkarni et al., «Logical Physical Clocks», 2014.
public struct HybridStamp: Hashable, Sendable, Codable, Comparable {
    public let wallMilliseconds: Int64
    public let counter: UInt32
    public let origin: NodeID

    public init(wallMilliseconds: Int64, counter: UInt32, origin: NodeID) {
        self.wallMilliseconds = wallMilliseconds
        self.counter = counter
        self.origin = origin
    }

    public static func < (left: HybridStamp, right: HybridStamp) -> Bool {
        (left.wallMilliseconds, left.counter, left.origin)
            < (right.wallMilliseconds, right.counter, right.origin)
    }
}

/// Makes stamps that never go back, whatever the wall clock does.
public struct HybridClock: Sendable {
    private let origin: NodeID
    private var wallMilliseconds: Int64 = 0
    private var counter: UInt32 = 0

    public init(origin: NodeID) { self.origin = origin }

    /// The stamp of something that happens here, at wall time `now`.
    public mutating func stamp(at now: Instant) -> HybridStamp {
        advance(to: max(wallMilliseconds, now.nanosecondsSinceEpoch / 1_000_000), counterFloor: 0)
    }

    /// Takes note of a stamp that came from elsewhere, so that what happens
    /// here afterwards is later than it.
    public mutating func observe(_ other: HybridStamp, at now: Instant) -> HybridStamp {
        let wall = max(wallMilliseconds, other.wallMilliseconds, now.nanosecondsSinceEpoch / 1_000_000)
        return advance(to: wall, counterFloor: wall == other.wallMilliseconds ? other.counter : 0)
    }

    private mutating func advance(to wall: Int64, counterFloor: UInt32) -> HybridStamp {
        if wall == wallMilliseconds {
            counter = max(counter, counterFloor) &+ 1
        } else {
            counter = counterFloor == 0 ? 0 : counterFloor &+ 1
        }
        wallMilliseconds = wall
        return HybridStamp(wallMilliseconds: wall, counter: counter, origin: origin)
    }
}
