import PlanRules
import Planning
import RobotModel

/// A world built line by line for a test.
struct SmallWorld {
    var world = WorldState()
    var robots: [RobotDescription] = []
    var skills = ShippedSkills.all

    var team: Team { Team(robots: robots, skills: skills) }

    static func fact(_ text: String) -> Fact { try! FactSyntax().fact(text) }
    static func formula(_ text: String) -> Formula { try! FactSyntax().formula(text) }

    mutating func add(_ id: EntityID, _ types: String..., facts: [String] = [], at pose: Pose? = nil) {
        world.entities[id] = Entity(id: id, types: types, names: [id.rawValue], pose: pose)
        world.facts.formUnion(facts.map(Self.fact))
    }

    /// A room with its floor.
    mutating func addRoom(_ id: EntityID) {
        add(id, "room")
        add(EntityID("\(id)_floor"), "floor", "landable", facts: ["in(\(id)_floor, \(id))"])
    }

    mutating func addDoor(_ id: EntityID, _ first: EntityID, _ second: EntityID, isOpen: Bool = true) {
        add(
            id, "door", "openable",
            facts: ["in(\(id), \(first))", "in(\(id), \(second))", "connects(\(id), \(first), \(second))"]
                + (isOpen ? ["open(\(id))"] : []))
    }

    /// A robot that drives and has a gripper.
    mutating func addMobile(_ id: RobotID, in room: EntityID, facts: [String] = []) {
        addRobot(
            id, "mobile_manipulator",
            ["navigate", "enter", "open", "close", "pick", "place", "insert", "mop"],
            facts: ["ground_robot(\(id))", "in(\(id), \(room))"] + facts)
    }

    mutating func addRobot(_ id: RobotID, _ embodiment: String, _ skills: [SkillName], facts: [String]) {
        let robot = RobotDescription(
            id: id, embodiment: embodiment, skills: skills, facts: facts.map(Self.fact))
        robots.append(robot)
        world.add(robot)
    }

    func problem(_ goal: Goal, unavailable: [RobotID: String] = [:], excluded: Set<ExcludedCall> = [])
        -> PlanningProblem
    {
        PlanningProblem(team: team, world: world, goal: goal, unavailable: unavailable, excluded: excluded)
    }

    func problem(_ goal: String, unavailable: [RobotID: String] = [:]) -> PlanningProblem {
        problem(Goal(Self.formula(goal)), unavailable: unavailable)
    }

    /// Two rooms, three mugs in each, a dishwasher in the first, two robots.
    static func mugs() -> SmallWorld {
        var world = SmallWorld()
        world.addRoom("kitchen")
        world.addRoom("hall")
        world.addDoor("door", "kitchen", "hall")
        world.add("dishwasher", "container", facts: ["in(dishwasher, kitchen)", "open(dishwasher)"])
        world.add("shelf", "surface", facts: ["in(shelf, kitchen)"])
        world.add("bench", "surface", facts: ["in(bench, hall)"])
        for number in 1...3 {
            world.add(EntityID("mug_\(number)"), "item", "mug", facts: ["on(mug_\(number), shelf)"])
        }
        for number in 4...6 {
            world.add(EntityID("mug_\(number)"), "item", "mug", facts: ["on(mug_\(number), bench)"])
        }
        world.addMobile("ada", in: "kitchen")
        world.addMobile("bob", in: "hall")
        return world
    }
}
