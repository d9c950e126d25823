import Foundation
import Testing

@Suite(.serialized)
struct RobotLossTests {
    private static let rounds = 4
    private static let together = 5
    private static let noticed: Duration = .seconds(10)

    /// A brain with five things a round to polish, and the skill for it.
    private func brain() throws -> Site {
        try Site(scene: SkillHostProgram.scene(things: Self.rounds * Self.together))
    }

    /// Submits a round's tasks, each once the one before is at work, so that no
    /// two plans count on the same robot.
    private func submit(_ round: Int, to site: Site, _ feed: inout Feed) async throws -> [String] {
        var tasks: [String] = []
        for place in 0..<Self.together {
            let task = try await site.submit("polished(thing\(round * Self.together + place))")
            _ = try await feed.first { $0.kind == "step" && $0.state == "running" && $0.task == task }
            tasks.append(task)
        }
        return tasks
    }

    private func names(_ prefix: String) -> [String] { (0..<Self.together).map { "\(prefix)\($0)" } }

    @Test(.timeLimit(.minutes(2)))
    func `where others can do the work, twenty of twenty tasks outlive the loss of their robots' host`()
        async throws
    {
        let site = try brain()
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        var feed = try Feed(of: site)
        var hosts = [
            "a": try await SkillHostProgram.start(names("a"), at: site, name: "a"),
            "b": try await SkillHostProgram.start(names("b"), at: site, name: "b"),
        ]
        try await feed.await(robots: names("a") + names("b"), "available")
        var tasks: [String] = []
        for round in 0..<Self.rounds {
            var fresh: [String] = []
            for place in 0..<Self.together {
                fresh.append(try await site.submit("polished(thing\(round * Self.together + place))"))
            }
            // The host to lose is the one that the first task has come to.
            let running = try await feed.first {
                $0.task == fresh[0] && $0.kind == "step" && $0.state == "running"
            }
            let lost = String(try #require(running.robot).prefix(1))
            await hosts[lost]?.kill()
            let killed = ContinuousClock.now
            try await feed.await(robots: names(lost), "lost")
            #expect(ContinuousClock.now - killed < Self.noticed)
            for task in fresh {
                let story = try await site.story(of: task)
                #expect(story.last?.state == "succeeded", "\(story.map(\.line))")
            }
            tasks += fresh
            hosts[lost] = try await SkillHostProgram.start(names(lost), at: site, name: lost)
            try await feed.await(robots: names(lost), "available")
        }
        #expect(tasks.count == 20)
        for host in hosts.values { await host.kill() }
        // A host that was always the one to be lost may have no ledger.
        let effects = ["a", "b"].flatMap { name in
            let text = try? String(contentsOfFile: site.folder + "/\(name).ledger", encoding: .utf8)
            return text?.split(separator: "\n") ?? []
        }
        #expect(effects.count >= tasks.count)
        #expect(Set(effects).count == effects.count, "an attempt took effect twice: \(effects)")
    }

    @Test(.timeLimit(.minutes(2)))
    func `where none can do the work, twenty of twenty tasks say that their robot was lost`() async throws {
        let site = try brain()
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        var feed = try Feed(of: site)
        for round in 0..<Self.rounds {
            let host = try await SkillHostProgram.start(names("a"), at: site, name: "a", seconds: 15)
            try await feed.await(robots: names("a"), "available")
            let fresh = try await submit(round, to: site, &feed)
            await host.kill()
            let killed = ContinuousClock.now
            try await feed.await(robots: names("a"), "lost")
            #expect(ContinuousClock.now - killed < Self.noticed)
            for task in fresh {
                let story = try await site.story(of: task)
                let end = try await site.ask("/v1/tasks/\(task)").json
                #expect(end["state"].text == "failed", "\(story.map(\.line))")
                #expect(end["failure"]["code"].text == "robotLost", "\(end)")
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `where only a killed edge's robots could do the work, every task says that they were lost`()
        async throws
    {
        let brain = try brain()
        let daemon = try await brain.start()
        defer { daemon.signal(SIGKILL) }
        var feed = try Feed(of: brain)
        let far = try Site(roles: "edge", brainPort: brain.edgePort, name: "far")
        var farHost: Program?
        var lost = 0
        for round in 0..<Self.rounds {
            let edge = try await far.start(ready: "takes skill hosts")
            if farHost == nil {
                farHost = try await SkillHostProgram.start(names("far"), at: far, name: "far", seconds: 15)
            }
            try await feed.await(robots: names("far"), "available")
            let tasks = try await submit(round, to: brain, &feed)
            await edge.kill()
            try await feed.await(robots: names("far"), "lost")
            for task in tasks {
                let story = try await brain.story(of: task)
                let end = try await brain.ask("/v1/tasks/\(task)").json
                #expect(end["state"].text == "failed", "\(story.map(\.line))")
                if end["failure"]["code"].text == "robotLost" { lost += 1 }
            }
        }
        #expect(lost == 20)
        await farHost?.kill()
    }

    @Test(.timeLimit(.minutes(2)))
    func `an edge that is killed in mid-step loses its robots, and others take over their work`() async throws
    {
        let brain = try brain()
        let daemon = try await brain.start()
        defer { daemon.signal(SIGKILL) }
        var feed = try Feed(of: brain)
        let nearHost = try await SkillHostProgram.start(names("near"), at: brain, name: "near")
        try await feed.await(robots: names("near"), "available")
        let far = try Site(roles: "edge", brainPort: brain.edgePort, name: "far")
        let edge = try await far.start(ready: "takes skill hosts")
        let farHost = try await SkillHostProgram.start(names("far"), at: far, name: "far")
        try await feed.await(robots: names("far"), "available")
        // More tasks than there are near robots, so that far ones are at work.
        var tasks: [String] = []
        for place in 0..<20 { tasks.append(try await brain.submit("polished(thing\(place))")) }
        _ = try await feed.first {
            $0.kind == "step" && $0.state == "running" && $0.robot?.hasPrefix("far") == true
        }
        await edge.kill()
        let killed = ContinuousClock.now
        try await feed.await(robots: names("far"), "lost")
        #expect(ContinuousClock.now - killed < Self.noticed)
        for task in tasks {
            let story = try await brain.story(of: task)
            #expect(story.last?.state == "succeeded", "\(story.map(\.line))")
        }
        await farHost.kill()
        await nearHost.kill()
    }
}

/// All events of a daemon in order, taken one after the other.
struct Feed {
    struct Ended: Error {}

    private let site: Site
    private var iterator: AsyncStream<Event>.Iterator
    private(set) var last: UInt64 = 0

    init(of site: Site, after id: UInt64 = 0) throws {
        self.site = site
        iterator = try site.events(after: id).makeAsyncIterator()
    }

    /// The next event that is as asked; those before it are passed over.
    mutating func first(where fits: (Event) -> Bool) async throws -> Event {
        while let event = await iterator.next(isolation: #isolation) {
            last = event.id
            if fits(event) { return event }
        }
        throw Ended()
    }

    /// Waits until each of these robots has come to be so.
    mutating func await(robots: [String], _ state: String) async throws {
        var awaited = Set(robots)
        while !awaited.isEmpty {
            let event = try await first { $0.kind == "robot" && $0.state == state }
            if let robot = event.robot { awaited.remove(robot) }
        }
    }
}
