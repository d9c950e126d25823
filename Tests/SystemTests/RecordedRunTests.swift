import Coordination
import FaultSimulation
import Foundation
import Journal
import RobotModel
import Testing
import WireFormat

/// What a real daemon did about its inputs is what the simulator's brain does
/// about them: the shell has no mind of its own.
struct RecordedRunTests {
    /// An action's bytes, behind the number of the record that it follows from.
    private struct Line: Hashable, CustomStringConvertible {
        let cause: UInt64
        let text: String

        init(cause: UInt64, text: String) {
            self.cause = cause
            self.text = text
        }

        init?(_ line: Substring) {
            guard let space = line.firstIndex(of: " "), let cause = UInt64(line[..<space]) else { return nil }
            self.init(cause: cause, text: String(line[line.index(after: space)...]))
        }

        var description: String { "\(cause) \(text)" }
        var kind: String {
            struct Head: Decodable { var kind: String }
            return (try? JSONDecoder().decode(Head.self, from: Data(text.utf8)))?.kind ?? ""
        }
        /// Whether a start carries it out again: shared memory may lack it.
        var isForMemory: Bool { kind == "applyEffects" || kind == "tell" }
    }

    @Test(.timeLimit(.minutes(3)))
    func `the simulator does about a daemon's inputs what the daemon did, byte for byte`() async throws {
        let site = try Site(scene: SkillHostProgram.scene(things: 12))
        let lives = try (0..<(try await run(site))).map { life in
            let text = try String(contentsOfFile: log(of: life, at: site), encoding: .utf8)
            #expect(text.hasSuffix("\n"))
            return try text.split(separator: "\n").map { try #require(Line($0)) }
        }
        let entries = try Journal(path: site.state + "/journal.db").read(after: 0, limit: .max).map {
            let (input, at) = try JournalEntryCodec.decode($0.payload)
            return JournalledInput(input, at: at)
        }
        let replayed = try RecordedRunReplay(entries).deeds.map {
            Line(cause: $0.cause, text: String(decoding: try $0.action.encoded(), as: UTF8.self))
        }
        // Each life but the first begins with a record that says so.
        let begins = zip(UInt64(1)..., entries).compactMap { number, entry in
            if case .brainStarted(epoch: 2...) = entry.input { number } else { nil as UInt64? }
        }
        try #require(begins.count == lives.count - 1)
        let (starts, ends) = ([1] + begins, begins + [UInt64(entries.count) + 1])
        var owed: [Line] = []
        for (life, lines) in lives.enumerated() {
            // What the life before owes shared memory is done first.
            let redone = Array(lines.prefix { $0.cause < starts[life] })
            let earlier = replayed.filter { $0.cause < starts[life] && $0.isForMemory }
            #expect(redone == earlier.suffix(redone.count), "life \(life) began with \(redone)")
            #expect(Set(redone).isSuperset(of: owed), "life \(life) began with \(redone), not \(owed)")

            let done = Array(lines.dropFirst(redone.count))
            let expected = replayed.filter { (starts[life]..<ends[life]).contains($0.cause) }
            let same = zip(done, expected).prefix { $0 == $1 }.count
            try #require(
                same == done.count,
                "life \(life) did \(done[same]) instead of \(expected.dropFirst(same).first as Line?)")
            // An end may cut off what would have come of the last commit.
            let missing = expected.dropFirst(same)
            let last = entries[Int(ends[life]) - 2].at
            #expect(
                missing.allSatisfy { entries[Int($0.cause) - 1].at == last },
                "life \(life) left out \(missing)")
            owed = missing.filter(\.isForMemory)
        }

