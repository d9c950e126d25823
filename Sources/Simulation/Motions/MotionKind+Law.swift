import PlanRules
import RobotModel

extension MotionKind {
    /// What nature asks of a motion and what it does to the world, written
    /// down here and not read from `skills.d`: a manifest that someone edits
    /// doesn't change the world. `MotionLawTests` holds that the shipped
    /// manifests agree.
    ///
    /// A body has the motions whose law's name is among its robot's skills.
    var law: SkillManifest {
        guard let law = Self.laws[self] else { preconditionFailure("\(rawValue) has no law") }
        return law
    }

    private static let laws = Dictionary(uniqueKeysWithValues: MotionKind.allCases.map { ($0, $0.makeLaw()) })

    /// What comes loose when a body, with all that it carries, moves off.
    private static let leavesWithLoad = ["not at(*, self)", "not at(*, ?x) when supported(?x, self)"]

    private func makeLaw() -> SkillManifest {
        switch self {
        case .approach:
            law(
                "navigate", [("target", "entity")], 1, travelTo: "target",
                start: ["near(self, target)", "free_to_move(self)"],
                success: ["not at(self, *)", "at(self, target)", "not at(*, ?x) when supported(?x, self)"])
        case .enter:
            law(
                "enter", [("room", "room")], 2, travelTo: "room",
                start: ["enterable(self, room)", "free_to_move(self)"],
                success: ["not in(self, *)", "in(self, room)", "not at(self, *)"] + Self.leavesWithLoad)
        case .grasp:
            law(
                "pick", [("item", "item")], 3,
                start: ["reach(self, item)", "not holding(self, *)"],
                success: [
                    "holding(self, item)", "not on(item, *)", "not inside(item, *)", "not at(*, item)",
                    "not at(*, ?x) when supported(?x, item)",
                ])
        case .putOn:
            law(
                "place", [("item", "item"), ("surface", "surface")], 3,
                start: ["holding(self, item)", "reach(self, surface)"],
                success: ["on(item, surface)", "not holding(self, item)"])
        case .putInto:
            law(
                "insert", [("item", "item"), ("container", "container")], 3,
                start: ["holding(self, item)", "reach(self, container)", "open(container)"],
                success: ["inside(item, container)", "not holding(self, item)"])
        case .open:
            law(
                "open", [("target", "openable")], 2,
                start: ["reach(self, target)", "not holding(self, *)", "not open(target)"],
                success: ["open(target)"])
        case .close:
            law(
                "close", [("target", "openable")], 2,
                start: ["reach(self, target)", "not holding(self, *)", "open(target)"],
                success: ["not open(target)"])
        case .takeOff:
            law(
                "take_off", [("surface", "landable")], 2,
                start: ["on(self, surface)", "not flying(self)"],
                success: ["flying(self)", "not on(self, surface)"] + Self.leavesWithLoad)
        case .land:
            law(
                "land", [("surface", "landable")], 2,
                start: ["flying(self)", "at(self, surface)"],
                success: ["on(self, surface)", "not flying(self)"])
        case .mop:
            law(
                "mop", [("room", "room")], 20,
                start: ["in(self, room)", "free_to_move(self)"], hold: ["in(self, room)"],
                success: ["clean(room)", "not at(self, *)"] + Self.leavesWithLoad)
        case .wipe:
            law(
                "wipe", [("surface", "surface")], 10, start: ["reach(self, surface)"],
                success: ["clean(surface)"])
        }
    }

    private func law(
        _ skill: SkillName, _ parameters: [(String, String)], _ seconds: Double, travelTo: String? = nil,
        start: [String], hold: [String] = [], success: [String]
    ) -> SkillManifest {
        let syntax = FactSyntax(variables: Set(parameters.map(\.0)))
        do {
            return SkillManifest(
                name: skill, parameters: parameters.map { SkillParameter(name: $0, type: $1) },
                conditions: SkillConditions(
                    start: try start.map(syntax.literal), hold: try hold.map(syntax.literal)),
                effects: SkillEffects(success: try success.map(syntax.effect)),
                duration: SkillDuration(typicalSeconds: seconds, travelTo: travelTo), host: .builtin)
        } catch {
            preconditionFailure("the law of \(rawValue) is malformed: \(error)")
        }
    }
}
