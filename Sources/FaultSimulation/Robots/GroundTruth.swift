import PlanRules
import RobotModel

/// What is really so, whatever anyone believes: the world, and who moves in
/// it. It shares nothing with what it checks but the skills' descriptions.
final class GroundTruth {
    struct Motion {
        let order: Invocation
        let skill: BoundSkill
        /// A body that was told to stop, or whose process is dead or stands
        /// still, doesn't move; its skill may not have ended yet.
        var isMoving = true
        let beganAt: Instant
    }

    private unowned let site: Site
    private let team: Team
    private(set) var world: WorldState
    /// By robot.
    private(set) var motions: [RobotID: Motion] = [:]
    /// How often each attempt changed the world.
    private(set) var effects: [AttemptID: Int] = [:]
    /// In which life of its robot's process an attempt was done last.
    private var lives: [AttemptID: Int] = [:]
    /// Facts that a skill claimed without having done anything.
    private(set) var liedAbout: Set<Fact> = []
    private var lastToken: [RobotID: FencingToken] = [:]

    init(site: Site) {
        self.site = site
        team = site.scenario.world.team
        world = WorldState(scene: site.scenario.world.scene)
    }

    func wasDone(_ attempt: AttemptID) -> Bool { effects[attempt] != nil }

    /// A skill begins to move its robot.
    ///
    /// - Returns: why it can't, as the skill itself sees it.
    func begin(_ order: Invocation) -> Failure? {
        let robot = order.robot
        let skill: BoundSkill
        do throws(PlanFlaw) {
            skill = try BoundSkill(
                SkillCall(skill: order.skill, robot: robot, arguments: order.arguments), team: team,
                world: world)
        } catch {
            return Failure(.rejectedBySkill, error.message)
        }
        // An order that was on its way to the host is stopped by what comes after it. A
        // process that stood still hears of an e-stop only when it goes on.
        if let heard = site.edge(of: robot).flatMap({ site.button.heardAt[$0] }),
            site.agenda.now > heard + .milliseconds(1200)
        {
            site.violation(.dispatch, "\(robot) begins \(order.attempt) during an e-stop")
        }
        check(order, skill)
        lastToken[robot] = order.token
        if let unmet = skill.unmetCondition(in: FactIndex(world, rules: team.rules)) {
            return Failure(.conditionUnmet, "\(unmet)")
        }
        motions[robot] = Motion(order: order, skill: skill, beganAt: site.agenda.now)
        site.hasBegun(order)
        site.say("\(robot) begins \(order.attempt) \(skill.manifest.name) under \(order.token)")
        return nil
    }

    /// What is idempotent may be done again, once a crash took the memory of it.
    private func mayRepeat(_ order: Invocation) -> Bool {
        order.idempotent && lives[order.attempt] != site.lives(of: order.robot)
    }

    /// The promises about who may move.
    private func check(_ order: Invocation, _ skill: BoundSkill) {
        let robot = order.robot
        if let last = lastToken[robot], order.token < last {
            site.violation(.staleToken, "\(robot) obeys \(order.token) for \(order.attempt) after \(last)")
        }
        if effects[order.attempt] != nil, !mayRepeat(order) {
            site.violation(.twice, "\(order.attempt) is begun again after it was done")
        }
        if let other = motions[robot], other.isMoving, other.order.attempt != order.attempt {
            site.violation(
                .twoAtOnce, "\(robot) begins \(order.attempt) while it is at \(other.order.attempt)")
        }
        for (other, motion) in motions.sorted(by: { $0.key < $1.key }) where other != robot && motion.isMoving
        {
            let shared = Set(skill.resources).intersection(motion.skill.resources)
            if let resource = shared.min() {
                site.violation(
                    .twoAtOnce,
                    "\(robot) at \(order.attempt) and \(other) at \(motion.order.attempt) both use \(resource)"
                )
            }
            if motion.order.attempt.task == order.attempt.task,
                motion.order.attempt.step == order.attempt.step
            {
                site.violation(
                    .twoAtOnce,
                    "\(robot) and \(other) are both at \(order.attempt.task)/\(order.attempt.step)")
            }
        }
    }

