import Foundation
import HTTPAPI
import PonsTesting
import RobotModel
import Testing

/// What people order of tasks, robots and schedules, by `pons` as a process.
struct OrderTests {
    /// A brain with the task `t1` under way.
    private static func running() async throws -> ScriptedBrain {
        let brain = ScriptedBrain(robots: SampleTask.robots)
        _ = try await brain.submit(TaskRequest(.words("give the apple to the arm")))
        await brain.start("t1", steps: SampleTask.steps)
        return brain
    }

    @Test func `a task is paused, resumed and planned anew`() async throws {
        try await CommandRun.with(try await Self.running()) { pons in
            let paused = try await pons("task", "pause", "t1", "--reason", "a child")
            #expect(paused.output == "task t1 paused, paused by anna: a child\n")
            let shown = try await pons("task", "show", "t1")
            #expect(shown.output.contains("note      paused by anna: a child"))
            let resumed = try await pons("task", "resume", "t1", "--by", "ben", "-o", "json")
            #expect(resumed.json["state"] as? String == "running")
            let again = try await pons("task", "resume", "t1")
            #expect(again.status == 1)
            #expect(again.errors.contains("that makes no sense now"))
            let replanned = try await pons("task", "replan", "t1")
            #expect(replanned.output == "task t1 running\n")
        }
    }

    @Test func `steps are skipped, retried, given to others, changed, put in and taken out`() async throws {
        let brain = try await Self.running()
        try await CommandRun.with(brain) { pons in
            let skipped = try await pons("task", "skip", "t1", "s1")
            #expect(skipped.output == "task t1 running\nstep s1 skipped: dog: pick(item: apple)\n")
            let retried = try await pons("task", "retry", "t1", "s2")
            #expect(retried.output.contains("step s2 ready"))
            let reassigned = try await pons("task", "reassign", "t1", "s2", "arm")
            #expect(reassigned.output.contains("step s2 ready: arm: place"))
            let changed = try await pons("task", "edit", "t1", "s2", "surface=shelf", "count=3", "soft=true")
            #expect(changed.status == 0, "\(changed.errors)")
            let inserted = try await pons(
                "task", "insert", "t1", "look", "--skill", "scan", "--after", "s1", "--before", "s2",
                "place=hall")
            #expect(inserted.output.contains("step look blocked: nobody: scan(place: hall)"))
            let many = try await pons(
                "task", "insert", "t1", "--file", "-", input: #"[{"id": "l2", "skill": "scan"}]"#)
            #expect(many.status == 0, "\(many.errors)")
            let removed = try await pons("task", "remove", "t1", "look")
            #expect(removed.output.contains("step look canceled"))
            let steps = try #require(await brain.task("t1")).steps
            #expect(
                steps.first { $0.step.id == "s2" }?.step.arguments == [
                    "item": .entity("apple"), "surface": .text("shelf"), "count": .number(3),
                    "soft": .boolean(true),
                ])
            #expect(steps.last?.step.id == "l2")
        }
    }

    @Test func `an order under one key is carried out once`() async throws {
        let brain = try await Self.running()
        try await CommandRun.with(brain) { pons in
            for _ in 0..<2 { _ = try await pons("task", "replan", "t1", "--key", "k") }
            #expect(await brain.task("t1")?.revision == 2)
        }
    }

    private static let mistakes: [([String], Int32)] = [
        (["task", "pause", "t9"], 3), (["task", "skip", "t1", "s9"], 3),
        (["task", "answer", "t1", "retry"], 3),
        (["task", "reassign", "t1", "s2", "eve"], 4), (["task", "skip", "t1"], 2),
        (["task", "edit", "t1", "s2"], 2), (["task", "edit", "t1", "s2", "surface"], 2),
        (["task", "insert", "t1"], 2), (["task", "insert", "t1", "x"], 2),
        (["task", "insert", "t1", "--file", "/not/there"], 2), (["robot", "takeover", "eve"], 3),
        (["schedule", "remove", "dawn"], 3), (["schedule", "set", "dawn", "mop"], 2),
        (["schedule", "set", "dawn", "mop", "--every", "0s"], 2),
        (["schedule", "set", "dawn", "mop", "--days", "mon"], 2),
        (["schedule", "set", "dawn", "--every", "1h"], 2), (["submit", "mop", "--deadline", "soon"], 2),
    ]

