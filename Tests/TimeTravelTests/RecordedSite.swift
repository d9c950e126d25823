import BuiltInSkills
import Coordination
import Manifests
import PlanRules
import Planning
import RobotModel

/// Two rooms' worth of robots at work, without a daemon: the shipping core and
/// planner, robots that take two seconds for everything, and faults as a test
/// wants them. Every input is kept, as a journal would have it.
struct RecordedSite {
    let team: Team
    let scene: SceneDescription
    private(set) var machine = CoordinationMachine()
    private(set) var entries: [JournalledInput] = []
    private(set) var archive: [TaskID: TaskView] = [:]
    private(set) var now = Instant(nanosecondsSinceEpoch: 1_800_000_000_000_000_000)
    private var world: WorldState
    private var todo: [(at: Instant, number: Int, event: Event)] = []
    private var count = 0
    /// What comes of a call that would succeed; nil lets it.
    var fault: (Invocation) -> Failure? = { _ in nil }

    private enum Event {
        case input(CoordinationInput)
        case ends(Invocation)
    }

    init(robots: [RobotID] = ["amy", "bob"]) throws {
        let skills = try BuiltInSkills.manifestTexts.map {
            try ManifestReader().skill(yaml: $0.yaml, file: $0.name.rawValue)
        }
        var scene = SceneDescription(name: "office")
        func add(_ id: EntityID, _ type: String, facts: Fact...) {
            scene.entities.append(Entity(id: id, types: [type]))
            scene.facts += facts
        }
        add("office", "room")
        for table: EntityID in ["desk", "bench", "shelf"] {
            add(table, "surface", facts: Fact("in", table, "office"))
        }
        add("box", "item", facts: Fact("on", "box", "desk"))
        add("cup", "item", facts: Fact("on", "cup", "bench"))
        scene.robots = robots.map { name in
            let id = EntityID(name)
            return RobotDescription(
                id: name, embodiment: "mobile_manipulator", skills: ["navigate", "pick", "place"],
                facts: [
                    Fact("in", id, "office"), Fact("ground_robot", id), Fact("tall", id),
                    Fact("long_reach", id),
                ])
        }
        self.scene = scene
        team = Team(robots: scene.robots, skills: skills)
        world = WorldState(scene: scene)
        take(.brainStarted(epoch: 1))
        for robot in scene.robots { take(.robotLinked(robot, running: [])) }
    }

    /// Submits a goal and lets the site run until its task has ended.
    mutating func run(_ task: TaskID, _ goal: Literal) {
        take(.taskSubmitted(task, TaskRequest(.goal(Goal(.literal(goal))))))
        while archive[task] == nil, !todo.isEmpty {
            let next = todo.removeFirst()
            now = next.at
            switch next.event {
            case .input(let input): take(input)
            case .ends(let order): end(order)
            }
        }
    }

    /// Puts something on the agenda, as from outside.
    mutating func add(_ input: CoordinationInput, after delay: Duration) {
        add(.input(input), at: now + delay)
    }

    private mutating func add(_ event: Event, at moment: Instant) {
        count += 1
        todo.append((moment, count, event))
        todo.sort { ($0.at, $0.number) < ($1.at, $1.number) }
    }

    private mutating func end(_ order: Invocation) {
        guard machine.robot(order.robot)?.attempt == order.attempt else { return }
        let call = SkillCall(skill: order.skill, robot: order.robot, arguments: order.arguments)
        if let failure = fault(order) {
            return take(.attemptEnded(order.attempt, order.token, .failed(failure)))
        }
        guard let skill = try? BoundSkill(call, team: team, world: world) else {
            return take(.attemptEnded(order.attempt, order.token, .failed(Failure(.rejectedBySkill, "?"))))
        }
        if let unmet = skill.unmetCondition(in: FactIndex(world, rules: team.rules)) {
            let failure = Failure(.conditionUnmet, "\(unmet)")
            return take(.attemptEnded(order.attempt, order.token, .failed(failure)))
        }
        take(.attemptEnded(order.attempt, order.token, .succeeded))
    }

    private mutating func take(_ input: CoordinationInput) {
        entries.append(JournalledInput(input, at: now))
        for action in machine.handle(input, at: now, record: UInt64(entries.count)) {
            switch action {
            case .plan(let order): add(.input(answer(order)), at: now + .milliseconds(20))
            case .invoke(let order):
                add(.input(.attemptAccepted(order.attempt, order.token)), at: now + .milliseconds(1))
                add(.ends(order), at: now + .seconds(2))
            case .applyEffects(let claim):
                if claim.standing == .success { world.apply(claim.effects, rules: team.rules) }
            case .checkGoal(let id, let revision, let formula):
                let holds = FactIndex(world, rules: team.rules).holds(formula, in: world)
                add(
                    .input(.goalChecked(id, revision: revision, unmet: holds ? nil : "\(formula)")),
                    at: now + .milliseconds(1))
            case .startTimer(let timer, let moment): add(.input(.timerFired(timer)), at: moment)
            case .archive(let view): archive[view.id] = view
            case .cancelAttempt, .confirmResult, .tell, .stopTimer, .publish, .refuse: break
            }
        }
    }

    private func answer(_ order: PlanOrder) -> CoordinationInput {
        let question = PlanningQuestion(
            ask: order.ask, goal: order.goal, finished: order.finished, running: order.running,
            revision: order.revision, unavailable: order.unavailable, busy: order.busy,
            suspended: order.suspended, excluded: order.excluded)
        do throws(Rejection) {
            let (goal, plan) = try PlanAnswer(question, team: team, world: world).plan {
                (_, _, _) throws(Rejection) in throw Rejection(.notUnderstood, "goals alone")
            }
            return .planProposed(order.task, revision: order.revision, goal: goal, plan: plan)
        } catch {
            return .planRefused(order.task, revision: order.revision, error)
        }
    }
}