    /// The body stands still; the skill hasn't ended yet.
    func halt(_ robot: RobotID, _ attempt: AttemptID) {
        if motions[robot]?.order.attempt == attempt { motions[robot]?.isMoving = false }
    }

    /// The body moves again.
    func goOn(_ robot: RobotID, _ attempt: AttemptID) {
        guard let motion = motions[robot], motion.order.attempt == attempt else { return }
        check(motion.order, motion.skill)
        motions[robot]?.isMoving = true
    }

    func isMoving(_ robot: RobotID) -> Motion? { motions[robot].flatMap { $0.isMoving ? $0 : nil } }

    /// The skill is over, whatever it did.
    func end(_ robot: RobotID, _ attempt: AttemptID) {
        if motions[robot]?.order.attempt == attempt { motions[robot] = nil }
    }

    /// The world changes, once, if it allows it.
    func act(_ robot: RobotID, _ attempt: AttemptID) -> Failure? {
        guard let motion = motions[robot], motion.order.attempt == attempt, motion.isMoving else {
            return Failure(.canceled, "stopped")
        }
        if let unmet = motion.skill.unmetCondition(in: FactIndex(world, rules: team.rules)) {
            return Failure(.conditionUnmet, "\(unmet)")
        }
        let mayRepeat = mayRepeat(motion.order)
        effects[attempt, default: 0] += 1
        lives[attempt] = site.lives(of: robot)
        if effects[attempt] != 1, !mayRepeat {
            site.violation(.twice, "\(attempt) changed the world a second time")
        }
        let (ending, beginning) = motion.skill.changes(in: FactIndex(world, rules: team.rules))
        world.facts.subtract(ending)
        world.facts.formUnion(beginning)
        liedAbout.subtract(ending)
        liedAbout.subtract(beginning)
        site.say("\(robot) has done \(attempt) \(motion.skill.manifest.name)")
        return nil
    }

    /// It says it acted.
    func lie(_ robot: RobotID, _ attempt: AttemptID) {
        guard let motion = motions[robot], motion.order.attempt == attempt else { return }
        let (ending, beginning) = motion.skill.changes(in: FactIndex(world, rules: team.rules))
        liedAbout.formUnion(ending)
        liedAbout.formUnion(beginning)
        site.say("\(robot) lies about \(attempt) \(motion.skill.manifest.name)")
    }

    // MARK: What can be seen

    /// What a robot sees of what its call speaks of: all that is, and by that
    /// what isn't.
    func sight(_ order: Invocation) -> [Literal] {
        // Only what nobody else can change meanwhile: what is seen is told later.
        let own =
            (try? BoundSkill(
                SkillCall(skill: order.skill, robot: order.robot, arguments: order.arguments), team: team,
                world: world))?
            .resources.map { EntityID($0) } ?? []
        let names = order.arguments.values.compactMap(\.entity).filter(own.contains).sorted()
        return sight(of: [EntityID(order.robot)] + names)
    }

    func sight(of names: [EntityID]) -> [Literal] {
        var denied: [Literal] = []
        for name in names {
            let patterns: [(String, [Term])] = [
                ("on", [.entity(name), .any]), ("at", [.entity(name), .any]),
                ("holding", [.entity(name), .any]),
                ("holding", [.any, .entity(name)]), ("clean", [.entity(name)]), ("wet", [.entity(name)]),
                ("shiny", [.entity(name)]),
            ]
            for (predicate, terms) in patterns {
                let literal = Literal(predicate, terms, isPositive: false)
                let isOpen = terms.contains(.any)
                if isOpen || !world.facts.contains(where: { literal.matches($0) }) { denied.append(literal) }
            }
        }
        let seen = world.facts.filter { fact in
            denied.contains { $0.matches(fact) }
                || (fact.arguments.count == 1 && names.contains(fact.arguments[0]))
        }
        return denied + seen.sorted().map { Literal($0) }
    }
}
