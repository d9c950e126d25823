import Language
import PlanRules
import RobotModel

/// The shipped skills as far as language looks at them, and small worlds.
enum Fixtures {
    static func skill(
        _ name: SkillName, _ phrases: [String], _ parameters: [(String, String)], effects: [String]
    ) throws -> SkillManifest {
        let parameters = parameters.map { SkillParameter(name: $0.0, type: $0.1) }
        let syntax = FactSyntax(variables: Set(parameters.map(\.name)))
        return SkillManifest(
            name: name, phrases: phrases, parameters: parameters,
            effects: SkillEffects(success: try effects.map(syntax.effect)))
    }

    static func skills() throws -> [SkillManifest] {
        [
            try skill(
                "navigate",
                [
                    "navigate to {target}", "go [over] to {target}", "move [towards|to] {target}",
                    "drive to {target}", "walk to {target}", "fly to {target}",
                ], [("target", "entity")],
                effects: ["not at(self, *)", "at(self, target)", "not at(*, ?x) when supported(?x, self)"]),
            try skill(
                "enter", ["enter {room}", "go [in]to {room}", "move to {room}", "navigate to {room}"],
                [("room", "room")],
                effects: ["not in(self, *)", "in(self, room)", "not at(self, *)", "not at(*, self)"]),
            try skill(
                "pick",
                [
                    "pick up {item} [from {place}]", "pick {item} [up]", "grab {item} [from {place}]",
                    "take {item} [from {place}]", "get {item} [from {place}]",
                ], [("item", "item")],
                effects: ["holding(self, item)", "not on(item, *)", "not inside(item, *)", "not at(*, item)"]),
            try skill(
                "place",
                [
                    "place {item} [down] (on|onto) {surface}", "put {item} [down] (on|onto) {surface}",
                    "set {item} [down] (on|onto) {surface}",
                ], [("item", "item"), ("surface", "surface")],
                effects: ["on(item, surface)", "not holding(self, item)"]),
            try skill(
                "insert",
                [
                    "put {item} (in|into|inside) {container}", "place {item} (in|into|inside) {container}",
                    "insert {item} into {container}",
                ], [("item", "item"), ("container", "container")],
                effects: ["inside(item, container)", "not holding(self, item)"]),
            try skill("open", ["open {target}"], [("target", "openable")], effects: ["open(target)"]),
            try skill(
                "close", ["close {target}", "shut {target}"], [("target", "openable")],
                effects: ["not open(target)"]),
            try skill(
                "take_off", ["take off [from {surface}]"], [("surface", "landable")],
                effects: ["flying(self)", "not on(self, surface)", "not at(*, self)"]),
            try skill(
                "land", ["land on {surface}"], [("surface", "landable")],
                effects: ["on(self, surface)", "not flying(self)"]),
            try skill(
                "mop", ["mop {room}", "clean {room}", "clean the floor of {room}"], [("room", "room")],
                effects: ["clean(room)", "not at(self, *)"]),
        ]
    }

    static let handSkills: [SkillName] = ["open", "close", "pick", "place", "insert"]
    static let baseSkills: [SkillName] = ["navigate", "enter"]

    /// The scene of RoboOS’s manual, with one mobile manipulator.
    static func kitchen(robots: [RobotID] = ["robot"]) throws -> LanguageContext {
        var world = WorldState()
        func add(_ id: EntityID, _ types: [String], _ facts: String...) throws {
            world.entities[id] = Entity(id: id, types: types)
            for fact in facts { world.facts.insert(try FactSyntax().fact(fact)) }
        }
        try add("kitchen", ["room"])
        for table in ["kitchenTable", "customTable", "servingTable"] {
            try add(EntityID(table), ["surface", "table"], "in(\(table), kitchen)")
        }
        for item in ["apple", "pear", "banana", "knife"] {
            try add(EntityID(item), ["item"], "on(\(item), kitchenTable)")
        }
        for item in ["plate", "cup"] { try add(EntityID(item), ["item"], "on(\(item), customTable)") }
        for item in ["bowl", "fork", "spoon"] {
            try add(EntityID(item), ["item"], "on(\(item), servingTable)")
        }
        try add("basket", ["container"], "on(basket, customTable)")
        try add("egg", ["item"], "inside(egg, basket)")
        let team = robots.map { id in
            RobotDescription(
                id: id, embodiment: "mobile_manipulator", skills: baseSkills + handSkills,
                facts: [Fact("in", EntityID(id), "kitchen")])
        }
        for robot in team { world.add(robot) }
        return LanguageContext(team: Team(robots: team, skills: try skills()), world: world)
    }

