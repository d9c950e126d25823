import PlanRules
import Planning
import RobotModel

/// A small generator whose numbers follow from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension SmallWorld {
    /// Rooms in a row or ring, furniture, items, and robots of several kinds.
    static func random(_ generator: inout SeededGenerator) -> SmallWorld {
        var world = SmallWorld()
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        func flip() -> Bool { Bool.random(using: &generator) }
        let rooms = (1...number(1...3)).map { EntityID("room_\($0)") }
        for room in rooms { world.addRoom(room) }
        for (offset, room) in rooms.enumerated().dropFirst() {
            world.addDoor(EntityID("door_\(offset)"), rooms[offset - 1], room, isOpen: flip())
        }
        func anyRoom() -> EntityID { rooms[number(0...(rooms.count - 1))] }
        var places: [(predicate: String, id: EntityID)] = []
        var high: [EntityID] = []
        for index in 1...number(2...4) {
            let id = EntityID("table_\(index)")
            let isHigh = flip()
            world.add(
                id, "surface", "landable",
                facts: ["in(\(id), \(anyRoom()))"] + (isHigh ? ["high(\(id))"] : []))
            places.append(("on", id))
            if isHigh { high.append(id) }
        }
        for index in 1...number(1...2) {
            let id = EntityID("box_\(index)")
            world.add(
                id, "container", "openable",
                facts: ["in(\(id), \(anyRoom()))"] + (flip() ? ["open(\(id))"] : []))
            places.append(("inside", id))
        }
        let plate = EntityID("plate")
        world.add(plate, "item", "container", facts: ["open(plate)", "on(plate, table_1)"])
        for index in 1...number(1...4) {
            let (predicate, place) = places[number(0...(places.count - 1))]
            world.add(
                EntityID("toy_\(index)"), "item", "toy", facts: ["\(predicate)(toy_\(index), \(place))"])
        }
        for index in 1...number(1...3) {
            world.addMobile(
                RobotID("dog_\(index)"), in: anyRoom(),
                facts: (flip() ? ["tall(dog_\(index))"] : []) + (flip() ? ["long_reach(dog_\(index))"] : []))
        }
        if let table = high.first {
            world.addRobot(
                "arm", "fixed_arm", ["open", "close", "pick", "place", "insert"],
                facts: ["mounted(arm, \(table))"])
        }
        if flip() {
            let room = anyRoom()
            var quadrotor = RobotDescription(
                id: "quad", embodiment: "quadrotor", skills: ["take_off", "navigate", "enter", "land"],
                facts: ["in(quad, \(room))", "on(quad, \(room)_floor)", "open(basket)"].map(fact))
            quadrotor.parts = [Entity(id: "basket", types: ["container"])]
            world.robots.append(quadrotor)
            world.world.add(quadrotor)
        }
        return world
    }

    /// One to three facts to ask for.
    func randomGoal(_ generator: inout SeededGenerator) -> Formula {
        let items = world.entities(ofType: "item").map(\.id)
        let surfaces = world.entities(ofType: "surface").map(\.id)
        let containers = world.entities(ofType: "container").map(\.id)
        var wanted: [EntityID: Formula] = [:]
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let item = items.randomElement(using: &generator)!
            let isOn = Bool.random(using: &generator)
            let place = (isOn ? surfaces : containers).randomElement(using: &generator)!
            guard place != item else { continue }
            wanted[item] = Self.formula("\(isOn ? "on" : "inside")(\(item), \(place))")
        }
        var parts = wanted.sorted { $0.key < $1.key }.map(\.value)
        if Bool.random(using: &generator), let box = world.entities(ofType: "openable").first?.id {
            parts.append(Self.formula("not open(\(box))"))
        }
        return .and(parts)
    }
}
