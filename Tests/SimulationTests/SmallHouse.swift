import PlanRules
import RobotModel
import Simulation
import SkillKit

/// Two rooms with a closed door between them, and a robot of each kind.
enum SmallHouse {
    static func scene(changing edit: (inout SceneDescription) -> Void = { _ in }) throws -> SceneDescription {
        var scene = SceneDescription(
            name: "small-house",
            entities: [
                thing("den", "room", x: 0, y: 0), thing("yard", "room", x: 10, y: 0),
                thing("door", "door", "openable", x: 5, y: 0),
                thing("den_floor", "floor", "landable", x: 0, y: 0),
                thing("yard_floor", "floor", "landable", x: 10, y: 0),
                thing("table", "surface", x: 3, y: 0), thing("shelf", "surface", "landable", x: 0, y: 3),
                thing("bench", "surface", x: 0, y: -3),
                thing("fridge", "container", "openable", x: 0, y: 3), thing("box", "container", x: 3, y: 0),
                thing("pear", "item", x: 3, y: 0), thing("cup", "item", x: 0, y: 3),
                thing("egg", "item", x: 0, y: 3), thing("bowl", "item", "container", x: 3, y: 0),
                heavy("anvil", kilograms: 50),
            ],
            facts: try facts(
                "in(door, den)", "in(door, yard)", "connects(door, den, yard)", "in(den_floor, den)",
                "in(yard_floor, yard)", "in(table, den)", "in(shelf, den)", "high(shelf)", "in(bench, den)",
                "on(fridge, shelf)", "on(box, table)", "open(box)", "on(pear, table)", "on(cup, shelf)",
                "inside(egg, fridge)", "on(bowl, table)", "open(bowl)", "on(anvil, bench)"),
            robots: [
                RobotDescription(
                    id: "dog", embodiment: "robot_dog",
                    skills: ["navigate", "enter", "open", "close", "pick", "place", "insert"],
                    limits: RobotLimits(speedMetersPerSecond: 1, reachMeters: 0.5, payloadKilograms: 2),
                    facts: try facts("in(dog, den)", "ground_robot(dog)"), pose: Pose(xMeters: 0, yMeters: 0)),
                RobotDescription(
                    id: "arm", embodiment: "fixed_arm", skills: ["open", "close", "pick", "place", "insert"],
                    facts: try facts("in(arm, den)", "mounted(arm, shelf)"),
                    pose: Pose(xMeters: 0, yMeters: 3)),
                RobotDescription(
                    id: "drone", embodiment: "quadrotor", skills: ["take_off", "navigate", "enter", "land"],
                    limits: RobotLimits(speedMetersPerSecond: 2, reachMeters: 0, payloadKilograms: 1),
                    parts: [Entity(id: "basket", types: ["container"])],
                    facts: try facts("in(drone, den)", "on(drone, den_floor)", "open(basket)"),
                    pose: Pose(xMeters: 1, yMeters: 1)),
                RobotDescription(
                    id: "giant", embodiment: "mobile_manipulator",
                    skills: ["navigate", "enter", "pick", "place", "mop"],
                    facts: try facts(
                        "in(giant, den)", "ground_robot(giant)", "tall(giant)", "long_reach(giant)"),
                    pose: Pose(xMeters: 2, yMeters: -2)),
            ])
        edit(&scene)
        return scene
    }

    static func facts(_ texts: String...) throws -> [Fact] { try texts.map { try FactSyntax().fact($0) } }

    private static func thing(_ id: EntityID, _ types: String..., x: Double, y: Double) -> Entity {
        Entity(id: id, types: types, pose: Pose(xMeters: x, yMeters: y))
    }

    private static func heavy(_ id: EntityID, kilograms: Double) -> Entity {
        Entity(
            id: id, types: ["item"], pose: Pose(xMeters: 0, yMeters: -3),
            properties: ["weight_kg": .number(kilograms)])
    }
}

typealias Motions = @Sendable (any RobotBody) async throws -> Void

/// Makes motions one after the other, each in an attempt of its own.
struct Player: Sendable {
    let world: SimulatedWorld

    /// A world that waits for nothing.
    init(_ scene: SceneDescription, faults: FaultPlan = FaultPlan()) throws {
        world = try SimulatedWorld(scene: scene, speed: .infinity, faults: faults)
    }

    init() throws { try self.init(try SmallHouse.scene()) }

    func play(
        _ robot: RobotID, as attempt: AttemptID = AttemptID(task: "t", step: "s", number: 1),
        _ motions: Motions
    ) async throws {
        try await motions(try await world.body(of: robot, for: attempt))
    }

    /// Makes motions that must succeed, each of them by a fresh attempt.
    func play(_ script: (RobotID, Motions)...) async throws {
        for (number, line) in script.enumerated() {
            let attempt = AttemptID(
                task: "script", step: StepID("s\(number)"), number: UInt32.random(in: 1 ... .max))
            try await play(line.0, as: attempt, line.1)
        }
    }

    /// The failure of motions that must be refused, with the world unchanged.
    func refusal(
        of robot: RobotID, _ motions: Motions
    ) async -> Failure? {
        let before = await world.state
        do {
            try await play(
                robot, as: AttemptID(task: "refused", step: "s", number: UInt32.random(in: 1 ... .max)),
                motions)
            return nil
        } catch {
            return await world.state == before ? error as? Failure : nil
        }
    }

    func holds(_ fact: String) async throws -> Bool {
        let fact = try FactSyntax().fact(fact)
        return await world.state.facts.contains(fact)
    }
}

extension RobotBody {
    func approach(_ target: EntityID) async throws(Failure) { try await approach(target) { _ in } }
    func enter(_ room: EntityID) async throws(Failure) { try await enter(room) { _ in } }
    func clean(_ target: EntityID) async throws(Failure) { try await clean(target) { _ in } }
}
