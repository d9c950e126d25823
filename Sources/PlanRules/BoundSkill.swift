public import RobotModel

/// A skill call whose robot and arguments are settled: conditions and effects
/// speak of entities alone.
public struct BoundSkill: Hashable, Sendable {
    public let robot: RobotID
    public let manifest: SkillManifest
    /// Every parameter's value, defaults filled in.
    public let arguments: [String: Value]
    public let startConditions: [Literal]
    public let holdConditions: [Literal]
    public let effects: [Effect]
    /// `self.gripper` as `gripper(dog)`, a parameter as its entity.
    public let resources: [String]
    /// What puts right what a stop leaves behind, where the manifest names it.
    public private(set) var compensation: Compensation?

    /// Binds `call`, checking skill, robot, arguments and their types, and that
    /// the skill which compensates for a stop could be called by this robot.
    ///
    /// - Throws: a ``Failure``-like ``PlanFlaw`` that names what is wrong.
    public init(_ call: SkillCall, team: Team, world: WorldState) throws(PlanFlaw) {
        try self.init(withoutCompensation: call, team: team, world: world)
        if case .compensate(let skill) = manifest.cancel {
            compensation = try compensation(by: skill, team: team, world: world)
        }
    }

    private init(
        withoutCompensation call: SkillCall, team: Team, world: WorldState
    ) throws(PlanFlaw) {
        guard let robot = call.robot, team.robots[robot] != nil else {
            throw PlanFlaw(.unknownRobot, "no robot is called “\(call.robot?.rawValue ?? "")”")
        }
        guard team.skills[call.skill] != nil else {
            throw PlanFlaw(.unknownSkill, "no skill is called “\(call.skill)”")
        }
        guard let manifest = team.skill(call.skill, of: robot) else {
            throw PlanFlaw(.notCapable, "\(robot) doesn’t have the skill \(call.skill)")
        }
        var arguments: [String: Value] = [:]
        var binding: [String: EntityID] = ["self": EntityID(robot)]
        for parameter in manifest.parameters {
            guard let given = call.arguments[parameter.name] ?? parameter.default else {
                throw PlanFlaw(.badArgument, "\(call.skill) needs the argument \(parameter.name)")
            }
            guard let value = parameter.accept(given) else {
                throw PlanFlaw(
                    .badArgument,
                    "\(parameter.name) of \(call.skill) is of type \(parameter.type), not “\(given)”")
            }
            if case .entity(let id) = value {
                guard world.entities[id] != nil else {
                    throw PlanFlaw(.unknownEntity, "nothing is called “\(id)”")
                }
                guard world.has(id, type: parameter.type) else {
                    throw PlanFlaw(.badArgument, "\(id) is no \(parameter.type), which \(call.skill) needs")
                }
                binding[parameter.name] = id
            }
            arguments[parameter.name] = value
        }
        if let extra = call.arguments.keys.sorted().first(where: { arguments[$0] == nil }) {
            throw PlanFlaw(.badArgument, "\(call.skill) takes no argument \(extra)")
        }
        self.robot = robot
        self.manifest = manifest
        self.arguments = arguments
        startConditions = manifest.conditions.start.map { $0.bound(by: binding) }
        holdConditions = manifest.conditions.hold.map { $0.bound(by: binding) }
        effects = manifest.effects.success.map { $0.bound(by: binding) }
        resources = manifest.resources.map { name in
            if name.hasPrefix("self.") { return "\(name.dropFirst(5))(\(robot))" }
            return binding[name]?.rawValue ?? name
        }
    }

    /// `skill` by the same robot, with those of the arguments that it takes.
    private func compensation(
        by skill: SkillName, team: Team, world: WorldState
    ) throws(PlanFlaw) -> Compensation {
        let taken = Set(team.skills[skill]?.parameters.map(\.name) ?? [])
        let call = SkillCall(
            skill: skill, robot: robot, arguments: arguments.filter { taken.contains($0.key) })
        do throws(PlanFlaw) {
            return Compensation(
                try BoundSkill(withoutCompensation: call, team: team, world: world))
        } catch {
            throw PlanFlaw(
                error.code,
                "\(manifest.name) is put right by \(skill) when it is stopped, but \(error.message)")
        }
    }

    /// Every literal that its conditions and effects ask about.
    public var literals: [Literal] {
        startConditions + holdConditions + effects.flatMap { $0.conditions + [$0.literal] }
    }

    /// The first start condition that doesn't hold.
    public func unmetCondition(in index: FactIndex) -> Literal? {
        (startConditions + holdConditions).first { !index.holds($0) }
    }

    /// What success changes; see ``FactIndex/changes(of:)``.
    public func changes(in index: FactIndex) -> (ending: Set<Fact>, beginning: Set<Fact>) {
        index.changes(of: effects)
    }
}

extension FactIndex {
    /// What bound effects change in this world: facts that end, and facts that
    /// begin. A fact that both ends and begins, begins.
    public func changes(of effects: [Effect]) -> (ending: Set<Fact>, beginning: Set<Fact>) {
        var ending: Set<Fact> = []
        var beginning: Set<Fact> = []
        for effect in effects {
            forEachMatch(of: effect.conditions[...], binding: [:]) { binding in
                let literal = effect.literal.bound(by: binding)
                if literal.isPositive {
                    if let fact = literal.fact { beginning.insert(fact) }
                } else {
                    ending.formUnion(facts(matching: literal))
                }
            }
        }
        return (ending.subtracting(beginning), beginning)
    }
}

extension WorldState {
    /// Enters the effects of a successful attempt.
    public mutating func apply(_ skill: BoundSkill, rules: [DerivedRule]) {
        let (ending, beginning) = skill.changes(in: FactIndex(self, rules: rules, asking: skill.literals))
        facts.subtract(ending)
        facts.formUnion(beginning)
    }

    /// Enters effects that are bound to a robot and arguments already.
    public mutating func apply(_ effects: [Effect], rules: [DerivedRule]) {
        let asked = effects.flatMap { $0.conditions + [$0.literal] }
        let (ending, beginning) = FactIndex(self, rules: rules, asking: asked).changes(of: effects)
        facts.subtract(ending)
        facts.formUnion(beginning)
    }
}
