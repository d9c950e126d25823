import RobotModel
import Testing
import WorldMemory

@Suite struct WatchTests {
    let bench: Bench
    let memory: WorldMemory

    init() throws {
        bench = try Bench()
        memory = try bench.kitchen()
    }

    /// The next `count` events of a stream.
    func take(_ count: Int, _ stream: AsyncStream<MemoryEvent>) async -> [MemoryEvent] {
        var events: [MemoryEvent] = []
        for await event in stream {
            events.append(event)
            if events.count == count { break }
        }
        return events
    }

    func facts(_ events: [MemoryEvent]) -> [String] {
        events.compactMap {
            if case .fact(_, let record) = $0 {
                (record.holds ? "" : "not ") + record.fact.description
            } else {
                nil
            }
        }
    }

    @Test func `a watcher sees changes in order and only what it asked for`() async throws {
        let all = try memory.watch()
        let apple = try memory.watch(matching: literal("on(apple, *)"))
        try memory.say("open(door)")
        try memory.say("on(apple, shelf)")
        #expect(facts(await take(3, all)) == ["open(door)", "not on(apple, table)", "on(apple, shelf)"])
        #expect(facts(await take(2, apple)) == ["not on(apple, table)", "on(apple, shelf)"])
    }

    @Test func `a watch that resumes misses nothing and sees nothing twice`() async throws {
        let first = try memory.watch()
        try memory.say("open(door)")
        let seen = await take(1, first)
        let revision = try #require(seen.first?.revision)
        try memory.say("open(box)")
        try memory.remove("pear", source: .person("anna"))
        let second = try memory.watch(from: revision)
        try memory.say("not open(door)")
        let events = await take(3, second)
        #expect(facts(events) == ["open(box)", "not open(door)"])
        #expect(events[1] == .entityRemoved(revision: revision + 2, "pear"))
        #expect(events.map(\.revision) == [revision + 1, revision + 2, revision + 3])
    }

    @Test func `a watch from the beginning builds the whole world, also after a restart`() async throws {
        try memory.say("on(apple, shelf)")
        let again = try bench.openAsLeftByKill()
        let stream = try again.watch(from: 0)
        var entities: Set<EntityID> = []
        var facts: Set<Fact> = []
        for await event in stream {
            switch event {
            case .entity(_, let entity): entities.insert(entity.id)
            case .fact(_, let record):
                if record.holds { facts.insert(record.fact) } else { facts.remove(record.fact) }
            default: break
            }
            if event.revision == again.revision { break }
        }
        #expect(entities == Set(memory.worldFacts().entities.keys))
        #expect(facts == memory.worldFacts().facts)
    }

    @Test func `a slow watcher’s stream ends and can be taken up again`() async throws {
        let slow = try memory.watch()
        let begin = memory.revision
        for _ in 0..<800 {
            try memory.observe([literal("open(door)")], source: .person("anna"), durable: false)
            try memory.observe([literal("not open(door)")], source: .person("anna"), durable: false)
        }
        try memory.flush()
        let end = memory.revision
        #expect(end == begin + 1_600)
        var revisions: [UInt64] = []
        var resumeFrom: UInt64?
        for await event in slow {
            if case .overflow(let revision) = event {
                resumeFrom = revision
            } else {
                revisions += [event.revision ?? 0]
            }
        }
        let resume = try #require(resumeFrom)
        #expect(revisions == Array((begin + 1)...resume))
        let rest = await take(Int(end - resume), try memory.watch(from: resume))
        #expect(rest.compactMap(\.revision) == Array((resume + 1)...end))
    }

    @Test func `poses come to those who want them, at most ten a second`() async throws {
        let poses = try memory.watch(poses: true)
        let none = try memory.watch()
        for step in 0..<20 {
            try memory.setPose(Pose(xMeters: Double(step), yMeters: 0), of: "dog", source: .robot("dog"))
            bench.clock.advance(.milliseconds(25))
        }
        try memory.say("open(door)")
        let events = await take(6, poses)
        let places = events.compactMap {
            if case .pose("dog", let record) = $0 { record.pose.xMeters } else { nil }
        }
        #expect(places == [0, 4, 8, 12, 16])
        #expect(facts(await take(1, none)) == ["open(door)"])
    }

    @Test func `streams end with the memory`() async throws {
        let other = try Bench()
        var shortLived: WorldMemory? = try other.kitchen()
        let stream = try #require(try shortLived?.watch())
        shortLived = nil
        #expect(await take(1, stream).isEmpty)
    }
}
