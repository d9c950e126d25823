import Foundation
import Testing

@Suite(.serialized)
struct BadInputTests {
    @Test(.timeLimit(.minutes(1)))
    func `what can't be used is refused with a reason, and the daemon serves on`() async throws {
        let site = try Site(simulationSpeed: 50, scene: Workshop.scene(items: 2))
        try site.write(
            "drop_ins/skills.d/broken.yaml", "apiVersion: pons/v1\nkind: Skill\nname: broken\nversoin: 1\n")
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        let refusal = try await daemon.errors.first(containing: "broken.yaml")
        #expect(refusal.contains("broken.yaml:4"), "\(refusal)")

        let long = String(repeating: "on(item0, shelf) and ", count: 500_000)
        let cases: [(body: String, status: Int, code: String)] = [
            (#"{"words": "#, 400, "malformedJSON"),
            (#"{"wrods": "put item 0 on the shelf"}"#, 400, "unknownField"),
            (
                #"{"workflow": {"steps": [{"id": "a", "skill": "pick", "robot": "nobody", "arguments": {"item": "item0"}}]}}"#,
                201, "unknownRobot"
            ),
            (#"{"goal": "on(item0, shelf) and not on(item0, shelf)"}"#, 201, "contradictoryGoal"),
            (#"{"goal": "on(shelf, item0)"}"#, 201, "unreachableGoal"),
            (#"{"words": ""}"#, 422, "emptyTask"),
            (#"{}"#, 422, "emptyTask"),
            (#"{"words": "zork the frobnitz"}"#, 201, "notUnderstood"),
            ("{\"words\": \"\(long)\"}", 413, "bodyTooLarge"),
        ]
        for (body, status, code) in cases {
            let answer = try await site.ask("/v1/tasks", Data(body.utf8))
            if status == 201 {
                let task = try #require(answer.json["id"].text)
                let story = try await site.story(of: task)
                #expect(story.last?.state == "rejected", "\(story.map(\.line))")
                let end = try await site.ask("/v1/tasks/\(task)").json
                #expect(end["rejection"]["code"].text == code, "\(end)")
                continue
            }
            #expect(answer.status == status, "\(body.prefix(80)): \(answer)")
            #expect(answer.json["code"].text == code, "\(body.prefix(80)): \(answer.json)")
            #expect(answer.json["detail"].text?.isEmpty == false)
            #expect(answer.json["advice"].text?.isEmpty == false)
        }
        try await expectService(by: site, item: 0)
    }

    @Test(.timeLimit(.minutes(1)))
    func `ten thousand frames of garbage at both doors harm nothing`() async throws {
        let site = try Site(simulationSpeed: 50, scene: Workshop.scene(items: 2))
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        try site.write(
            "garbage.py",
            """
            import random, sys, zmq
            seed = random.randrange(2**32)
            print("seed", seed)
            random.seed(seed)
            context = zmq.Context()
            for address in sys.argv[1:]:
                dealer = context.socket(zmq.DEALER)
                dealer.setsockopt(zmq.SNDTIMEO, 20000)
                dealer.connect(address)
                for _ in range(5000):
                    parts = [random.randbytes(random.randrange(200)) for _ in range(random.choice([1, 1, 1, 2, 3]))]
                    dealer.send_multipart(parts)
                dealer.close(linger=20000)
            context.term()

            """)
        let sender = try Program(
            Site.python,
            [
                site.folder + "/garbage.py", "tcp://127.0.0.1:\(site.edgePort)",
                "tcp://127.0.0.1:\(site.hostPort)",
            ])
        #expect(await sender.end() == 0, "\(sender.errors.all)")
        try await expectService(by: site, item: 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a skill that raises, hangs or answers with the wrong type fails by name, and others run on`()
        async throws
    {
        let site = try Site(scene: SkillHostProgram.scene(things: 1))
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        var feed = try Feed(of: site)
        try site.write(
            "naughty.py",
            """
            import asyncio, sys, time
            from pons import Entity, Robot

            robot = Robot("naughty", embodiment="arm")

            @robot.skill(effects=["raised(thing)"])
            def raises(thing: Entity):
                "Raise an error."
                raise ValueError("the gripper is jammed")

            @robot.skill(effects=["hung(thing)"], typical_s=0.1, timeout_s=0.5)
            async def hangs(thing: Entity):
                "Never come back."
                await asyncio.Event().wait()

            @robot.skill(effects=["wrong(thing)"])
            def mistakes(thing: Entity) -> int:
                "Answer with a text for a number."
                return "seven"

            @robot.skill(effects=["good(thing)"])
            def behaves(thing: Entity):
                "Do as told."

            robot.run(edge=sys.argv[1], state=sys.argv[2])

            """)
        let host = try Program(
            Site.python,
            [site.folder + "/naughty.py", "tcp://127.0.0.1:\(site.hostPort)", site.folder + "/naughty"])
        defer { host.signal(SIGKILL) }
        try await feed.await(robots: ["naughty"], "available")
        for (fact, code, words) in [
            ("raised(thing0)", "skillError", "the gripper is jammed"), ("hung(thing0)", "timeout", ""),
            ("wrong(thing0)", "skillError", "mistakes"),
        ] {
            let task = try await site.submit(fact)
            let story = try await site.story(of: task)
            let end = try await site.ask("/v1/tasks/\(task)").json
            #expect(end["state"].text == "failed", "\(story.map(\.line))")
            #expect(end["failure"]["code"].text == code, "\(end["failure"]) \(story.map(\.line))")
            #expect(
                end["failure"]["message"].text?.contains(words) == (words.isEmpty ? false : true)
                    || words.isEmpty)
            #expect(try await site.facts()[fact] == nil)
        }
        let story = try await site.story(of: try await site.submit("good(thing0)"))
        #expect(story.last?.state == "succeeded", "\(story.map(\.line))")
    }

    private func expectService(by site: Site, item: Int) async throws {
        let story = try await site.story(of: try await site.submit("on(item\(item), shelf)"))
        #expect(story.last?.state == "succeeded", "\(story.map(\.line))")
    }
}
