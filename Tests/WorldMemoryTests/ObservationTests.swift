import RobotModel
import Testing
import WorldMemory

@Suite struct ObservationTests {
    let bench: Bench
    let memory: WorldMemory

    init() throws {
        bench = try Bench()
        memory = try bench.kitchen()
    }

    @Test func `a scene gives entities, robots with their parts, and facts`() {
        let world = memory.worldFacts()
        #expect(world.entities["tray"]?.types == ["surface"])
        #expect(world.entities["dog"]?.types == ["robot", "dog"])
        #expect(world.facts.contains(fact("part_of(tray, dog)")))
        #expect(world.facts.count == 9)
        #expect(world.uncertain.isEmpty)
        #expect(memory.scene == "kitchen")
        #expect(memory.facts(matching: literal("on(apple, *)")).first?.source == .scene("kitchen"))
    }

    @Test func `what a person says is believed with its source and stamp`() throws {
        bench.clock.advance(.seconds(60))
        let new = try memory.observe([literal("open(door)")], source: .person("anna"))
        #expect(new.map(\.fact) == [fact("open(door)")])
        let record = try #require(memory.facts(matching: literal("open(*)")).first)
        #expect(record.source == .person("anna"))
        #expect(record.certainty == .observed)
        #expect(record.stamp.wallMilliseconds == bench.clock.now.nanosecondsSinceEpoch / 1_000_000)
        #expect(record.stamp.origin == "brain")
    }

    @Test func `a negative literal ends all that it fits`() throws {
        try memory.say("not on(*, table)")
        #expect(memory.facts(matching: literal("on(*, *)")).isEmpty)
        #expect(memory.holds("in(table, kitchen)"))
        try memory.say("not in(table, kitchen)")
        #expect(!memory.holds("in(table, kitchen)"))
    }

    @Test func `an unknown entity is refused with near matches and nothing is entered`() throws {
        let before = memory.revision
        let error = #expect(throws: WorldMemoryError.self) { try memory.say("open(door)", "on(aple, table)") }
        #expect(error?.code == .unknownEntity)
        #expect(error?.parts == ["aple"])
        #expect(error?.suggestions == ["apple"])
        #expect(error?.message == "“aple” in on(aple, table) isn’t in memory; did you mean “apple”?")
        #expect(memory.revision == before)
        #expect(!memory.holds("open(door)"))
    }

    @Test func `an entity may be entered along with what is said of it`() throws {
        let cup = Entity(id: "cup", types: ["item"])
        try memory.observe([literal("on(cup, table)")], creating: [cup], source: .robot("dog"))
        #expect(memory.holds("on(cup, table)"))
        #expect(memory.entity("cup")?.entity == cup)
    }

    @Test(arguments: [
        ("on(*, table)", WorldMemoryError.Code.badFact), ("on(?x, table)", .badFact),
        ("at(self, table)", .badFact),
        ("not on(?x, table)", .badFact), ("on(apple)", .arityMismatch),
        ("not at(dog, table, box)", .arityMismatch),
    ])
    func `a literal that says nothing definite is refused`(text: String, code: WorldMemoryError.Code) {
        let error = #expect(throws: WorldMemoryError.self) { try memory.say(text) }
        #expect(error?.code == code)
    }

    @Test func `the same source saying the same at once adds nothing, and later a record`() throws {
        try memory.say("open(door)")
        let revision = memory.revision
        try memory.say("open(door)")
        #expect(memory.revision == revision)
        try memory.say("open(door)", by: .sensor("cam"))
        #expect(memory.revision == revision + 1)
        bench.clock.advance(.seconds(2))
        try memory.say("open(door)", by: .sensor("cam"))
        #expect(memory.revision == revision + 2)
    }

    @Test func `retracting a source leaves what others said last`() throws {
        try memory.say("open(door)", by: .sensor("bad"))
        try memory.say("not on(apple, table)", by: .sensor("bad"))
        try memory.say("holding(dog, pear)", by: .robot("dog"))
        bench.clock.advance(.seconds(5))
        try memory.say("open(door)", by: .person("anna"))
        try memory.say("open(box)", by: .sensor("bad"))
        let changed = try memory.retract(source: .sensor("bad"))
        #expect(Set(changed.map(\.fact)) == [fact("on(apple, table)"), fact("open(box)")])
        #expect(memory.holds("open(door)"))
        #expect(memory.holds("on(apple, table)"))
        #expect(!memory.holds("open(box)"))
        #expect(memory.holds("holding(dog, pear)"))
        #expect(try memory.retract(source: .sensor("bad")).isEmpty)
    }

