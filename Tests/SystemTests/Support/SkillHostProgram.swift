/// A process that speaks for robots over the wire, in Python.
enum SkillHostProgram {
    /// Serves the robots named in its arguments with a skill each that takes a
    /// moment, and writes each effect to a ledger of its own, on disk before
    /// the skill ends.
    ///
    ///     host.py EDGE STATE LEDGER SECONDS ROBOT...
    static let polishers = """
        import os, sys
        from pons import Attempt, Entity, Host, Robot

        edge, state, ledger, seconds, *names = sys.argv[1:]
        robots = []
        for name in names:
            robot = Robot(name, embodiment="arm", resources=["gripper"])

            @robot.skill(effects=["polished(thing)"], failure="none", timeout_s=20, resources=["self.gripper"])
            def polish(thing: Entity, attempt: Attempt):
                "Polish something."
                attempt.sleep(float(seconds))
                file = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                os.write(file, f"{attempt} polished({thing})\\n".encode())
                os.fsync(file)
                os.close(file)

            robots.append(robot)
        Host(robots, edge=edge, state=state, name="host." + names[0]).run()

        """

    static let polish = """
        apiVersion: pons/v1
        kind: Skill
        name: polish
        version: 1.0.0
        summary: Polish something.
        phrases: ["polish {thing}"]
        parameters:
          - {name: thing, type: entity}
        conditions:
          start: []
        effects:
          success: ["polished(thing)"]
          failure: none
        duration: {typical_s: 0.3, timeout_s: 20}
        resources: [self.gripper]
        on_link_loss: stop
        cancel: stop
        idempotent: false
        risk: low
        host: {kind: zmq}

        """

    static func scene(things: Int) -> String {
        let entities = (0..<things).map { "  - {id: thing\($0), types: [item], names: [thing \($0)]}" }
        return """
            apiVersion: pons/v1
            kind: Scene
            name: polishing
            entities:
            \(entities.joined(separator: "\n"))
            facts: []

            """
    }

    /// - Parameter seconds: how long it takes to polish something.
    /// - Returns: the process, once it has a session with the edge.
    static func start(
        _ robots: [String], at site: Site, name: String, seconds: Double = 1.5
    ) async throws -> Program {
        try site.write("host.py", polishers)
        let host = try Program(
            Site.python,
            [
                site.folder + "/host.py", "tcp://127.0.0.1:\(site.hostPort)", site.folder + "/" + name,
                site.folder + "/\(name).ledger", "\(seconds)",
            ] + robots)
        _ = try await host.errors.first(containing: "session")
        return host
    }
}
