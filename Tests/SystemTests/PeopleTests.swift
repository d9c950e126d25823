import Foundation
import Testing

/// People step in, by the command line, while a real daemon is at work.
@Suite(.serialized)
struct PeopleTests {
    /// A task of four steps by one robot: there, up, there, down.
    private static let goal = "on(item0, shelf)"

    private func task(_ id: String, at site: Site) async throws -> JSON {
        try await site.ask("/v1/tasks/\(id)").json
    }

    /// Its steps as `id state`, the newest plan's last.
    private func steps(_ task: JSON) -> [(id: String, robot: String, skill: String, state: String)] {
        task["steps"].list.map {
            (
                $0["step"]["id"].text ?? "", $0["step"]["robot"].text ?? "", $0["step"]["skill"].text ?? "",
                $0["state"].text ?? ""
            )
        }
    }

    private func pons(_ site: Site, _ arguments: [String]) async throws -> (code: Int32, output: String) {
        let program = try Program(
            Site.programs + "/pons", arguments,
            environment: ["PONS_BRAIN": site.address, "PONS_STATE": site.state])
        let lines = await program.output.toEnd()
        return (await program.end(), lines.joined(separator: "\n"))
    }

    @Test(.timeLimit(.minutes(2)))
    func `a task is held, changed and let go on, over a kill of the daemon`() async throws {
        let site = try Site(simulationSpeed: 0.5, scene: Workshop.scene(items: 2))
        var daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        let id = try await site.submit(Self.goal)
        var feed = try Feed(of: site)
        _ = try await feed.first { $0.task == id && $0.kind == "step" && $0.state == "running" }

        let paused = try await pons(site, ["task", "pause", id, "--by", "anna", "--reason", "a child"])
        #expect(paused.output.contains("paused by anna: a child"), "\(paused)")
        // What runs goes on to its end; then nothing begins.
        for step in steps(try await task(id, at: site)) where ["assigned", "running"].contains(step.state) {
            _ = try await feed.first { $0.task == id && $0.step == step.id && $0.state == "succeeded" }
        }
        let held = try await task(id, at: site)
        #expect(held["state"].text == "paused")
        #expect(
            steps(held).allSatisfy { ["succeeded", "blocked", "ready"].contains($0.state) },
            "\(steps(held))")

        // A plan that couldn't be carried out is refused, with the step and the fact.
        let robot = try #require(steps(held).first?.robot)
        let other = robot == "left" ? "right" : "left"
        let last = try #require(steps(held).first { $0.skill == "place" })
        let refused = try await pons(site, ["task", "reassign", id, last.id, other])
        #expect(refused.code == 4, "\(refused)")

        // A new step is put in front of the last, for the other robot.
        let inserted = try await pons(
            site,
            [
                "task", "insert", id, "fetch", "--skill", "navigate", "--robot", other, "--before", last.id,
                "target=bench",
            ])
        #expect(inserted.code == 0, "\(inserted)")
        let known = try await task(id, at: site)
        #expect(steps(known).contains { $0.id == "fetch" && $0.robot == other })

        // All that is in the journal, and so is the pause.
        daemon.signal(SIGKILL)
        _ = await daemon.end()
        daemon = try await site.start()
        let back = try await task(id, at: site)
        #expect(back["state"].text == "paused")
        #expect(steps(back).map(\.id) == steps(known).map(\.id))

        let resumed = try await pons(site, ["task", "resume", id])
        #expect(resumed.code == 0, "\(resumed)")
        let story = try await site.story(of: id)
        #expect(story.last?.state == "succeeded", "\(story.map(\.line))")
        #expect(story.contains { $0.kind == "step" && $0.step == "fetch" && $0.state == "succeeded" })
        #expect(try await site.facts()[Self.goal] != nil)

        let told = try await pons(site, ["task", "explain", id])
        #expect(told.output.contains("a child"), "\(told.output)")
        let late = try await pons(site, ["task", "pause", id])
        #expect(late.code == 1)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a robot is taken over in mid-step and another does its work`() async throws {
        let site = try Site(simulationSpeed: 1, scene: Workshop.scene(items: 2))
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        let id = try await site.submit(Self.goal)
        var feed = try Feed(of: site)
        let begun = try await feed.first { $0.task == id && $0.kind == "step" && $0.state == "running" }
        let robot = try #require(begun.robot)
        let taken = try await pons(site, ["robot", "takeover", robot, "--reason", "in the way"])
        #expect(taken.code == 0, "\(taken)")
        let story = try await site.story(of: id)
        #expect(story.last?.state == "succeeded", "\(story.map(\.line))")
        let ended = try await task(id, at: site)
        #expect(steps(ended).contains { $0.state == "succeeded" && $0.robot != robot })
        #expect(!steps(ended).contains { $0.state == "succeeded" && $0.robot == robot })
        #expect(try await pons(site, ["robot", "giveback", robot]).output == "robot \(robot) available")
    }

    @Test(.timeLimit(.minutes(2)))
    func `a step that runs is stopped and skipped`() async throws {
        let site = try Site(simulationSpeed: 0.2, scene: Workshop.scene(items: 2))
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        try site.write(
            "round.yaml",
            """
            apiVersion: pons/v1
            kind: Workflow
            steps:
              - {id: there, skill: navigate, robot: left, arguments: {target: shelf}}
              - {id: back, skill: navigate, robot: left, arguments: {target: bench}, after: [there]}
            """)
        let submitted = try await pons(
            site, ["submit", "--workflow", site.folder + "/round.yaml", "-o", "json"])
        let id = try #require(
            try JSONDecoder().decode(JSON.self, from: Data(submitted.output.utf8))["id"].text)
        var feed = try Feed(of: site)
        _ = try await feed.first { $0.task == id && $0.step == "there" && $0.state == "running" }
        let skipped = try await site.ask(
            "/v1/tasks/\(id)/steps/there/skip", Data(#"{"by": "anna", "reason": "no need"}"#.utf8))
        #expect(skipped.status == 200, "\(skipped.json)")
        let story = try await site.story(of: id)
        #expect(story.last?.state == "succeeded", "\(story.map(\.line))")
        #expect(story.contains { $0.step == "there" && $0.state == "skipped" })
    }

    @Test(.timeLimit(.minutes(2)))
    func `a schedule starts a task by the clock`() async throws {
        let site = try Site(simulationSpeed: 20, scene: Workshop.scene(items: 2))
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        var feed = try Feed(of: site)
        let set = try await pons(
            site,
            ["schedule", "set", "patrol", "--goal", Self.goal, "--every", "1d", "--from", "3s"])
        #expect(set.code == 0, "\(set)")
        let started = try await feed.first { $0.kind == "schedule" && $0.state == "started" }
        let run = try await site.story(of: try #require(started.task))
        #expect(run.last?.state == "succeeded", "\(run.map(\.line))")
        #expect(try await pons(site, ["schedule", "list"]).output.contains("patrol"))
        #expect(try await pons(site, ["schedule", "remove", "patrol"]).code == 0)
    }
}