    @Test(arguments: mistakes) func `what can’t be done ends with its code and a reason`(
        arguments: [String], status: Int32
    ) async throws {
        try await CommandRun.with(try await Self.running()) { pons in
            let run = try await CommandRun.run(
                arguments, environment: ["PONS_BRAIN": pons.address, "PONS_STATE": pons.folder.path],
                in: pons.folder)
            #expect(run.status == status, "\(run.output)\(run.errors)")
            #expect(run.errors.lowercased().contains("error: "))
        }
    }

    @Test func `questions are listed, shown and answered`() async throws {
        let brain = try await Self.running()
        let now = Instant(nanosecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1e9))
        await brain.ask(
            "t1",
            Question(
                id: "q1", step: "s2", channel: "operators", text: "The table is full.",
                options: ["retry", "skip", "fail"], defaultOption: "fail", askedAt: now,
                dueAt: now + .seconds(600)))
        try await CommandRun.with(brain) { pons in
            let list = try await pons("question", "list")
            #expect(list.lines.count == 2)
            #expect(list.lines.last?.hasPrefix("t1    q1        operators") == true)
            let shown = try await pons("task", "show", "t1")
            #expect(shown.output.contains("asks      operators: The table is full."))
            #expect(shown.output.contains("unless: pons task answer t1 retry|skip|fail"))
            let status = try await pons("status")
            #expect(status.output.contains("asks     1 question to people"))
            let wrong = try await pons("question", "answer", "t1", "maybe")
            #expect(wrong.status == 2)
            let right = try await pons("task", "answer", "t1", "retry")
            #expect(right.output == "task t1 running\n")
            #expect(try await pons("questions", "ls").lines.count == 1)
        }
    }

    @Test func `robots are taken over, given back and maintained`() async throws {
        try await CommandRun.with(try await Self.running()) { pons in
            for (verb, state) in [
                ("takeover", "manual"), ("giveback", "available"), ("maintain", "maintenance"),
            ] {
                let run = try await pons("robot", verb, "dog", "--reason", "to see")
                #expect(run.output == "robot dog \(state)\n")
            }
        }
    }

    @Test func `schedules are set, listed and removed`() async throws {
        try await CommandRun.with(ScriptedBrain()) { pons in
            let set = try await pons(
                "schedule", "set", "dawn", "mop", "the", "hall", "--days", "mon,thu", "--time", "06:30")
            #expect(set.output == "schedule dawn, mon,thu at 06:30: next 2026-09-24T06:30:00.000Z\n")
            let often = try await pons(
                "schedule", "set", "patrol", "--goal", "clean(hall)", "--every", "2h", "--priority", "3")
            #expect(often.output.hasPrefix("schedule patrol, every 2 h 0 min: next "))
            let list = try await pons("schedule", "list")
            #expect(list.lines.count == 3)
            #expect(list.output.contains("mop the hall"))
            let removed = try await pons("schedule", "remove", "dawn")
            #expect(removed.output == "schedule dawn removed\n")
            #expect(try await pons("schedules", "ls").lines.count == 2)
        }
    }

    @Test func `a deadline may be a length of time, and shows`() async throws {
        let brain = ScriptedBrain()
        try await CommandRun.with(brain) { pons in
            let run = try await pons("submit", "mop", "--deadline", "2h", "--ask", "--priority", "2")
            #expect(run.status == 0, "\(run.errors)")
            let request = try #require(await brain.task("t1")).request
            let left =
                try #require(request.deadline).nanosecondsSinceEpoch / 1_000_000_000
                - Int64(Date().timeIntervalSince1970)
            #expect((7000...7200).contains(left))
            #expect(request.asksPeople)
            let shown = try await pons("task", "show", "t1")
            #expect(shown.output.contains("deadline  20"))
            #expect(shown.output.contains("priority  2"))
        }
    }

    @Test func `why a task went as it did is told`() async throws {
        try await CommandRun.with(try await Self.running()) { pons in
            let told = try await pons("task", "explain", "t1")
            #expect(told.output.contains("received from anonymous"))
            #expect(told.output.contains("where the time went\n"))
            let raw = try await pons("task", "explain", "t1", "-o", "json")
            #expect(raw.json["chapters"] != nil)
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion knows the new verbs`(shell: String) async throws {
        let run = try await CommandRun.run(["completion", shell], environment: [:])
        for word in ["takeover", "reassign", "schedule", "question"] {
            #expect(run.output.contains(word), "no \(word)")
        }
    }
}
