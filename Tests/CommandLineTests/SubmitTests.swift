import Foundation
import PonsTesting
import RobotModel
import Testing

/// `pons` itself, as a process, against a brain over HTTP.
struct SubmitTests {
    private static func brain(end: TaskState = .succeeded) -> ScriptedBrain {
        ScriptedBrain(.run(steps: SampleTask.steps, end: end), robots: SampleTask.robots)
    }

    @Test func `waiting in JSON prints a line for each transition and the task last`() async throws {
        try await CommandRun.with(Self.brain()) { pons in
            let run = try await pons("submit", "give the apple to the arm", "--wait", "-o", "json")
            #expect(run.status == 0, "\(run.errors)")
            let objects = try run.lines.map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            // Received, running, three steps of two transitions each, succeeded; and the task.
            #expect(objects.count == 10)
            #expect(objects.dropLast().compactMap { $0["sequence"] as? Int } == Array(1...9))
            #expect(objects.last?["state"] as? String == "succeeded")
            #expect((objects.last?["steps"] as? [Any])?.count == 3)
        }
    }

    @Test func `waiting in a pipe prints plain lines`() async throws {
        try await CommandRun.with(Self.brain()) { pons in
            let run = try await pons("submit", "give", "the", "apple", "to", "the", "arm", "--wait")
            #expect(run.status == 0)
            #expect(run.lines.contains { $0.contains("running") && $0.contains("dog: pick(item: apple)") })
            #expect(run.lines.last?.hasPrefix("task t1 succeeded in ") == true)
            #expect(run.lines.last?.hasSuffix("3 steps by 2 robots") == true)
            #expect(!run.output.contains("\u{1B}"))
        }
    }

    @Test(arguments: [(TaskState.succeeded, Int32(0)), (.failed, 1), (.canceled, 1)])
    func `the exit code says how the task ended`(end: TaskState, status: Int32) async throws {
        try await CommandRun.with(Self.brain(end: end)) { pons in
            let run1 = try await pons("submit", "mop", "--wait")
            #expect(run1.status == status)
            let run2 = try await pons("task", "watch", "t1")
            #expect(run2.status == status)
            let run3 = try await pons("task", "wait", "t1")
            #expect(run3.status == status)
        }
    }

    @Test func `a rejected task ends with 4 and says what was not clear`() async throws {
        let rejection = Rejection(
            .notUnderstood, "I don't know “aple”.", parts: ["aple"], suggestions: ["apple"])
        try await CommandRun.with(ScriptedBrain(.reject(rejection))) { pons in
            let waited = try await pons("submit", "fetch the aple", "--wait")
            #expect(waited.status == 4)
            #expect(waited.output.contains("not clear: aple"))
            #expect(waited.output.contains("near: apple"))
            let dry = try await pons("submit", "fetch the aple", "--dry-run")
            #expect(dry.status == 4)
            #expect(dry.errors.contains("I don't know “aple”."))
            #expect(dry.errors.contains("near: apple"))
        }
    }

    @Test func `a task that takes too long ends the waiting with 6 and goes on`() async throws {
        let brain = ScriptedBrain()
        try await CommandRun.with(brain) { pons in
            let run = try await pons("submit", "mop", "--wait", "--timeout", "0.2")
            #expect(run.status == 6)
            #expect(run.errors.contains("task t1 has not ended in 0.2 s"))
            #expect(await brain.task("t1")?.state == .received)
        }
    }

    @Test func `a dry run shows the plan and starts nothing`() async throws {
        let brain = Self.brain()
        try await CommandRun.with(brain) { pons in
            let run = try await pons("submit", "give the apple to the arm", "--dry-run")
            #expect(run.status == 0)
            #expect(run.output.contains("plan: 3 steps by 2 robots"))
            #expect(
                run.lines.contains {
                    $0.hasPrefix("s2") && $0.contains("place(apple, table)") && $0.hasSuffix("s1")
                })
            let run4 = try await pons("submit", "mop", "--dry-run", "-o", "json")
            #expect(run4.json["steps"] != nil)
            #expect(await brain.tasks().isEmpty)
        }
    }

    @Test func `goals and workflows are sent as they are, and keys submit once`() async throws {
        let brain = ScriptedBrain()
        try await CommandRun.with(brain) { pons in
            let run5 = try await pons("submit", "--goal", "on(apple, table)", "--priority", "7")
            #expect(run5.status == 0)
            let file = pons.folder.appendingPathComponent("w.yaml")
            try Data("steps:\n- {id: s1, skill: mop}\n".utf8).write(to: file)
            let run6 = try await pons("submit", "--workflow", file.path, "--idempotency-key", "k")
            #expect(run6.status == 0)
            let again = try await pons(
                "submit", "--workflow", "-", "--idempotency-key", "k",
                input: "steps:\n- {id: s1, skill: mop}\n")
            #expect(again.output == "task t2 received\n")
            let other = try await pons("submit", "mop", "--idempotency-key", "k")
            #expect(other.status == 4)
            let tasks = await brain.tasks()
            #expect(tasks.map(\.request.ask.summary) == ["workflow of 1 steps", "on(apple, table)"])
            #expect(tasks.last?.request.priority == 7)
        }
    }

    @Test(arguments: [
        ["submit"], ["submit", "mop", "--goal", "a(b)"], ["submit", "--goal", "on(apple"],
        ["submit", "mop", "--wait", "--dry-run"], ["submit", "mop", "--timeout", "0"],
        ["submit", "--workflow", "not-there.yaml"], ["submit", "…"], ["submit", "mop", "-o", "xml"],
        ["submit", "mop", "--brain", "ftp://x"], ["task", "list", "--state", "done"], ["tusk"],
    ])
    func `what can't be used ends with 2 and a reason`(arguments: [String]) async throws {
        let brain = ScriptedBrain()
        try await CommandRun.with(brain) { pons in
            let run = try await CommandRun.run(
                arguments, environment: ["PONS_BRAIN": pons.address, "PONS_STATE": pons.folder.path],
                in: pons.folder)
            #expect(run.status == 2, "\(run.errors)")
            #expect(run.errors.lowercased().contains("error: "))
            #expect(run.output.isEmpty)
            #expect(await brain.tasks().isEmpty)
        }
    }
}
