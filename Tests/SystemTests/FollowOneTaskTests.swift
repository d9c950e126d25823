import Foundation
import Testing

struct FollowOneTaskTests {
    @Test(.timeLimit(.minutes(1)))
    func `one task can be followed through events, log and memory by its id`() async throws {
        let site = try Site(simulationSpeed: 50, scene: Workshop.scene(items: 1))
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        let task = try await site.submit("on(item0, shelf)")
        let story = try await site.story(of: task)
        #expect(story.allSatisfy { $0.task == task })
        #expect(story.map(\.id) == story.map(\.id).sorted())

        let stages = story.filter { $0.kind == "task" }.map(\.state)
        #expect(stages == ["received", "planning", "running", "succeeded"])
        let steps = Dictionary(grouping: story.filter { $0.kind == "step" }) { $0.step ?? "" }
        #expect(steps.count == 4, "\(story.map(\.line))")
        for (step, events) in steps {
            #expect(events.map(\.state) == ["assigned", "running", "succeeded"], "\(step)")
            #expect(events.allSatisfy { $0.robot != nil })
        }

        let log = daemon.errors.all.filter { $0.contains(task) }
        for event in story {
            let told = "\(event.kind) \(event.state)"
            #expect(
                log.contains {
                    $0.contains(told) && (event.step == nil || $0.contains("step=\(event.step ?? "")"))
                },
                "no line of the log tells: \(event.line)")
        }
        // The step's claim, and then what its robot saw.
        let history = try await site.ask("/v1/memory/entities/item0").json["history"].list
        let claims = history.filter { $0["fact"].text == "on(item0, shelf)" }.compactMap { $0["source"].text }
        let claim = try #require(claims.first { $0.hasPrefix("effect:") }, "\(claims)")
        let parts = claim.split(separator: "/")
        try #require(parts.count == 3, "\(claim)")
        #expect(parts[0] == "effect:\(task)" && parts[2] == "1", "\(claim)")
        #expect(steps.keys.contains(String(parts[1])))
    }
}
