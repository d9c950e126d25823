import Foundation
import Testing

@Suite(.serialized)
struct RestartTests {
    @Test(.timeLimit(.minutes(1)))
    func `a daemon that is told to end drains, and goes on where it was`() async throws {
        let site = try Site(simulationSpeed: 10, scene: Workshop.scene(items: 4))
        let daemon = try await site.start()
        var tasks: [String] = []
        for item in 0..<4 { tasks.append(try await site.submit("on(item\(item), shelf)")) }
        var feed = try Feed(of: site)
        _ = try await feed.first { $0.kind == "step" && $0.state == "running" }
        let seen = feed.last
        daemon.signal(SIGTERM)
        #expect(await daemon.end() == 0)

        let again = try await site.start()
        defer { again.signal(SIGKILL) }
        for task in tasks {
            let story = try await site.story(of: task)
            #expect(story.last?.state == "succeeded", "\(story.map(\.line))")
        }
        // The stream takes up right after the last event that was read before.
        var resumed = try Feed(of: site, after: seen)
        let next = try await resumed.first { _ in true }
        #expect(next.id == seen + 1)
        _ = try await resumed.first { $0.task == tasks[3] && $0.kind == "task" && $0.state == "succeeded" }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a hang-up reads the skills anew`() async throws {
        let site = try Site(simulationSpeed: 50, scene: Workshop.scene(items: 1))
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        #expect(
            try await site.ask("/v1/skills").json["skills"].list.contains { $0["name"].text == "polish" }
                == false)
        try site.write("drop_ins/skills.d/polish.yaml", SkillHostProgram.polish)
        daemon.signal(SIGHUP)
        _ = try await daemon.errors.first(containing: "has read its files again")
        #expect(try await site.ask("/v1/skills").json["skills"].list.contains { $0["name"].text == "polish" })
    }
}
