import RobotModel
import Yams

/// Reads an intervention: one line of YAML that says what is different.
///
/// ```yaml
/// result: {step: s4, attempt: 2, outcome: succeeded}   # or a failure’s code, with note:
/// reassign: {step: s4, robot: porter}
/// edit: {step: s4, arguments: {surface: shelf}}
/// insert: {id: look, skill: navigate, robot: dog, arguments: {to: hall}, before: [s4]}
/// remove: s4
/// order: {verb: skip, step: s4}
/// keep: dog                                            # it isn’t lost
/// ```
enum InterventionReader {
    private static let kinds = ["result", "reassign", "edit", "insert", "remove", "order", "keep"]

    static func read(_ map: MapReader) -> Intervention? {
        let given = kinds.filter(map.has)
        guard given.count == 1, let kind = given.first else {
            map.problems.note(
                given.isEmpty ? .missingKey : .duplicate,
                "an intervention is exactly one of \(kinds.joined(separator: ", "))", at: map.node)
            for kind in kinds { _ = map.value(kind) }
            return nil
        }
        switch kind {
        case "result": return read(map, kind, result)
        case "reassign":
            return read(map, kind) { inner in
                let (step, robot) = (step(inner), inner.identifier("robot", isRequired: true))
                guard let step, let robot else { return nil }
                return .change(.reassign(step, to: RobotID(robot)))
            }
        case "edit":
            return read(map, kind) { inner in
                let arguments = inner.value("arguments", isRequired: true)
                    .map { map.problems.values($0, "arguments") }
                guard let step = step(inner), let arguments else { return nil }
                return .change(.edit(step, arguments: arguments))
            }
        case "insert": return read(map, kind, insertion)
        case "remove": return map.identifier(kind).map { .change(.remove(StepID($0))) }
        case "order": return read(map, kind, order)
        default: return map.identifier(kind).map { .keep(RobotID($0)) }
        }
    }

    private static func read(
        _ map: MapReader, _ key: String, _ body: (MapReader) -> Intervention?
    ) -> Intervention? {
        guard let inner = map.map(key) else { return nil }
        let intervention = body(inner)
        inner.finish()
        return intervention
    }

    private static func step(_ map: MapReader) -> StepID? {
        map.identifier("step", isRequired: true).map { StepID($0) }
    }

    private static func result(_ map: MapReader) -> Intervention? {
        let attempt = map.count("attempt", 1...UInt64(UInt32.max)).map { UInt32($0) }
        let note = map.text("note") ?? "so an intervention says"
        guard let step = step(map), let node = map.value("outcome", isRequired: true),
            let word = map.problems.text(node, "outcome")
        else { return nil }
        if word == StepState.succeeded.rawValue { return .result(step, attempt: attempt, .succeeded) }
        guard let code = FailureCode(rawValue: word) else {
            let known = [StepState.succeeded.rawValue] + FailureCode.allCases.map(\.rawValue)
            map.problems.note(
                .badValue, "outcome is “\(word)”; use \(known.joined(separator: ", "))", at: node)
            return nil
        }
        return .result(step, attempt: attempt, .failed(Failure(code, note)))
    }

    private static func insertion(_ map: MapReader) -> Intervention? {
        let (id, skill) = (map.identifier("id", isRequired: true), map.identifier("skill", isRequired: true))
        let robot = map.identifier("robot").map { RobotID($0) }
        let arguments = map.value("arguments").map { map.problems.values($0, "arguments") } ?? [:]
        let after = map.identifiers("after").map { StepID($0) }
        let before = map.identifiers("before").map { StepID($0) }
        guard let id, let skill else { return nil }
        let step = WorkflowStep(
            id: StepID(id), skill: SkillName(skill), robot: robot, arguments: arguments, after: after)
        return .change(.insert([InsertedStep(step, before: before)]))
    }

    private static func order(_ map: MapReader) -> Intervention? {
        let step = map.identifier("step").map { StepID($0) }
        guard let node = map.value("verb", isRequired: true), let word = map.problems.text(node, "verb")
        else { return nil }
        guard let verb = TaskVerb(name: word, step: step) else {
            map.problems.note(
                .badValue, "verb is pause, resume or replan, or with a step skip or retry; not “\(word)”",
                at: node)
            return nil
        }
        return .order(verb)
    }
}