    @Test func `a new scene replaces the world and keeps its history`() throws {
        try memory.say("holding(dog, pear)")
        try memory.setPose(Pose(xMeters: 9, yMeters: 9), of: "dog", source: .robot("dog"))
        bench.clock.advance(.seconds(5))
        try memory.load(
            scene: SceneDescription(
                name: "attic",
                entities: [Entity(id: "apple", types: ["item"]), Entity(id: "loft", types: ["room"])],
                facts: [fact("in(apple, loft)")]))
        #expect(memory.entities().map(\.id) == ["apple", "loft"])
        #expect(memory.worldFacts().facts == [fact("in(apple, loft)")])
        #expect(memory.pose(of: "dog") == nil)
        #expect(try memory.history(of: fact("holding(dog, pear)")).map(\.holds) == [true, false])
        #expect(throws: WorldMemoryError.self) { try memory.say("at(dog, apple)") }
    }

    @Test func `a scene that contradicts itself changes nothing`() {
        let bad = [
            SceneDescription(name: "b", entities: [Entity(id: "a", types: []), Entity(id: "a", types: [])]),
            SceneDescription(name: "b", entities: [], facts: [fact("open(nothing)")]),
            SceneDescription(name: "b", entities: [Entity(id: "a b", types: [])]),
            SceneDescription(
                name: "b", entities: [Entity(id: "a", types: [])], facts: [fact("p(a)"), fact("p(a, a)")]),
            SceneDescription(
                name: "b", entities: [Entity(id: "a", types: [], pose: Pose(xMeters: .nan, yMeters: 0))]),
        ]
        let before = memory.revision
        for scene in bad {
            #expect(throws: WorldMemoryError.self) { try memory.load(scene: scene) }
        }
        #expect(memory.revision == before)
        #expect(memory.scene == "kitchen")
    }

    @Test func `a robot that comes back stands where it was last seen`() throws {
        try memory.say("not at(dog, *)", "in(dog, hall)")
        var dog = Bench.kitchen.robots[0]
        dog.facts += [fact("tall(dog)")]
        #expect(try memory.add(dog).isEmpty)
        #expect(memory.holds("in(dog, hall)"))
        #expect(!memory.holds("in(dog, kitchen)"))
        #expect(!memory.holds("at(dog, table)"))
        #expect(memory.holds("tall(dog)"))
    }

    @Test func `a new robot’s facts about what isn’t there are left out and named`() throws {
        let quad = RobotDescription(
            id: "quad", embodiment: "quadrotor", facts: [fact("flying(quad)"), fact("in(quad, garden)")])
        #expect(try memory.add(quad) == [fact("in(quad, garden)")])
        #expect(memory.holds("flying(quad)"))
        #expect(memory.entity("quad")?.facts.map(\.fact) == [fact("flying(quad)")])
    }

    @Test func `an entity that is removed takes its facts along`() throws {
        try memory.remove("table", source: .person("anna"))
        #expect(memory.entity("table") == nil)
        #expect(memory.facts(matching: literal("on(apple, *)")).isEmpty)
        #expect(memory.entity("apple")?.facts.isEmpty == true)
    }
}

@Suite struct SinglePlaceRuleTests {
    let bench: Bench
    let memory: WorldMemory

    init() throws {
        bench = try Bench()
        memory = try bench.kitchen()
    }

    @Test func `rule 1: on, inside and holding exclude each other`() throws {
        try memory.say("inside(apple, box)")
        #expect(!memory.holds("on(apple, table)"))
        try memory.say("holding(dog, apple)")
        #expect(!memory.holds("inside(apple, box)"))
        try memory.say("on(apple, shelf)")
        #expect(!memory.holds("holding(dog, apple)"))
        #expect(memory.holds("on(apple, shelf)"))
        #expect(memory.holds("on(box, table)"))
    }

    @Test func `rule 2: a robot is at one thing`() throws {
        try memory.say("at(dog, shelf)")
        #expect(memory.facts(matching: literal("at(dog, *)")).map(\.fact) == [fact("at(dog, shelf)")])
    }

    @Test func `rule 3: all but doors are in one room`() throws {
        try memory.say("in(dog, hall)", "in(door, kitchen)")
        #expect(!memory.holds("in(dog, kitchen)"))
        #expect(memory.holds("in(door, hall)"))
        #expect(memory.holds("in(door, kitchen)"))
    }

    @Test func `what is said together stays together`() throws {
        try memory.say("at(dog, shelf)", "at(dog, box)")
        #expect(memory.holds("at(dog, shelf)"))
        #expect(memory.holds("at(dog, box)"))
    }
}
