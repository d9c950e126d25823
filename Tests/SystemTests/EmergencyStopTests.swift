import Foundation
import Testing

/// The e-stop with real processes: a daemon, a skill host in Python, buttons.
@Suite(.serialized)
struct EmergencyStopTests {
    /// A skill that takes a minute, writes down when it begins and how it
    /// ends, and is agreed to finish when cancelled.
    private static let holders = """
        import os, sys, time
        from pons import Attempt, Canceled, Entity, Host, Robot

        edge, state, ledger, *names = sys.argv[1:]

        def note(text):
            file = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.write(file, (text + "\\n").encode())
            os.fsync(file)
            os.close(file)

        robots = []
        for name in names:
            robot = Robot(name, embodiment="arm", resources=["gripper"])

            @robot.skill(effects=["polished(thing)"], failure="none", timeout_s=100, cancel="finish",
                         resources=["self.gripper"])
            def polish(thing: Entity, attempt: Attempt):
                "Polish something."
                note(f"begin {attempt}")
                try:
                    attempt.sleep(1.0 if os.path.exists(ledger + ".quick") else 60)
                except Canceled:
                    note(f"stopped {attempt}")
                    raise
                note(f"done {attempt}")

            robots.append(robot)
        Host(robots, edge=edge, state=state, name="host." + names[0]).run()

        """

    private func host(at site: Site, _ name: String) async throws -> Program {
        try site.write("holders.py", Self.holders)
        let host = try Program(
            Site.python,
            [
                site.folder + "/holders.py", "tcp://127.0.0.1:\(site.hostPort)", site.folder + "/" + name,
                site.folder + "/\(name).ledger", name,
            ])
        _ = try await host.errors.first(containing: "session")
        return host
    }