    /// Two rooms and a hall with five robots, mugs of two colours, doors.
    static func home() throws -> LanguageContext {
        var world = WorldState()
        func add(
            _ id: EntityID, _ types: [String], _ names: [String], _ facts: String..., colour: String? = nil
        ) throws {
            world.entities[id] = Entity(
                id: id, types: types, names: names, properties: colour.map { ["colour": .text($0)] } ?? [:])
            for fact in facts { world.facts.insert(try FactSyntax().fact(fact)) }
        }
        for room in ["kitchen", "hall", "utility_room"] { try add(EntityID(room), ["room"], []) }
        try add(
            "kitchen_door", ["door", "openable"], [], "connects(kitchen_door, kitchen, hall)",
            "open(kitchen_door)")
        try add("dining_table", ["surface", "table"], [], "in(dining_table, hall)")
        try add("coffee_table", ["surface", "table"], [], "in(coffee_table, hall)")
        try add("kitchen_table", ["surface", "table", "landable"], [], "in(kitchen_table, kitchen)")
        try add(
            "high_kitchen_table", ["surface", "table", "landable"], [], "in(high_kitchen_table, kitchen)")
        try add("dishwasher", ["container", "openable"], [], "in(dishwasher, kitchen)")
        try add("fridge", ["container", "openable"], [], "in(fridge, kitchen)")
        try add("sink", ["container"], [], "in(sink, kitchen)", "open(sink)")
        try add("mug_1", ["item", "mug"], ["red mug"], "on(mug_1, dining_table)", colour: "red")
        try add("mug_2", ["item", "mug"], ["blue mug"], "on(mug_2, coffee_table)", colour: "blue")
        try add("mug_3", ["item", "mug"], ["green mug"], "on(mug_3, dining_table)")
        try add(
            "plate_1", ["item", "container", "plate"], ["plate"], "on(plate_1, dining_table)", "open(plate_1)"
        )
        try add(
            "plate_2", ["item", "container", "plate"], ["plate"], "inside(plate_2, fridge)", "open(plate_2)")
        try add("bread", ["item"], [], "on(bread, kitchen_table)")
        try add("knife", ["item"], [], "on(knife, kitchen_table)")
        try add("apple", ["item"], [], "inside(apple, plate_2)")
        let robots = [
            RobotDescription(
                id: "dog", embodiment: "robot_dog", names: ["robot dog"], skills: baseSkills + handSkills,
                facts: [Fact("in", "dog", "hall")]),
            RobotDescription(
                id: "rover", embodiment: "mobile_manipulator", skills: baseSkills + handSkills + ["mop"],
                facts: [Fact("in", "rover", "kitchen")]),
            RobotDescription(
                id: "arm", embodiment: "fixed_arm", names: ["robot arm"], skills: handSkills,
                facts: [Fact("mounted", "arm", "kitchen_table"), Fact("in", "arm", "kitchen")]),
            RobotDescription(
                id: "quad", embodiment: "quadrotor", names: ["quadrotor"],
                skills: baseSkills + ["take_off", "land"],
                parts: [Entity(id: "basket", types: ["container"], names: ["basket"])],
                facts: [Fact("in", "quad", "hall")]),
        ]
        for robot in robots { world.add(robot) }
        return LanguageContext(team: Team(robots: robots, skills: try skills()), world: world)
    }

    /// The goal in one line: stages joined by `; `, observations first.
    static func line(_ words: String, in context: LanguageContext) throws -> String {
        let goal = try Interpreter().interpret(words, in: context)
        let stages = goal.stages.map { stage in
            let aim =
                switch stage.aim {
                case .achieve(let formula): formula.description
                case .perform(let call): call.description
                }
            return switch stage.performer {
            case .any: aim
            case .robot(let robot): "[\(robot)] \(aim)"
            case .same(let label): "[same \(label)] \(aim)"
            }
        }
        return (goal.observations.map { "seen \($0)" } + stages).joined(separator: "; ")
    }

    /// Why the words are refused; nil where they aren’t.
    static func refusal(_ words: String, in context: LanguageContext) -> Rejection? {
        do {
            _ = try Interpreter().interpret(words, in: context)
            return nil
        } catch {
            return error
        }
    }
}
