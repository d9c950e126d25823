import Foundation
import HTTPAPI
import PonsTesting
import RobotModel
import Testing

struct NounTests {
    private static let brain = ScriptedBrain(
        .run(steps: SampleTask.steps, end: .succeeded), robots: SampleTask.robots,
        skills: [
            SkillManifest(
                name: "pick", summary: "Take an item.", phrases: ["pick up {item}"],
                parameters: [SkillParameter(name: "item", type: "item")])
        ],
        scene: SceneDescription(
            name: "home",
            entities: [
                Entity(id: "hall", types: ["room"], names: ["hall"]),
                Entity(id: "apple", types: ["item"], names: ["apple", "fruit"]),
                Entity(id: "table", types: ["surface"]),
            ],
            facts: [Fact("on", "apple", "table"), Fact("in", "table", "hall"), Fact("in", "dog", "hall")]))

    @Test func `tasks are listed, shown and drawn`() async throws {
        try await CommandRun.with(Self.brain) { pons in
            let run1 = try await pons("submit", "give the apple to the arm")
            #expect(run1.output == "task t1 received\n")
            let list = try await pons("task", "list")
            #expect(
                list.lines.first?.split(separator: " ").map(String.init) == [
                    "TASK", "STATE", "STEPS", "AGE", "ASK",
                ])
            #expect(list.output.contains("succeeded  3/3"))
            let run2 = try await pons("tasks", "ls", "-o", "json")
            #expect(run2.json["tasks"] != nil)
            let shown = try await pons("task", "show", "t1")
            #expect(shown.output.contains("ask       give the apple to the arm"))
            #expect(
                shown.lines.contains { $0.hasPrefix("s3") && $0.contains("arm") && $0.contains("succeeded") })
            let run3 = try await pons("task", "show", "t1", "-o", "yaml")
            #expect(run3.output.contains("state: \"succeeded\"\n"))
            let drawn = try await pons("task", "show", "t1", "--gantt", "g.svg")
            #expect(drawn.status == 0)
            let svg = try String(contentsOf: pons.folder.appendingPathComponent("g.svg"), encoding: .utf8)
            #expect(svg.contains("dog hands apple over to arm"))
            let run4 = try await pons("task", "show", "t1", "--gantt", "no/such/folder.svg")
            #expect(run4.status == 2)
        }
    }

    @Test func `a task is cancelled by the one who asks`() async throws {
        let brain = ScriptedBrain()
        try await CommandRun.with(brain) { pons in
            _ = try await pons("submit", "mop")
            let run = try await pons("task", "cancel", "t1", "--reason", "guests")
            #expect(run.output == "task t1 canceled\n")
            #expect(await brain.task("t1")?.failure?.message == "anna: guests")
            let run5 = try await pons("task", "cancel", "t1")
            #expect(run5.status == 1)
        }
    }

    @Test func `a task that waits for a yes is approved or rejected`() async throws {
        let brain = ScriptedBrain()
        try await CommandRun.with(brain) { pons in
            for (id, verb, state) in [("t1", "approve", "running"), ("t2", "reject", "canceled")] {
                _ = try await pons("submit", "mop")
                let early = try await pons("task", verb, id)
                #expect(early.status == 1)
                await brain.end(TaskID(id), as: .awaitingApproval)
                let run = try await pons("task", verb, id)
                #expect(run.output == "task \(id) \(state)\n")
            }
        }
    }

    @Test(arguments: [
        ["task", "show", "t9"], ["task", "watch", "t9"], ["task", "cancel", "t9"], ["task", "wait", "t9"],
        ["robot", "show", "cat"], ["robot", "drain", "cat"], ["skill", "show", "fly"],
        ["memory", "entity", "pear"],
    ])
    func `what isn't there ends with 3`(arguments: [String]) async throws {
        try await CommandRun.with(Self.brain) { pons in
            let run = try await CommandRun.run(
                arguments, environment: ["PONS_BRAIN": pons.address, "PONS_STATE": pons.folder.path],
                in: pons.folder)
            #expect(run.status == 3, "\(run.errors)")
            #expect(run.errors.contains("  try: "))
        }
    }

    @Test func `robots and skills are shown, and robots taken out and back in`() async throws {
        try await CommandRun.with(Self.brain) { pons in
            let run6 = try await pons("robot", "list")
            #expect(run6.lines.count == 3)
            let run7 = try await pons("robot", "drain", "dog")
            #expect(run7.output == "robot dog draining\n")
            let run8 = try await pons("robot", "show", "dog")
            #expect(run8.output.contains("state       draining"))
            let run9 = try await pons("robot", "resume", "dog", "-o", "json")
            #expect(run9.json["state"] as? String == "available")
            let run10 = try await pons("skill", "list")
            #expect(run10.output.contains("item: item"))
            let run11 = try await pons("skill", "show", "pick")
            #expect(run11.output.contains("say       pick up {item}"))
        }
    }

    @Test func `memory is read, corrected and drawn`() async throws {
        try await CommandRun.with(Self.brain) { pons in
            let run12 = try await pons("memory", "facts", "on(apple, *)")
            #expect(run12.output.contains("on(apple, table)"))
            let set = try await pons("memory", "set", "not on(apple, *)", "in(apple, hall)")
            #expect(set.status == 0)
            #expect(set.output.contains("person:anna"))
            let run13 = try await pons("memory", "facts", "on(*, *)", "-o", "json")
            #expect(run13.output.contains("on(") == false)
            let run14 = try await pons("memory", "retract", "in(apple, *)", "--by", "ben")
            #expect(run14.output.contains("person:ben"))
            let run15 = try await pons("memory", "entity", "apple")
            #expect(run15.output.contains("names   apple, fruit"))
            let run16 = try await pons("memory", "entity", "--type", "room")
            #expect(run16.lines.count == 2)
            let run17 = try await pons("memory", "facts", "on(")
            #expect(run17.status == 2)
            let run18 = try await pons("memory", "map", "map.svg")
            #expect(run18.status == 0)
            let svg = try String(contentsOf: pons.folder.appendingPathComponent("map.svg"), encoding: .utf8)
            #expect(svg.contains(">hall</text>") && svg.contains(">dog</text>"))
        }
    }

    @Test func `a scene is applied from a file`() async throws {
        try await CommandRun.with(Self.brain) { pons in
            try Data("kind: Scene\n".utf8).write(to: pons.folder.appendingPathComponent("s.yaml"))
            let run19 = try await pons("scene", "apply", "s.yaml")
            #expect(run19.output.hasPrefix("scene s.yaml: 1 things"))
            let bad = try await pons("scene", "apply", "-", input: "kind: Robot\n")
            #expect(bad.status == 2)
            #expect(bad.errors.contains(":1: there is no “kind: Scene”"))
        }
    }

    @Test func `events can be followed from the first`() async throws {
        let brain = ScriptedBrain(.run(steps: SampleTask.steps, end: .succeeded))
        try await CommandRun.with(brain) { pons in
            _ = try await pons("submit", "mop")
            let run = try await pons("events", "--after", "5", "--count", "4", "-o", "json")
            #expect(run.lines.count == 4)
            #expect(run.lines.first?.contains("\"sequence\":6") == true)
            _ = try await pons("memory", "set", "open(fridge)", "not open(fridge)")
            let changes = try await pons("memory", "watch", "--after", "0", "--count", "2")
            #expect(changes.lines.first?.contains("+ open(fridge)  observed  person:anna") == true)
            #expect(changes.lines.last?.contains("- open(fridge)") == true)
        }
    }

    @Test func `status and doctor say how things are`() async throws {
        let brain = ScriptedBrain(robots: SampleTask.robots)
        try await CommandRun.with(brain) { pons in
            let run20 = try await pons("status")
            #expect(run20.output.contains("robots   2 of 2 linked, 0 busy"))
            var report = await brain.health()
            report.version = "0.1.0"
            await brain.set(report)
            let well = try await pons("doctor")
            #expect(well.status == 0)
            #expect(!well.output.contains("failed"))
            report.isReady = false
            report.reasons = ["the journal is being read"]
            report.problems = [
                FileProblem(file: "/etc/pons/skills.d/x.yaml", line: 3, message: "unknown key “foo”")
            ]
            await brain.set(report)
            let ill = try await pons("doctor", "-o", "json")
            #expect(ill.status == 1)
            #expect(ill.output.contains("x.yaml:3: unknown key “foo”"))
            #expect(ill.output.contains("the journal is being read"))
        }
    }

    @Test func `a wrong token is refused with 4, and no brain is 5`() async throws {
        try await CommandRun.with(ScriptedBrain()) { pons in
            try Data("some-other-token-here".utf8).write(to: pons.folder.appendingPathComponent("other"))
            let file = pons.folder.appendingPathComponent("other").path
            let run21 = try await pons("task", "list", "--token-file", file)
            #expect(run21.status == 4)
            let run22 = try await pons("doctor", "--token-file", file)
            #expect(run22.status == 4)
            let missing = try await pons("task", "list", "--token-file", "/not/there")
            #expect(missing.status == 2)
            #expect(missing.errors.contains("it isn’t there"))
            // Port 9 is the discard service's, which is not running.
            for command in ["status", "doctor"] {
                let run = try await pons(command, "--brain", "127.0.0.1:9")
                #expect(run.status == 5)
                #expect((run.output + run.errors).contains("try: start ponsd"))
            }
        }
    }
}
