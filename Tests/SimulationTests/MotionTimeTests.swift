import PlanRules
import PonsTesting
import RobotModel
import Simulation
import SkillKit
import Testing

/// How long motions take, on a clock that moves by hand.
struct MotionTimeTests {
    /// The dog stops 0.3 m before the pear, 3 m away, at 1 m/s; plus 1 s.
    private static let walkSeconds = 3.7

    private func attempt(_ number: UInt32 = 1) -> AttemptID {
        AttemptID(task: "t", step: "s", number: number)
    }

    @Test(arguments: [1, 2, 10] as [Double])
    func `travel takes distance over speed, divided by how fast the world runs`(_ speed: Double) async throws
    {
        let clock = ManualClock()
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), speed: speed, clock: clock)
        let body = try await world.body(of: "dog", for: attempt())
        try await clock.passing { try await body.approach("pear") }
        #expect(abs(clock.now.offset.inSeconds - Self.walkSeconds / speed) < 1e-6)
        #expect(await world.state.facts.contains(Fact("at", "dog", "pear")))
        let pose = try #require(await world.pose(of: "dog"))
        #expect(abs(pose.xMeters - 2.7) < 1e-9 && pose.yMeters == 0)
    }

    @Test func `an infinitely fast world doesn’t wait at all`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), speed: .infinity, clock: clock)
        try await world.body(of: "dog", for: attempt()).approach("pear")
        #expect(clock.now.offset == .zero)
        #expect(await world.state.facts.contains(Fact("at", "dog", "pear")))
    }

    @Test func `the world changes at the end of a motion and not before`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), clock: clock)
        let body = try await world.body(of: "arm", for: attempt())
        async let grasp: Void = body.grasp("cup")
        for _ in 0..<29 {
            await clock.whenSleeping()
            #expect(await !world.state.facts.contains(Fact("holding", "arm", "cup")))
            clock.advanceToNextDeadline()
        }
        await clock.whenSleeping()
        clock.advanceToNextDeadline()
        try await grasp
        #expect(await world.state.facts.contains(Fact("holding", "arm", "cup")))
    }

    @Test func `a cancelled robot stays where it got to and the facts as they were`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), clock: clock)
        let body = try await world.body(of: "dog", for: attempt())
        let before = await world.state
        let walk = Task { try await body.approach("pear") }
        for _ in 0..<10 {
            await clock.whenSleeping()
            clock.advance(by: .milliseconds(100))
        }
        await clock.whenSleeping()
        walk.cancel()
        let result = await walk.result
        #expect(throws: Failure(.canceled, "dog was stopped on its way")) { try result.get() }
        #expect(await world.state == before)
        let pose = try #require(await world.pose(of: "dog"))
        #expect(abs(pose.xMeters - 2.7 / Self.walkSeconds) < 1e-6)
        #expect(await world.wasDone(attempt()) != true)
        // It goes on from there.
        try await clock.passing { try await world.body(of: "dog", for: attempt(2)).approach("pear") }
        #expect(await world.pose(of: "dog")?.xMeters ?? 0 > 2.69)
    }

    @Test func `poses and battery stream at most ten times a second`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), clock: clock)
        let states = await world.states()
        try await clock.passing { try await world.body(of: "dog", for: attempt()).approach("pear") }
        var seen: [BodyState] = []
        for await state in states {
            if state.robot == "dog" { seen.append(state) }
            if state.robot == "dog", state.pose.xMeters > 2.699, seen.count > 37 { break }
        }
        // One at the start, one each 0.1 s of 3.7 s, and two at the end.
        #expect(seen.count <= 41)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.pose.xMeters <= $1.pose.xMeters })
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.batteryRatio >= $1.batteryRatio })
        let last = try #require(seen.last)
        #expect(abs(last.batteryRatio - (1 - 0.25 * Self.walkSeconds / 3600)) < 1e-9)
    }

    @Test func `progress is told from nothing to all`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), clock: clock)
        let told = Told()
        let body = try await world.body(of: "dog", for: attempt())
        try await clock.passing { try await body.approach("pear") { told.note($0) } }
        #expect(told.ratios.first == 0 && told.ratios.last == 1)
        #expect(told.ratios == told.ratios.sorted())
    }

    @Test func `a robot makes one motion at a time`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), clock: clock)
        let (one, other) = (
            try await world.body(of: "dog", for: attempt()), try await world.body(of: "dog", for: attempt(2))
        )
        let walk = Task { try await one.approach("pear") }
        await clock.whenSleeping()
        let failure = await #expect(throws: Failure.self) { try await other.approach("bench") }
        #expect(failure?.code == .resourceConflict)
        try await clock.passing { try await walk.value }
    }

    @Test func `of two robots that grasp one thing the second finds it gone`() async throws {
        let clock = ManualClock()
        let scene = try SmallHouse.scene { scene in
            scene.facts.append(Fact("at", "giant", "pear"))
            scene.facts.append(Fact("at", "dog", "pear"))
        }
        let world = try SimulatedWorld(scene: scene, clock: clock)
        let (dog, giant) = (
            try await world.body(of: "dog", for: attempt()),
            try await world.body(of: "giant", for: attempt(2))
        )
        let first = Task { try await dog.grasp("pear") }
        await clock.whenSleeping()
        clock.advance(by: .milliseconds(50))
        let second = Task { try await giant.grasp("pear") }
        await clock.whenSleeping(2)
        let results = await clock.passing { (await first.result, await second.result) }
        #expect(throws: Never.self) { try results.0.get() }
        let failure = #expect(throws: Failure.self) { try results.1.get() }
        #expect(failure?.code == .conditionUnmet)
        let holders = await world.state.facts.filter { $0.predicate == "holding" }
        #expect(holders == [Fact("holding", "dog", "pear")])
    }

    @Test func `a motion under way ends when the scene is replaced`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(scene: try SmallHouse.scene(), clock: clock)
        let body = try await world.body(of: "dog", for: attempt())
        let walk = Task { try await body.approach("pear") }
        await clock.whenSleeping()
        try await world.replace(scene: SceneDescription(name: "empty"))
        let result = await clock.passing { await walk.result }
        let failure = #expect(throws: Failure.self) { try result.get() }
        #expect(failure?.code == .canceled)
        #expect(await world.robots().isEmpty)
        #expect(await world.state.facts.isEmpty)
    }

    @Test func `a robot carries no more than its payload`() async throws {
        let player = try Player()
        try await player.play(("dog", { try await $0.approach("anvil") }))
        #expect(await player.refusal(of: "dog") { try await $0.grasp("anvil") }?.code == .rejectedBySkill)
    }

    @Test func `a basket takes no more than its robot can lift`() async throws {
        let player = try Player(
            try SmallHouse.scene { scene in
                for index in scene.entities.indices where ["pear", "bowl"].contains(scene.entities[index].id)
                {
                    scene.entities[index].properties["weight_kg"] = .number(0.6)
                }
            })
        try await player.play(
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }),
            ("dog", { try await $0.approach("basket") }),
            ("dog", { try await $0.put("pear", into: "basket") }),
            ("dog", { try await $0.approach("bowl") }), ("dog", { try await $0.grasp("bowl") }),
            ("dog", { try await $0.approach("basket") }))
        #expect(
            await player.refusal(of: "dog") { try await $0.put("bowl", into: "basket") }?.code
                == .rejectedBySkill)
    }

    @Test func `a robot with an empty battery refuses`() async throws {
        let player = try Player(
            try SmallHouse.scene { scene in
                for index in scene.robots.indices { scene.robots[index].limits.batteryRatioPerHour = 2000 }
            })
        await #expect(throws: Failure.self) {
            try await player.play(
                ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.approach("bench") }))
        }
        #expect(await player.refusal(of: "dog") { try await $0.approach("table") }?.code == .rejectedBySkill)
    }
}

/// Ratios that a body told, in order. Written by one motion at a time.
private final class Told: @unchecked Sendable {
    // Sound: the world’s actor alone calls the closure, and the test reads after it has ended.
    private(set) var ratios: [Double] = []
    func note(_ ratio: Double) { ratios.append(ratio) }
}
