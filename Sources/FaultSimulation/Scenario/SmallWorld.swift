import PlanRules
import RobotModel

/// A world small enough to be planned in within a millisecond, with a skill of
/// each sort: what a lost link, a cancel and a failure mean differs.
struct SmallWorld {
    let team: Team
    let scene: SceneDescription
    let robots: [RobotID]
    let places: [EntityID]
    let items: [EntityID]

    /// - Parameter random: who can do what.
    init(robots number: Int, random: inout SeededRandom) {
        places = (1...max(3, min(number + 1, 8))).map { EntityID("place\($0)") }
        items = (1...max(3, min(number + 2, 8))).map { EntityID("item\($0)") }
        robots = (1...number).map { RobotID("robot\($0)") }
        var scene = SceneDescription(name: "small")
        for place in places { scene.entities.append(Entity(id: place, types: ["surface"])) }
        for (index, item) in items.enumerated() {
            scene.entities.append(Entity(id: item, types: ["item"]))
            scene.facts.append(Fact("on", item, places[index % places.count]))
        }
        let count = places.count
        let starts = places
        let special = Self.skills.map(\.name).filter { !Self.common.contains($0) }
        scene.robots = robots.enumerated().map { index, robot in
            // The first one can do everything, so that something always can.
            let extra = special.filter { _ in index == 0 || random.below(3) > 0 }
            return RobotDescription(
                id: robot, embodiment: "cart", skills: Self.common + extra,
                facts: [Fact("at", EntityID(robot), starts[index % count])])
        }
        self.scene = scene
        team = Team(robots: scene.robots, skills: Self.skills, rules: [])
    }

    static let common: [SkillName] = ["go", "pick", "place"]

    static let skills: [SkillManifest] = [
        skill(
            "go", ["to": "surface"], effects: ["not at(self, *)", "at(self, to)"], resources: ["self.base"],
            idempotent: true),
        skill(
            "pick", ["item": "item", "from": "surface"],
            start: ["at(self, from)", "on(item, from)", "not holding(self, *)"],
            effects: ["holding(self, item)", "not on(item, *)"], resources: ["self.gripper", "item", "from"]),
        skill(
            "place", ["item": "item", "onto": "surface"], start: ["holding(self, item)", "at(self, onto)"],
            effects: ["on(item, onto)", "not holding(self, item)"], resources: ["self.gripper", "onto"],
            onLinkLoss: .finish, cancel: .finish),
        skill(
            "wipe", ["what": "surface"], start: ["at(self, what)"],
            effects: ["clean(what)", "wet(what)"], resources: ["what"], onLinkLoss: .continue,
            cancel: .compensate("dry"), preemptible: true),
        skill(
            "dry", ["what": "surface"], start: ["at(self, what)"], effects: ["not wet(what)"],
            resources: ["what"], idempotent: true, failure: .none),
        skill(
            "polish", ["what": "surface"], start: ["at(self, what)", "not wet(what)"],
            effects: ["shiny(what)"], resources: ["what"], risk: .high, preemptible: true),
        skill(
            "dirty", ["what": "surface"], start: ["at(self, what)"],
            effects: ["not clean(what)", "not shiny(what)"], resources: ["what"], retries: 1),
        skill(
            "count", ["n": "number"], returns: ["n": "number", "done": "boolean"], effects: [],
            resources: [], idempotent: true, failure: .none),
    ]

    private static func skill(
        _ name: SkillName, _ parameters: KeyValuePairs<String, String>,
        returns: KeyValuePairs<String, String> = [:], start: [String] = [], effects: [String],
        resources: [String], onLinkLoss: OnLinkLoss = .stop, cancel: CancelMode = .stop,
        idempotent: Bool = false, risk: Risk = .low, failure: FailureEffect = .uncertain,
        preemptible: Bool = false, retries: UInt32 = 2
    ) -> SkillManifest {
        let syntax = FactSyntax(variables: Set(parameters.map(\.key)))
        do {
            return SkillManifest(
                name: name, parameters: parameters.map { SkillParameter(name: $0.key, type: $0.value) },
                returns: returns.map { SkillParameter(name: $0.key, type: $0.value) },
                conditions: SkillConditions(start: try start.map { try syntax.literal($0) }),
                effects: SkillEffects(success: try effects.map { try syntax.effect($0) }, failure: failure),
                duration: SkillDuration(typicalSeconds: 1, timeoutSeconds: 6), resources: resources,
                onLinkLoss: onLinkLoss, cancel: cancel, idempotent: idempotent, risk: risk, host: .zmq,
                retry: RetryPolicy(attempts: retries, backoffSeconds: 0.2), preemptible: preemptible)
        } catch {
            preconditionFailure("a skill of the small world is malformed: \(error)")
        }
    }

