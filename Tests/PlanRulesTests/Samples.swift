import PlanRules
import RobotModel

/// A kitchen with two robots and a few skills, written out.
enum Samples {
    static let syntax = FactSyntax()

    static func skill(
        _ name: SkillName, _ parameters: [SkillParameter], start: [String], hold: [String] = [],
        effects: [String],
        resources: [String] = []
    ) -> SkillManifest {
        var manifest = SkillManifest(name: name, parameters: parameters, resources: resources)
        let syntax = manifest.factSyntax
        manifest.conditions = SkillConditions(
            start: start.map { try! syntax.literal($0) }, hold: hold.map { try! syntax.literal($0) })
        manifest.effects = SkillEffects(success: effects.map { try! syntax.effect($0) })
        return manifest
    }

    static let skills = [
        skill(
            "go", [SkillParameter(name: "target", type: "entity")], start: ["near(self, target)"],
            effects: ["not at(self, *)", "at(self, target)", "not at(*, ?x) when supported(?x, self)"],
            resources: ["self.base"]),
        skill(
            "take", [SkillParameter(name: "item", type: "item")],
            start: ["at(self, item)", "not holding(self, *)"],
            hold: ["in(self, kitchen)"],
            effects: ["holding(self, item)", "not on(item, *)", "not at(*, item)"],
            resources: ["self.gripper", "item"]),
        skill(
            "peek", [SkillParameter(name: "item", type: "item")], start: ["on(item, *)"],
            effects: ["seen(item)"]),
        skill(
            "wave",
            [
                SkillParameter(name: "times", type: "number", default: .number(3)),
                SkillParameter(name: "note", type: "text"),
            ], start: [], effects: ["greeted(self)"]),
    ]

    static var team: Team {
        let robots = ["ada", "bob"].map {
            RobotDescription(id: $0, embodiment: "wheeled", skills: ["go", "take", "peek", "wave"])
        }
        let arm = RobotDescription(id: "arm", embodiment: "fixed_arm", skills: ["take"])
        return Team(robots: robots + [arm], skills: skills)
    }

    static var world: WorldState {
        var world = WorldState()
        for (id, types) in [
            ("kitchen", ["room"]), ("table", ["surface"]), ("cup", ["item"]), ("fork", ["item"]),
            ("ada", ["robot"]),
            ("bob", ["robot"]), ("arm", ["robot"]),
        ] as [(EntityID, [String])] {
            world.entities[id] = Entity(id: id, types: types)
        }
        world.facts = Set(
            [
                "in(table, kitchen)", "in(ada, kitchen)", "in(bob, kitchen)", "on(cup, table)",
                "on(fork, table)",
            ]
            .map { try! syntax.fact($0) })
        return world
    }

    static func step(
        _ id: StepID, _ robot: RobotID, _ skill: SkillName, _ arguments: [String: EntityID],
        after: [StepID] = []
    ) -> PlanStep {
        PlanStep(
            id: id, robot: robot, skill: skill, arguments: arguments.mapValues(Value.entity), after: after)
    }
}
