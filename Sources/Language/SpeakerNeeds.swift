import PlanRules
import RobotModel

/// What unnamed commands ask of whoever carries them out.
struct SpeakerNeeds: Hashable {
    /// “you are at the table”
    var isSpokenTo = false
    /// Some command only moves a robot or fills its gripper.
    var isPersonal = false
    /// For each command, skills of which one is needed.
    private(set) var skills: [Set<SkillName>] = []

    mutating func note(_ command: Command, aims: [GoalAim], skills known: [SkillName: SkillManifest]) {
        if case .skill(let use) = command {
            skills.append([use.skill])
            if let manifest = known[use.skill], FormulaMaker.isPersonal(manifest) { isPersonal = true }
            return
        }
        for case .achieve(let formula) in aims {
            for predicate in Set(formula.predicates).intersection(["on", "inside"]) {
                let able = known.values.filter { manifest in
                    manifest.effects.success.contains {
                        $0.literal.isPositive && $0.literal.predicate == predicate
                            && !$0.literal.terms.contains(.variable("self"))
                    }
                }
                if !able.isEmpty { skills.append(Set(able.map(\.name))) }
            }
        }
    }

    /// Who unnamed commands are for.
    ///
    /// - Throws: `ambiguous` where “you” may be several, `noCapableRobot`
    ///   where no robot can do all that is asked of one.
    func speaker(in context: LanguageContext, resolver: NameResolver) throws(Rejection) -> GoalBuilder.Speaker
    {
        guard isSpokenTo || isPersonal else { return .team }
        let able = context.team.robots.values
            .filter { robot in skills.allSatisfy { !$0.isDisjoint(with: robot.skills) } }
            .map(\.id).sorted()
        if able.count == 1 { return .robot(able[0]) }
        if able.isEmpty {
            guard isSpokenTo else { return .team }
            throw Rejection(
                .noCapableRobot,
                "“you” is one robot, and none has all the skills for this: name a robot for each part",
                parts: Set(skills.joined()).map(\.rawValue).sorted(),
                suggestions: context.team.robots.values.sorted { $0.id < $1.id }.map { robot in
                    "\(robot.id) (\(robot.skills.map(\.rawValue).joined(separator: ", ")))"
                })
        }
        guard isSpokenTo else { return .anyOne }
        throw Rejection(
            .ambiguous, "“you” may be any of \(able.count) robots: begin with the robot’s name and a comma",
            parts: ["you"], suggestions: able.map { resolver.listed(EntityID($0)) })
    }
}

extension Formula {
    /// Every predicate in it.
    var predicates: [String] {
        switch self {
        case .literal(let literal): [literal.predicate]
        case .not(let inner), .forAll(_, _, let inner), .exists(_, _, let inner): inner.predicates
        case .and(let parts), .or(let parts): parts.flatMap(\.predicates)
        }
    }
}
