import Manifests
import RobotModel
import Testing

@Suite struct WorkflowReaderTests {
    let reader = ManifestReader()

    func errors(_ steps: String) throws -> [ManifestError] {
        let text = "apiVersion: pons/v1\nkind: Workflow\nsteps:\n" + steps
        return try #require(throws: ManifestErrors.self) { try reader.workflow(yaml: text, file: "w.yaml") }
            .errors
    }

    @Test func `a full workflow gives every value`() throws {
        let workflow = try reader.workflow(yaml: Samples.workflow, file: "w.yaml")
        #expect(
            workflow.steps == [
                WorkflowStep(
                    id: "go", skill: "navigate", robot: "dog", arguments: ["target": .text("table")]),
                WorkflowStep(
                    id: "look", skill: "scan",
                    arguments: [
                        "seconds": .number(2.5), "deep": .boolean(true),
                        "at": .pose(Pose(xMeters: 0, yMeters: 1)),
                    ]),
                WorkflowStep(
                    id: "take", skill: "pick", arguments: ["item": .text("apple")], after: ["go", "look"]),
                WorkflowStep(
                    id: "sort", skill: "sort_next", repeats: RepeatPolicy(until: "sorted", most: 500),
                    votes: VotePolicy(ahead: 4, most: 50)),
            ])
    }

    @Test func `a step that waits for no step is refused with a near match`() throws {
        let found = try errors("  - {id: first, skill: pick}\n  - {id: b, skill: pick, after: [frist]}\n")
        #expect(
            found.map(\.description) == [
                "w.yaml:5: step “b” waits for “frist”, which is no step; did you mean “first”?"
            ])
    }

    @Test(arguments: [
        "  - {id: a, skill: x, after: [a]}\n",
        "  - {id: a, skill: x, after: [c]}\n  - {id: b, skill: x, after: [a]}\n  - {id: c, skill: x, after: [b]}\n",
    ])
    func `steps that wait for each other are refused`(steps: String) throws {
        let found = try errors(steps)
        #expect(found.map(\.code) == [.cycle])
        #expect(found.map(\.line) == [4])
    }

    @Test func `repeats and votes have their usual limits`() throws {
        let text = """
            apiVersion: pons/v1
            kind: Workflow
            steps:
              - {id: a, skill: x, repeat: {until: done}, votes: {ahead: 3}}
            """
        let step = try #require(try reader.workflow(yaml: text, file: "w.yaml").steps.first)
        #expect(step.repeats == RepeatPolicy(until: "done", most: nil))
        #expect(step.votes == VotePolicy(ahead: 3, most: 100))
    }

    @Test(arguments: [
        ("repeat: {most: 3}", "w.yaml:5: repeat needs the key “until”"),
        (
            "repeat: {until: done, most: 0}",
            "w.yaml:5: most must be a whole number from 1 to 9007199254740992"
        ),
        ("repeat: {until: done, mots: 3}", "w.yaml:5: unknown key “mots”; did you mean “most”?"),
        ("votes: {ahead: 0}", "w.yaml:5: ahead must be a whole number from 1 to 100"),
        ("votes: {ahead: 1.5}", "w.yaml:5: ahead must be a whole number from 1 to 100"),
        ("votes: {ahead: 4, most: 3}", "w.yaml:5: most is 3, with which nobody can be 4 ahead"),
        ("votes: 4", "w.yaml:5: votes must be a mapping, not the number 4"),
    ])
    func `a wrong repeat or vote is refused with its line`(text: String, message: String) throws {
        let found = try errors("  - {id: z, skill: x}\n  - {id: a, skill: x, \(text)}\n")
        #expect(found.map(\.description) == [message])
    }

    @Test func `no steps and two steps of one name are refused`() throws {
        #expect(try errors("  []\n").map(\.code) == [.badValue])
        #expect(try errors("  - {id: a, skill: x}\n  - {id: a, skill: x}\n").map(\.code) == [.duplicate])
    }
}