    // MARK: Tasks

    /// Something to do, of any sort.
    func request(_ work: SimulatedWork = .usual, number: Int, random: inout SeededRandom) -> TaskRequest {
        let isLong = work == .long && !random.happens(oneIn: 40)
        let ask = isLong ? TaskAsk.workflow(errand(random: &random)) : ask(random: &random)
        var request = TaskRequest(ask, priority: priority(random: &random))
        request.requester = "caller\(number % 3)"
        if !random.happens(oneIn: 8) { request.idempotencyKey = "key\(number)" }
        request.asksPeople = random.happens(oneIn: 3)
        return request
    }

    private func priority(random: inout SeededRandom) -> Int {
        switch random.below(10) {
        case 0: 15
        case 1: 4
        case 2: -3
        default: 0
        }
    }

    private func ask(random: inout SeededRandom) -> TaskAsk {
        func goal(_ literals: Literal...) -> TaskAsk {
            .goal(Goal(literals.count == 1 ? .literal(literals[0]) : .and(literals.map { .literal($0) })))
        }
        let place = random.pick(places)
        switch random.below(12) {
        case 0: return goal(Literal(Fact("clean", place)))
        case 1: return goal(Literal("clean", [.entity(place)], isPositive: false))
        case 2: return goal(Literal(Fact("shiny", place)))
        case 3:
            let (one, other) = (random.pick(items), random.pick(items))
            guard one != other else { return goal(Literal(Fact("on", one, place))) }
            return goal(Literal(Fact("on", one, place)), Literal(Fact("on", other, random.pick(places))))
        case 4:
            return .goal(
                Goal(stages: [
                    GoalStage(.achieve(.literal(Literal(Fact("on", random.pick(items), place))))),
                    GoalStage(.achieve(.literal(Literal(Fact("clean", random.pick(places)))))),
                ]))
        case 5: return .workflow(counting(random: &random))
        case 6: return .workflow(round(random: &random))
        default: return goal(Literal(Fact("on", random.pick(items), place)))
        }
    }

    /// A step that repeats, and one that waits for it.
    private func counting(random: inout SeededRandom) -> Workflow {
        Workflow(steps: [
            WorkflowStep(
                id: "count", skill: "count", arguments: ["n": .number(Double(2 + random.below(4)))],
                repeats: RepeatPolicy(until: "done", most: random.happens(oneIn: 5) ? 2 : 20)),
            WorkflowStep(
                id: "go", skill: "go", arguments: ["to": .entity(random.pick(places))], after: ["count"]),
        ])
    }

    /// One step after the other, by one robot; some repeat.
    private func errand(random: inout SeededRandom) -> Workflow {
        let robot = random.pick(scene.robots)
        let canCount = robot.skills.contains("count")
        let count = 15 + random.below(40)
        return Workflow(
            steps: (0..<count).map { index in
                let counts = random.happens(oneIn: 4) && canCount
                return WorkflowStep(
                    id: StepID("e\(index)"), skill: counts ? "count" : "go", robot: robot.id,
                    arguments: counts
                        ? ["n": .number(Double(2 + random.below(20)))]
                        : ["to": .entity(random.pick(places))],
                    after: index == 0 ? [] : [StepID("e\(index - 1)")],
                    repeats: counts ? RepeatPolicy(until: "done", most: 40) : nil)
            })
    }

    /// Several robots at once, and one step that waits for all.
    private func round(random: inout SeededRandom) -> Workflow {
        var steps = (0..<min(3, robots.count)).map { index in
            WorkflowStep(
                id: StepID("go\(index)"), skill: "go", robot: random.happens(oneIn: 2) ? robots[index] : nil,
                arguments: ["to": .entity(random.pick(places))])
        }
        steps.append(
            WorkflowStep(
                id: "last", skill: "go", arguments: ["to": .entity(random.pick(places))],
                after: steps.map(\.id)))
        return Workflow(steps: steps)
    }
}
