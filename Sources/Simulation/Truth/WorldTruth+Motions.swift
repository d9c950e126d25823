import PlanRules
import RobotModel
import SkillKit

/// A motion that nature allows: how it goes and what it will have changed.
struct MotionPermit {
    let route: Route?
    let ending: Set<Fact>
    let beginning: Set<Fact>
    /// How long it takes at real time.
    let seconds: Double
}

extension WorldTruth {
    /// Whether `robot` can make this motion in the world as it is.
    ///
    /// - Throws: `rejectedBySkill` where the body isn't made for it (no such
    ///   motion, wrong kind of thing, too heavy, battery empty), and
    ///   `conditionUnmet` where the world isn't as the motion needs it.
    func permit(_ motion: Motion, by robot: RobotID) throws(Failure) -> MotionPermit {
        guard let description = robots[robot], let body = bodies[robot] else {
            throw Failure(.rejectedBySkill, "no robot is called “\(robot)” in this world")
        }
        guard body.batteryRatio > 0 else { throw Failure(.rejectedBySkill, "\(robot)’s battery is empty") }
        let law = motion.kind.law
        let arguments = zip(law.parameters, motion.targets).map { ($0.name, Value.entity($1)) }
        let call = SkillCall(
            skill: law.name, robot: robot,
            arguments: Dictionary(arguments, uniquingKeysWith: { first, _ in first }))
        let bound: BoundSkill
        do {
            bound = try BoundSkill(call, team: team, world: state)
        } catch {
            let reason = error.code == .notCapable ? "\(robot)’s body can’t \(law.name)" : error.message
            throw Failure(.rejectedBySkill, reason)
        }
        let index = FactIndex(state, rules: team.rules, asking: bound.literals)
        if let unmet = bound.unmetCondition(in: index) {
            throw Failure(.conditionUnmet, "\(motion) by \(robot) needs \(unmet)")
        }
        try checkLoad(motion, by: description)
        let route = route(of: motion, by: description, from: body.pose)
        let travel = (route?.lengthMeters ?? 0) / max(0.01, description.limits.speedMetersPerSecond)
        let (ending, beginning) = bound.changes(in: index)
        return MotionPermit(
            route: route, ending: ending.intersection(state.facts),
            beginning: beginning.subtracting(state.facts), seconds: law.duration.typicalSeconds + travel)
    }

    /// What a robot leaves behind that stops half-way.
    func changesHalfWay(_ permit: MotionPermit) -> Set<Fact> { permit.ending.filter { $0.predicate == "at" } }

    private func checkLoad(_ motion: Motion, by robot: RobotDescription) throws(Failure) {
        guard let item = motion.targets.first else { return }
        switch motion.kind {
        case .grasp:
            try checkPayload(of: robot, kilograms: weightKilograms(of: item), item: item)
        case .putOn, .putInto:
            guard let target = motion.targets.last, let carrier = carrier(of: target) else { return }
            let parts = carrier.parts.map(\.id)
            let loaded = parts.reduce(0) { $0 + weightKilograms(of: $1) }
            try checkPayload(of: carrier, kilograms: loaded + weightKilograms(of: item), item: item)
        default: return
        }
    }

    private func checkPayload(
        of robot: RobotDescription, kilograms: Double, item: EntityID
    ) throws(Failure) {
        let limit = robot.limits.payloadKilograms
        guard kilograms <= limit else {
            throw Failure(
                .rejectedBySkill,
                "with \(item), \(robot.id) would carry \(kilograms) kg; its limit is \(limit) kg")
        }
    }

    /// The weight of a thing and all that lies on or in it, from `weight_kg`.
    private func weightKilograms(of id: EntityID, depth: Int = 0) -> Double {
        guard depth < Self.deepest else { return 0 }
        let own = state.entities[id]?.properties["weight_kg"]?.number ?? 0
        let load = supportOf.filter { $0.value == id }.keys
        return load.reduce(own) { $0 + weightKilograms(of: $1, depth: depth + 1) }
    }

    /// The robot whose part this is, or lies on or in.
    private func carrier(of id: EntityID) -> RobotDescription? {
        supports(of: id).lazy.compactMap { robots[RobotID($0)] }.first { !$0.parts.isEmpty }
    }
}