        let kinds = Set(lives.joined().map(\.kind))
        let usual: Set = [
            "plan", "invoke", "cancelAttempt", "confirmResult", "applyEffects", "checkGoal", "startTimer",
            "stopTimer", "publish", "archive", "refuse",
        ]
        #expect(kinds.isSuperset(of: usual), "nothing was \(usual.subtracting(kinds))")
    }

    private func log(of life: Int, at site: Site) -> String { site.folder + "/actions.\(life)" }

    private func start(_ life: Int, at site: Site, dying place: String? = nil) async throws -> Program {
        var environment = ["PONS_ACTION_LOG": log(of: life, at: site)]
        environment["PONS_CRASH_AT"] = place
        return try await site.start(environment: environment)
    }

    private func order(_ path: String, at site: Site) async throws -> Int {
        try await site.ask(path, Data(#"{"by": "anna", "reason": "a child"}"#.utf8)).status
    }

    /// Some lives of a daemon, with robots that slip and people who step in.
    ///
    /// - Returns: how many.
    private func run(_ site: Site) async throws -> Int {
        var daemon = try await start(0, at: site)
        defer { daemon.signal(SIGKILL) }
        let host = try await host(at: site)
        defer { host.signal(SIGKILL) }
        var feed = try Feed(of: site)
        try await feed.await(robots: Self.robots, "available")
        var tasks: [String] = []
        for thing in 0..<6 { tasks.append(try await site.submit("polished(thing\(thing))")) }
        _ = try await feed.first { $0.kind == "step" && $0.state == "running" }
        // Too late where the machine is slow: that is an input like any other.
        let isPaused = try await order("/v1/tasks/\(tasks[5])/pause", at: site) == 200
        let isCanceled = try await order("/v1/tasks/\(tasks[4])/cancel", at: site) == 200
        #expect(try await order("/v1/robots/a/takeover", at: site) == 200)
        _ = try await feed.first { $0.kind == "task" && $0.state == "succeeded" }
        #expect(try await order("/v1/robots/a/giveback", at: site) == 200)
        #expect(try await order("/v1/robots/a/giveback", at: site) == 409)
        for thing in 6..<9 { tasks.append(try await site.submit("polished(thing\(thing))")) }
        _ = try await feed.first { $0.task == tasks[8] && $0.kind == "step" && $0.state == "running" }
        await daemon.kill()

        daemon = try await start(1, at: site)
        #expect(try await order("/v1/tasks/\(tasks[5])/resume", at: site) == 200 || !isPaused)
        for (number, task) in tasks.enumerated() {
            let story = try await site.story(of: task)
            let end = number == 4 && isCanceled ? "canceled" : "succeeded"
            #expect(story.last?.state == end, "\(story.map(\.line))")
        }
        let canceled = try await site.submit("polished(thing9)")
        feed = try Feed(of: site)
        _ = try await feed.first { $0.task == canceled && $0.kind == "step" && $0.state == "running" }
        _ = try await order("/v1/tasks/\(canceled)/cancel", at: site)
        _ = try await site.story(of: canceled)
        daemon.signal(SIGTERM)
        #expect(await daemon.end() == 0)

        // Dies before shared memory has the effect of what was done.
        daemon = try await start(2, at: site, dying: "memory.before@1")
        let last = try await site.submit("polished(thing10)")
        _ = await daemon.end()
        daemon = try await start(3, at: site)
        #expect(try await site.story(of: last).last?.state == "succeeded")
        await daemon.kill()
        return 4
    }

    // MARK: Robots

    private static let robots = ["a", "b", "c"]

    private func host(at site: Site) async throws -> Program {
        try site.write("slippery.py", Self.slippery)
        let host = try Program(
            Site.python,
            [site.folder + "/slippery.py", "tcp://127.0.0.1:\(site.hostPort)", site.folder + "/host"]
                + Self.robots)
        _ = try await host.errors.first(containing: "session")
        return host
    }

    /// Robots that let each thing slip once.
    private static let slippery = """
        import sys
        from pons import Attempt, Entity, Failure, Host, Robot

        edge, state, *names = sys.argv[1:]
        robots, slipped = [], set()
        for name in names:
            robot = Robot(name, embodiment="arm", resources=["gripper"])

            @robot.skill(effects=["polished(thing)"], failure="none", timeout_s=20, resources=["self.gripper"])
            def polish(thing: Entity, attempt: Attempt):
                "Polish something."
                attempt.sleep(0.5)
                if thing not in slipped:
                    slipped.add(thing)
                    raise Failure("skillError", "it slipped")

            robots.append(robot)
        Host(robots, edge=edge, state=state, name="host").run()

        """
}
