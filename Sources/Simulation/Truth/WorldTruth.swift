import PlanRules
import RobotModel
import SkillKit

/// The world as it is, whatever anyone believes of it: facts, and where the
/// bodies are. A value without clock or disk; ``SimulatedWorld`` drives it.
struct WorldTruth {
    private(set) var state: WorldState
    private(set) var robots: [RobotID: RobotDescription]
    /// The team whose skills are the laws of motion.
    let team: Team
    /// What each thing is held by, part of, on or in.
    private(set) var supportOf: [EntityID: EntityID] = [:]
    /// The rooms that each thing which is in some directly is in; a door is in two.
    private(set) var roomsOf: [EntityID: Set<EntityID>] = [:]
    /// Every robot's body.
    var bodies: [RobotID: BodyState]
    /// What has been moved, and so is no longer where the scene put it.
    private(set) var moved: Set<EntityID> = []
    /// Facts that held once, or that a motion set out to make true: what
    /// someone may wrongly believe. See ``literalsSeen(by:)``.
    private(set) var doubts: Set<Fact> = []

    init(scene: SceneDescription) {
        state = WorldState(scene: scene)
        robots = Dictionary(scene.robots.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        team = Team(robots: scene.robots, skills: MotionKind.allCases.map(\.law))
        bodies = [:]
        sortPlaces()
        for robot in scene.robots {
            let start = robot.pose ?? roomPose(of: EntityID(robot.id)) ?? Pose(xMeters: 0, yMeters: 0)
            bodies[robot.id] = BodyState(robot: robot.id, pose: start, batteryRatio: 1)
        }
    }

    /// Makes a motion's changes true.
    mutating func apply(ending: some Collection<Fact>, beginning: some Collection<Fact>) {
        state.facts.subtract(ending)
        state.facts.formUnion(beginning)
        sortPlaces()
        doubts.formUnion(ending)
        for fact in beginning where Self.placing.contains(fact.predicate) {
            if let thing = fact.arguments.last, fact.predicate == "holding" {
                moved.insert(thing)
            } else if let thing = fact.arguments.first {
                moved.insert(thing)
            }
        }
    }

    private mutating func sortPlaces() {
        supportOf = [:]
        roomsOf = [:]
        for fact in state.facts.sorted() where fact.arguments.count == 2 {
            let (first, second) = (fact.arguments[0], fact.arguments[1])
            switch fact.predicate {
            case "holding": supportOf[second] = first
            case "part_of", "on", "inside": supportOf[first] = supportOf[first] ?? second
            case "in": roomsOf[first, default: []].insert(second)
            default: break
            }
        }
    }

    /// Notes what a motion sets out to make true; a robot that only says that
    /// it did leaves others believing it.
    mutating func note(attempted facts: some Collection<Fact>) { doubts.formUnion(facts) }

    /// Notes that a motion on these things was refused: whoever asked for it
    /// may be wrong about where they are.
    mutating func note(refused motion: Motion) {
        for target in motion.targets where state.has(target, type: StandardTypes.item) {
            for surface in state.entities(ofType: StandardTypes.surface) where surface.id != target {
                doubts.insert(Fact("on", target, surface.id))
            }
            for container in state.entities(ofType: StandardTypes.container) where container.id != target {
                doubts.insert(Fact("inside", target, container.id))
            }
            for robot in robots.keys { doubts.insert(Fact("holding", EntityID(robot), target)) }
        }
    }

    /// Facts that say where their first argument is, or, for `holding`, their last.
    private static let placing: Set<String> = ["on", "inside", "holding"]
}