    private func ledger(of name: String, at site: Site) -> [String] {
        let text = (try? String(contentsOfFile: site.folder + "/\(name).ledger", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private func estop(_ site: Site) async throws -> JSON { try await site.ask("/v1/estop").json }

    /// Asks until the e-stop is as wanted.
    private func estop(_ site: Site, until fits: (JSON) -> Bool) async throws -> JSON {
        while true {
            let view = try await estop(site)
            if fits(view) { return view }
            await Task.yield()
        }
    }

    private func post(_ site: Site, _ path: String, _ body: String) async throws -> Site.Answer {
        try await site.ask(path, Data(body.utf8))
    }

    private func listens(_ robot: String, _ view: JSON) -> Bool {
        view["robots"].list.contains { $0["robot"].text == robot && $0["isListening"] == .truth(true) }
    }

    private func isReached(_ robot: String, _ view: JSON) -> Bool {
        view["robots"].list.contains { $0["robot"].text == robot && $0["isReached"] == .truth(true) }
    }

    @Test(.timeLimit(.minutes(3)))
    func `it stops a skill that is to finish, outlives brain and host, and is released in two steps`()
        async throws
    {
        let site = try Site(scene: SkillHostProgram.scene(things: 3))
        var daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        var arm = try await host(at: site, "arm")
        defer { arm.signal(SIGKILL) }
        var feed = try Feed(of: site)
        try await feed.await(robots: ["arm"], "available")
        _ = try await estop(site) { listens("arm", $0) }
        let task = try await site.submit("polished(thing0)")
        _ = try await feed.first { $0.kind == "step" && $0.state == "running" }

        let pressed = ContinuousClock.now
        let answer = try await post(site, "/v1/estop", #"{"by": "anna", "reason": "smoke"}"#)
        #expect(answer.status == 200 && answer.json["isOnDisk"] == .truth(true))
        _ = try await estop(site) { isReached("arm", $0) }
        #expect(ContinuousClock.now - pressed < .seconds(5))
        let ended = try await feed.first { $0.task == task && $0.note.contains("e-stop") }
        #expect(ended.note.contains("smoke"))
        _ = try await site.ask("/v1/tasks/\(task)")
        #expect(ledger(of: "arm", at: site).last?.hasPrefix("stopped") == true)

        // Over the death of the brain, and of the host.
        await daemon.kill()
        await arm.kill()
        daemon = try await site.start()
        var view = try await estop(site)
        #expect(view["isLatched"] == .truth(true) && view["pressed"]["by"].text == "anna")
        arm = try await host(at: site, "arm")
        _ = try await arm.errors.first(containing: "e-stop")
        feed = try Feed(of: site, after: feed.last)
        view = try await estop(site) { isReached("arm", $0) }
        // Nothing begins meanwhile, whatever is asked for.
        let second = try await site.submit("polished(thing1)")
        #expect(try await post(site, "/v1/tasks/\(task)/resume", #"{"by": "anna"}"#).status == 409)

        // Released in two steps; a wrong code is none.
        let asked = try await post(site, "/v1/estop/release", #"{"by": "ben", "reason": "aired"}"#)
        let code = try #require(asked.json["code"].text)
        #expect(try await post(site, "/v1/estop/release/confirm", #"{"code": "x"}"#).status == 409)
        #expect(try await estop(site)["release"]["by"].text == "ben")
        #expect(ledger(of: "arm", at: site).filter { $0.hasPrefix("begin") }.count == 1)
        try site.write("arm.ledger.quick", "")
        let released = try await post(
            site, "/v1/estop/release/confirm", "{\"code\": \"\(code)\", \"by\": \"cleo\"}")
        #expect(released.status == 200 && released.json["isLatched"] == .truth(false))

        // What was paused goes on when a person says so.
        #expect(try await post(site, "/v1/tasks/\(task)/resume", #"{"by": "anna"}"#).status == 200)
        #expect(try await site.story(of: task).last?.state == "succeeded")
        _ = try await post(site, "/v1/tasks/\(second)/resume", #"{"by": "anna"}"#)
        #expect(try await site.story(of: second).last?.state == "succeeded")
        let events = try await feed.first { $0.kind == "emergency" && $0.state == "released" }
        #expect(events.note.contains("cleo") && events.note.contains("ben"))
    }

    @Test(.timeLimit(.minutes(2)))
    func `a button at an edge stops its robots without the brain, which is told when it is back`()
        async throws
    {
        let brain = try Site(scene: SkillHostProgram.scene(things: 1))
        var daemon = try await brain.start()
        defer { daemon.signal(SIGKILL) }
        let far = try Site(roles: "edge", brainPort: brain.edgePort, name: "far")
        let edge = try await far.start(ready: "takes skill hosts")
        defer { edge.signal(SIGKILL) }
        let arm = try await host(at: far, "arm")
        defer { arm.signal(SIGKILL) }
        _ = try await estop(brain) { listens("arm", $0) }
        await daemon.kill()
        let button = try Program(
            Site.programs + "/pons", ["estop", "--edge", "--reason", "on the arm"],
            environment: ["PONS_STATE": far.state])
        #expect(await button.end() == 0)
        _ = try await arm.errors.first(containing: "on the arm")
        daemon = try await brain.start()
        let view = try await estop(brain) { isReached("arm", $0) }
        #expect(view["isLatched"] == .truth(true))
        #expect(view["pressed"]["station"].text == "far")
        // The command line, to the end.
        let release = try await brain.pons("estop", "release", "--reason", "looked", "-o", "json")
        let ask = try JSONDecoder().decode(JSON.self, from: Data(release.output.utf8))
        let confirm = try await brain.pons("estop", "confirm", ask["code"].text ?? "")
        #expect(confirm.code == 0, "\(confirm)")
        _ = try await arm.errors.first(containing: "released")
    }

    @Test(.timeLimit(.minutes(2))) func `simulated robots stop too, by the command line`() async throws {
        let site = try Site(simulationSpeed: 0.05, scene: Workshop.scene(items: 4))
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        var feed = try Feed(of: site)
        let task = try await site.submit("on(item0, shelf)")
        _ = try await feed.first { $0.kind == "step" && $0.state == "running" }
        let pressed = try await site.pons("estop", "--reason", "smoke")
        #expect(pressed.code == 0 && pressed.output.contains("2 of 2 robots have stopped"), "\(pressed)")
        _ = try await feed.first { $0.task == task && $0.note.contains("smoke") }
        let again = try await site.pons("estop", "show")
        #expect(again.output.contains("LATCHED by"), "\(again)")
    }
}
