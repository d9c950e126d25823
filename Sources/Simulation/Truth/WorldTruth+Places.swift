import PlanRules
import RobotModel
import SkillKit

/// Where things are, in metres in the map frame.
extension WorldTruth {
    /// Chains of supports longer than this are taken for a mistake in a scene.
    static let deepest = 16
    /// How far above what it flies to a robot hovers.
    private static let hoverMeters = 1.0

    /// Where a thing is now. Nil where neither it, what it rests on nor its
    /// room has a place.
    func pose(of id: EntityID) -> Pose? {
        if let body = bodies[RobotID(id)] { return body.pose }
        let chain = [id] + supports(of: id)
        if let robot = chain.first(where: { bodies[RobotID($0)] != nil }) {
            return bodies[RobotID(robot)]?.pose
        }
        // What was moved is where the thing is that it was put on last.
        let settled = chain.lastIndex(where: moved.contains).map { chain[($0 + 1)...] } ?? chain[...]
        return settled.lazy.compactMap { state.entities[$0]?.pose }.first ?? roomPose(of: id)
    }

    /// What the thing is held by, part of, on or in, and so on, nearest first.
    func supports(of id: EntityID) -> [EntityID] {
        var chain: [EntityID] = []
        var last = id
        while chain.count < Self.deepest, let next = supportOf[last], !chain.contains(next), next != id {
            chain.append(next)
            last = next
        }
        return chain
    }

    func roomPose(of id: EntityID) -> Pose? {
        room(of: id).flatMap { state.entities[$0]?.pose }
    }

    /// The room that a thing is in; of several (a door’s), the first by name.
    func room(of id: EntityID) -> EntityID? { rooms(of: id).min() }

    func rooms(of id: EntityID) -> Set<EntityID> {
        ([id] + supports(of: id)).reduce(into: []) { $0.formUnion(roomsOf[$1] ?? []) }
    }

    /// The way that a motion takes, or nil where the body stays put.
    func route(of motion: Motion, by robot: RobotDescription, from start: Pose) -> Route? {
        let flies = state.facts.contains(Fact("flying", EntityID(robot.id)))
        switch motion.kind {
        case .approach:
            guard let target = motion.targets.first, let end = pose(of: target) else { return Route([start]) }
            return Route([
                start, standOff(from: end, coming: start, flies: flies, reach: robot.limits.reachMeters),
            ])
        case .enter:
            guard let room = motion.targets.first else { return nil }
            return routeIn(to: room, by: robot.id, from: start)
        case .takeOff:
            var up = start
            up.zMeters += Self.hoverMeters
            return Route([start, up])
        case .land:
            guard let surface = motion.targets.first, let end = pose(of: surface) else { return nil }
            return Route([start, end])
        case .grasp, .putOn, .putInto, .open, .close, .mop, .wipe:
            return nil
        }
    }

    /// Where a robot stops that comes near `target`: within reach of it on the
    /// floor, or in the air above it.
    private func standOff(from target: Pose, coming start: Pose, flies: Bool, reach: Double) -> Pose {
        var end = target
        guard !flies else {
            end.zMeters += Self.hoverMeters
            return end
        }
        let (dx, dy) = (start.xMeters - target.xMeters, start.yMeters - target.yMeters)
        let distance = (dx * dx + dy * dy).squareRoot()
        let gap = max(0.3, 0.6 * reach)
        guard distance > gap else { return start }
        end.xMeters += dx / distance * gap
        end.yMeters += dy / distance * gap
        end.zMeters = start.zMeters
        return end
    }

    /// Through the nearest open door, and on towards the middle of the room.
    private func routeIn(to room: EntityID, by robot: RobotID, from start: Pose) -> Route? {
        guard let middle = state.entities[room]?.pose else { return Route([start]) }
        let here = roomsOf[EntityID(robot)] ?? []
        let doors = state.facts.filter { fact in
            guard fact.predicate == "connects", fact.arguments.count == 3,
                state.facts.contains(Fact("open", fact.arguments[0]))
            else { return false }
            let sides = [fact.arguments[1], fact.arguments[2]]
            return sides.contains(room) && sides.contains { here.contains($0) && $0 != room }
        }
        let gates = doors.sorted().compactMap { state.entities[$0.arguments[0]]?.pose }
        var end = middle
        end.zMeters = start.zMeters
        guard let gate = gates.min(by: { $0.distanceMeters(to: start) < $1.distanceMeters(to: start) }) else {
            return Route([start, end])
        }
        var through = gate
        through.zMeters = start.zMeters
        end.xMeters = through.xMeters + 0.6 * (middle.xMeters - through.xMeters)
        end.yMeters = through.yMeters + 0.6 * (middle.yMeters - through.yMeters)
        return Route([start, through, end])
    }
}
