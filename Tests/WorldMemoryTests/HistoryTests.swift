import Foundation
import RobotModel
import Testing
import WorldMemory

@Suite struct HistoryTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `a memory that is opened again believes the same`() throws {
        let before: WorldSnapshot
        let apple: EntityView?
        do {
            let memory = try bench.kitchen()
            try memory.say("holding(dog, apple)")
            try memory.markUncertain([literal("at(dog, *)")], source: .effect("a"), cause: 3)
            try memory.remove("pear", source: .person("anna"))
            try memory.setPose(Pose(xMeters: 3, yMeters: 4), of: "apple", source: .robot("dog"))
            before = memory.worldFacts()
            apple = memory.entity("apple")
        }
        let memory = try bench.open()
        let after = memory.worldFacts()
        #expect(after.entities == before.entities)
        #expect(after.facts == before.facts)
        #expect(after.uncertain == before.uncertain)
        #expect(after.revision == before.revision)
        #expect(memory.entity("apple") == apple)
        #expect(memory.effectsAppliedUpTo == 3)
        #expect(memory.scene == "kitchen")
    }

    @Test func `another process reads what was believed then, while the memory is in use`() throws {
        let memory = try bench.kitchen()
        try memory.say("on(apple, shelf)", "not on(apple, table)")
        let then = bench.clock.now
        bench.clock.advance(.seconds(5))
        try memory.say("on(apple, box)", "not on(apple, shelf)")
        try memory.flush()
        let past = try PastWorld(file: bench.folder + "/memory", at: then)
        let facts = past.facts.map(\.fact)
        #expect(facts.contains(fact("on(apple, shelf)")) && !facts.contains(fact("on(apple, box)")))
        #expect(past.entities.contains { $0.id == "dog" })
        try memory.say("holding(dog, apple)")
    }

    @Test func `what was entered durably is there after a kill`() throws {
        let memory = try bench.kitchen()
        try memory.say("on(apple, shelf)")
        let survivor = try bench.openAsLeftByKill()
        #expect(survivor.worldFacts().facts == memory.worldFacts().facts)
    }

    @Test func `what waits for the disk is there after a flush`() throws {
        let memory = try bench.kitchen()
        try memory.observe([literal("on(apple, shelf)")], source: .robot("dog"), durable: false)
        #expect(memory.holds("on(apple, shelf)"))
        try memory.flush()
        #expect(try bench.openAsLeftByKill().holds("on(apple, shelf)"))
    }

    @Test func `stamps go on growing when the wall clock goes back`() throws {
        do { try bench.kitchen().say("open(door)") }
        bench.clock.advance(.seconds(-3_600))
        let memory = try bench.open()
        try memory.say("not open(door)")
        #expect(!memory.holds("open(door)"))
        let stamps = try memory.history(of: fact("open(door)")).map(\.stamp)
        #expect(stamps.count == 2)
        #expect(stamps[0] < stamps[1])
    }

    @Test func `facts as of a moment are those of that moment`() throws {
        let memory = try bench.kitchen()
        let start = bench.clock.now
        bench.clock.advance(.seconds(10))
        try memory.say("holding(dog, apple)")
        let held = bench.clock.now
        bench.clock.advance(.seconds(10))
        try memory.say("inside(apple, box)")
        func apple(_ instant: Instant) throws -> [Fact] {
            try memory.facts(asOf: instant).map(\.fact).filter { $0.arguments.contains("apple") }
        }
        #expect(try apple(start + .seconds(-1)) == [])
        #expect(try apple(start) == [fact("on(apple, table)")])
        #expect(try apple(held + .milliseconds(-1)) == [fact("on(apple, table)")])
        #expect(try apple(held) == [fact("holding(dog, apple)")])
        #expect(try apple(bench.clock.now) == [fact("inside(apple, box)")])
        #expect(
            try memory.facts(asOf: held, matching: literal("holding(*, *)")).map(\.fact) == [
                fact("holding(dog, apple)")
            ])
        #expect(try memory.history(of: "apple").map(\.holds) == [true, false, true, false, true])
    }

    @Test func `of two nodes’ records the later counts and the other stays in history`() throws {
        let memory = try bench.kitchen()
        let wall = bench.clock.now.nanosecondsSinceEpoch / 1_000_000
        func record(_ holds: Bool, _ offset: Int64, _ node: NodeID) -> FactRecord {
            FactRecord(
                fact: fact("open(door)"), holds: holds,
                stamp: HybridStamp(wallMilliseconds: wall + offset, counter: 0, origin: node),
                source: .sensor("s"))
        }
        #expect(try memory.merge([record(true, 500, "edge1")]).count == 1)
        #expect(try memory.merge([record(false, 400, "edge2")]).isEmpty)
        #expect(try memory.merge([record(true, 500, "edge1"), record(false, 400, "edge2")]).isEmpty)
        #expect(memory.holds("open(door)"))
        #expect(try memory.history(of: fact("open(door)")).map(\.stamp.origin) == ["edge2", "edge1"])
        #expect(try bench.openAsLeftByKill().holds("open(door)"))
        // What happens here afterwards is later, though the wall clock stands.
        try memory.say("not open(door)")
        #expect(!memory.holds("open(door)"))
    }

    @Test func `records with wild numbers are refused and spoil nothing`() throws {
        let memory = try bench.kitchen()
        let good = HybridStamp(wallMilliseconds: 1, counter: 0, origin: "edge")
        let door = fact("open(door)")
        for bad in [
            FactRecord(
                fact: door, stamp: HybridStamp(wallMilliseconds: .max, counter: 0, origin: "e"),
                source: .sensor("s")),
            FactRecord(
                fact: door, stamp: HybridStamp(wallMilliseconds: .min, counter: 0, origin: "e"),
                source: .sensor("s")),
            FactRecord(fact: door, confidence: .nan, stamp: good, source: .sensor("s")),
            FactRecord(fact: fact("open(gate)"), stamp: good, source: .sensor("s")),
        ] {
            #expect(throws: WorldMemoryError.self) { try memory.merge([bad]) }
        }
        #expect(throws: WorldMemoryError.self) {
            try memory.setPose(Pose(xMeters: .infinity, yMeters: 0), of: "dog", source: .robot("dog"))
        }
        try memory.merge([FactRecord(fact: door, stamp: good, source: .sensor("s"), cause: .max)])
        #expect(memory.holds("open(door)"))
        try memory.flush()
    }

    @Test func `poses are current at once and in history once a second`() throws {
        let memory = try bench.kitchen()
        let start = bench.clock.now
        for step in 0..<40 {
            try memory.setPose(Pose(xMeters: Double(step), yMeters: 0), of: "dog", source: .robot("dog"))
            #expect(memory.entity("dog")?.entity.pose?.xMeters == Double(step))
            bench.clock.advance(.milliseconds(100))
        }
        #expect(try memory.poses(of: "dog", since: start).map(\.pose.xMeters) == [0, 10, 20, 30])
        #expect(throws: WorldMemoryError.self) {
            try memory.setPose(Pose(xMeters: 0, yMeters: 0), of: "cat", source: .robot("dog"))
        }
    }

    @Test func `a pose of an earlier scene doesn’t come back`() throws {
        do {
            let memory = try bench.kitchen()
            try memory.setPose(Pose(xMeters: 9, yMeters: 9), of: "table", source: .robot("dog"))
            bench.clock.advance(.seconds(1))
            try memory.load(scene: Bench.kitchen)
            #expect(memory.entity("table")?.entity.pose == Pose(xMeters: 1, yMeters: 2))
        }
        #expect(try bench.open().entity("table")?.entity.pose == Pose(xMeters: 1, yMeters: 2))
    }

    @Test func `a file that is no database is refused`() throws {
        try Data(repeating: 42, count: 5_000).write(to: URL(fileURLWithPath: bench.folder + "/memory"))
        let error = #expect(throws: WorldMemoryError.self) { try bench.open() }
        #expect(error?.code == .damaged)
    }

    @Test func `what is believed is the fold of the history`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        let memory = try bench.kitchen()
        let items: [EntityID] = ["apple", "pear", "box"]
        let places: [EntityID] = ["table", "shelf", "box", "tray"]
        let sources: [FactSource] = [.person("anna"), .sensor("cam"), .robot("dog")]
        var cause: UInt64 = 0
        func anyFact() -> Fact {
            let item = items.randomElement(using: &random) ?? "apple"
            return switch Int.random(in: 0..<3, using: &random) {
            case 0: Fact("holding", "dog", item)
            case 1: Fact("open", item)
            default: Fact("on", item, places.randomElement(using: &random) ?? "table")
            }
        }
        for _ in 0..<400 {
            bench.clock.advance(.milliseconds(Int.random(in: 0...700, using: &random)))
            let source = sources.randomElement(using: &random) ?? .person("anna")
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2:
                let literal = Literal(anyFact(), isPositive: Bool.random(using: &random))
                try memory.observe([literal], source: source, durable: Bool.random(using: &random))
            case 3:
                let item = items.randomElement(using: &random) ?? "apple"
                try memory.observe([Literal("on", [.entity(item), .any], isPositive: false)], source: source)
            case 4:
                cause += UInt64.random(in: 0...1, using: &random)
                try memory.apply(
                    ending: [Literal(anyFact())], beginning: [anyFact()], source: .effect("a"),
                    cause: max(1, cause))
            case 5: try memory.markUncertain([Literal(anyFact())], source: .effect("b"), cause: 0)
            case 6: try memory.retract(source: source)
            default:
                let wall = bench.clock.now.nanosecondsSinceEpoch / 1_000_000
                let stamp = HybridStamp(
                    wallMilliseconds: wall + Int64.random(in: -3_000...300, using: &random),
                    counter: UInt32.random(in: 0...3, using: &random), origin: "edge")
                try memory.merge([
                    FactRecord(
                        fact: anyFact(), holds: Bool.random(using: &random), stamp: stamp,
                        source: .sensor("far"))
                ])
            }
        }
        let far = bench.clock.now + .seconds(60)
        var mentioned: Set<Fact> = []
        for item in items { mentioned.formUnion(try memory.history(of: item, limit: 10_000).map(\.fact)) }
        #expect(mentioned.count > 10, "seed \(seed)")
        for fact in mentioned {
            let newest = try memory.history(of: fact).max { $0.stamp < $1.stamp }
            let isBelieved = newest.map { $0.holds || $0.certainty == .uncertain } ?? false
            let current = memory.facts(matching: Literal(fact)).first
            #expect(current == (isBelieved ? newest : nil), "\(fact), seed \(seed)")
        }
        #expect(try memory.facts(asOf: far) == memory.facts(), "seed \(seed)")
        #expect(try bench.openAsLeftByKill().facts() == memory.facts(), "seed \(seed)")
    }
}
