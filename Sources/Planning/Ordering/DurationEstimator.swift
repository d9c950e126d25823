import PlanRules
import RobotModel

/// How long steps take, with robots and things followed to where the steps
/// before put them.
///
/// Furniture and rooms are where their poses say; a thing that rests on, lies
/// in, is held by or is part of another is where that is. Where a pose is
/// unknown, travel counts nothing.
struct DurationEstimator {
    private static let carrying: [String] = ["on", "inside", "part_of"]
    private static let holding = "holding"
    private static let housing = "in"

    private let entities: [EntityID: Entity]
    private let speeds: [RobotID: Double]
    private var robotPoses: [EntityID: Pose] = [:]
    private var carrier: [EntityID: EntityID] = [:]
    private var room: [EntityID: EntityID] = [:]

    init(team: Team, world: WorldState) {
        entities = world.entities
        speeds = team.robots.mapValues(\.limits.speedMetersPerSecond)
        for robot in team.robots.values {
            robotPoses[EntityID(robot.id)] = world.entities[EntityID(robot.id)]?.pose ?? robot.pose
        }
        for fact in world.facts.sorted() { enter(Literal(fact)) }
    }

    /// The expected duration of `call` now, and its robot moved to where it leads.
    mutating func durationSeconds(of call: SkillCall, manifest: SkillManifest) -> Double {
        let typical = max(0, manifest.duration.typicalSeconds)
        guard let robot = call.robot, let parameter = manifest.duration.travelTo,
            case .entity(let target) = call.arguments[parameter], let goal = pose(of: target)
        else { return typical }
        let start = pose(of: EntityID(robot))
        robotPoses[EntityID(robot)] = goal
        guard let start, start.frame == goal.frame, let speed = speeds[robot], speed > 0 else {
            return typical
        }
        return typical + start.distanceMeters(to: goal) / speed
    }

    /// Follows a change of the world.
    mutating func enter(_ literal: Literal) {
        guard let fact = literal.fact, fact.arguments.count == 2 else { return }
        let (first, second) = (fact.arguments[0], fact.arguments[1])
        switch fact.predicate {
        case let name where Self.carrying.contains(name): set(first, second, literal.isPositive)
        case Self.holding: set(second, first, literal.isPositive)
        case Self.housing where robotPoses[first] == nil:
            if literal.isPositive { room[first] = second } else if room[first] == second { room[first] = nil }
        default: break
        }
    }

    private mutating func set(_ thing: EntityID, _ place: EntityID, _ isPositive: Bool) {
        if isPositive {
            carrier[thing] = place
        } else if carrier[thing] == place {
            carrier[thing] = nil
        }
    }

    private func pose(of entity: EntityID) -> Pose? {
        var current = entity
        var fallback: Pose?
        for _ in 0..<16 {
            if let pose = robotPoses[current] { return pose }
            let own = entities[current]
            let moves = own?.types.contains(StandardTypes.item) ?? false
            if let pose = own?.pose {
                if !moves || carrier[current] == nil { return pose }
                fallback = fallback ?? pose
            }
            guard let next = carrier[current] ?? room[current] else { break }
            current = next
        }
        return fallback
    }
}
