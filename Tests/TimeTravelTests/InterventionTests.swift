import Manifests
import RobotModel
import Testing

/// An intervention, as it is written in one line.
struct InterventionTests {
    private func read(_ yaml: String) throws -> Intervention {
        try ManifestReader().intervention(yaml: yaml, file: "what.yaml")
    }

    @Test(arguments: [
        (
            "result: {step: s4, attempt: 2, outcome: succeeded}",
            Intervention.result("s4", attempt: 2, .succeeded)
        ),
        (
            "result: {step: s4, outcome: timeout, note: too slow}",
            .result("s4", attempt: nil, .failed(Failure(.timeout, "too slow")))
        ),
        ("reassign: {step: s4, robot: porter}", .change(.reassign("s4", to: "porter"))),
        (
            "edit: {step: s4, arguments: {surface: shelf}}",
            .change(.edit("s4", arguments: ["surface": .text("shelf")]))
        ),
        (
            "insert: {id: look, skill: navigate, robot: dog, arguments: {target: hall}, before: [s4]}",
            .change(
                .insert([
                    InsertedStep(
                        WorkflowStep(
                            id: "look", skill: "navigate", robot: "dog", arguments: ["target": .text("hall")]),
                        before: ["s4"])
                ]))
        ),
        ("remove: s4", .change(.remove("s4"))),
        ("order: {verb: skip, step: s4}", .order(.skip("s4"))),
        ("keep: dog", .keep("dog")),
    ])
    func `each kind is read, and says what it is`(line: String, meaning: Intervention) throws {
        #expect(try read(line) == meaning)
        #expect(!"\(meaning)".isEmpty)
    }

    @Test(arguments: [
        ("keep: dog\nremove: s4", "exactly one"), ("note: x", "exactly one"),
        ("result: {step: s4, outcome: fine}", "use succeeded"), ("result: {outcome: succeeded}", "step"),
        ("order: {verb: skip}", "with a step"), ("keep: dog\nwhy: x", "unknown key"), ("- keep", "mapping"),
    ])
    func `a mistake is named with its line`(text: String, hint: String) {
        let errors = #expect(throws: ManifestErrors.self) { _ = try read(text) }
        #expect(errors?.description.contains(hint) == true, "\(String(describing: errors))")
        #expect(errors?.description.contains("what.yaml:") == true)
    }
}
