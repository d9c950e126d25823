import RobotModel
import Testing

@testable import WorldMemory

@Suite struct DiskAndThreadTests {
    let bench: Bench
    let memory: WorldMemory

    init() throws {
        bench = try Bench()
        memory = try bench.kitchen()
    }

    /// An entity whose row is larger than what is left of the disk.
    var bulky: Entity {
        Entity(
            id: "bulky", types: ["item"], properties: ["text": .text(String(repeating: "x", count: 1 << 20))])
    }

    @Test func `a full disk is told, and what waited is written when there is space`() throws {
        try memory.limitSize(toPages: 100)
        #expect(throws: WorldMemoryError(.diskFull, "")) { try memory.add(bulky) }
        // Known, and not yet durable: the next durable change says so too.
        #expect(memory.entity("bulky") != nil)
        #expect(throws: WorldMemoryError(.diskFull, "")) { try memory.say("open(door)") }
        #expect(try bench.openAsLeftByKill().entity("bulky") == nil)

        try memory.limitSize(toPages: 10_000)
        try memory.flush()
        let again = try bench.openAsLeftByKill()
        #expect(again.entity("bulky")?.entity == bulky)
        #expect(again.holds("open(door)"))
        #expect(again.revision == memory.revision)
    }

    @Test func `a cause that met a full disk is entered once when it is tried again`() throws {
        try memory.limitSize(toPages: 100)
        #expect(throws: WorldMemoryError(.diskFull, "")) { try memory.add(bulky) }
        let update = MemoryUpdate(beginning: [fact("open(door)")], source: .effect("t1/s1/1"))
        #expect(throws: WorldMemoryError(.diskFull, "")) { try memory.update(update, cause: 5) }
        try memory.limitSize(toPages: 10_000)
        #expect(try memory.update(update, cause: 5).records.isEmpty)
        let again = try bench.openAsLeftByKill()
        #expect(again.effectsAppliedUpTo == 5)
        #expect(again.holds("open(door)"))
    }

    @Test func `many threads leave one history that a watcher saw in order`() async throws {
        let memory = memory
        let begin = memory.revision
        let stream = try memory.watch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    for round in 0..<40 {
                        let source = FactSource.sensor("cam\(worker)")
                        let item = ["apple", "pear", "box"][(worker + round) % 3]
                        try memory.observe(
                            [literal("\(round.isMultiple(of: 2) ? "" : "not ")open(\(item))")],
                            source: source,
                            durable: round.isMultiple(of: 4))
                        try memory.setPose(
                            Pose(xMeters: Double(round), yMeters: 0), of: "dog", source: source)
                        _ = memory.worldFacts()
                        if round.isMultiple(of: 10) { _ = try memory.facts(asOf: .zero) }
                    }
                }
            }
            try await group.waitForAll()
        }
        try memory.flush()
        let end = memory.revision
        #expect(end > begin)
        var next = begin
        for await event in stream {
            next += 1
            #expect(event.revision == next)
            if next == end { break }
        }
        #expect(try bench.openAsLeftByKill().facts() == memory.facts())
    }
}
