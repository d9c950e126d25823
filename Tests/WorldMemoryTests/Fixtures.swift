import Foundation
import RobotModel
import Synchronization
import WorldMemory

/// A memory in a folder of its own, with a clock that the test moves.
final class Bench: Sendable {
    let folder = NSTemporaryDirectory() + "memory-tests-" + UUID().uuidString
    let clock = TestClock()

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func open(_ name: String = "memory", origin: NodeID = "brain") throws -> WorldMemory {
        let clock = clock
        return try WorldMemory(path: folder + "/" + name, origin: origin, clock: { clock.now })
    }

    /// A memory with the kitchen in it.
    func kitchen(_ name: String = "memory", origin: NodeID = "brain") throws -> WorldMemory {
        let memory = try open(name, origin: origin)
        try memory.load(scene: Bench.kitchen)
        return memory
    }

    /// Opens what a process that was killed now would leave on disk.
    func openAsLeftByKill(_ name: String = "memory") throws -> WorldMemory {
        let copy = "copy-" + UUID().uuidString
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: folder + "/" + name + suffix)
        {
            try FileManager.default.copyItem(
                atPath: folder + "/" + name + suffix, toPath: folder + "/" + copy + suffix)
        }
        return try open(copy)
    }

    static let kitchen = SceneDescription(
        name: "kitchen",
        entities: [
            Entity(id: "kitchen", types: ["room"]), Entity(id: "hall", types: ["room"]),
            Entity(id: "door", types: ["door", "openable"]),
            Entity(id: "table", types: ["surface"], names: ["oak table"], pose: Pose(xMeters: 1, yMeters: 2)),
            Entity(id: "shelf", types: ["surface"]), Entity(id: "box", types: ["container", "item"]),
            Entity(id: "apple", types: ["item"]), Entity(id: "pear", types: ["item"]),
        ],
        facts: [
            "in(table, kitchen)", "in(door, kitchen)", "in(door, hall)", "on(apple, table)", "on(box, table)",
        ]
        .map(fact),
        robots: [
            RobotDescription(
                id: "dog", embodiment: "dog", parts: [Entity(id: "tray", types: ["surface"])],
                facts: ["in(dog, kitchen)", "at(dog, table)", "ground_robot(dog)"].map(fact))
        ])
}

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let nanoseconds = Atomic<Int64>(1_800_000_000_000_000_000)

    var now: Instant { Instant(nanosecondsSinceEpoch: nanoseconds.load(ordering: .sequentiallyConsistent)) }

    func advance(_ duration: Duration) {
        nanoseconds.add(duration.wholeNanoseconds, ordering: .sequentiallyConsistent)
    }
}

/// A fact from its text; a malformed one is the test's own mistake.
func fact(_ text: String) -> Fact {
    do { return try FactSyntax().fact(text) } catch { preconditionFailure("\(error)") }
}

func literal(_ text: String) -> Literal {
    do { return try FactSyntax().literal(text) } catch { preconditionFailure("\(error)") }
}

extension WorldMemory {
    func holds(_ text: String) -> Bool { worldFacts().facts.contains(fact(text)) }

    func say(_ texts: String..., by source: FactSource = .person("anna")) throws {
        try observe(texts.map(literal), source: source)
    }
}

/// A small seeded generator (SplitMix64), so that a failure can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
