import PlanRules
import PonsTesting
import RobotModel
import SkillKit
import Testing

@testable import Simulation

struct FaultTests {
    private let attempt = AttemptID(task: "t", step: "s", number: 1)

    private func player(_ fault: Fault, _ motion: MotionKind, call: Int? = nil) throws -> Player {
        try Player(
            try SmallHouse.scene(),
            faults: FaultPlan([FaultRule(fault, robot: "dog", motion: motion, call: call)]))
    }

    @Test func `a clean failure changes nothing and the next try succeeds`() async throws {
        let player = try player(.failsCleanly, .approach, call: 1)
        #expect(await player.refusal(of: "dog") { try await $0.approach("pear") }?.code == .skillError)
        #expect(await player.world.pose(of: "dog") == Pose(xMeters: 0, yMeters: 0))
        try await player.play("dog") { try await $0.approach("pear") }
        #expect(try await player.holds("at(dog, pear)"))
    }

    @Test func `a robot that does half its way has left and hasn’t arrived`() async throws {
        let player = try player(.doesHalf, .approach, call: 2)
        try await player.play(("dog", { try await $0.approach("bench") }))
        let failure = await #expect(throws: Failure.self) {
            try await player.play("dog", as: attempt) { try await $0.approach("pear") }
        }
        #expect(failure?.code == .skillError)
        #expect(try await !player.holds("at(dog, bench)"))
        #expect(try await !player.holds("at(dog, pear)"))
        #expect(await player.world.wasDone(attempt) != true)
        let pose = try #require(await player.world.pose(of: "dog"))
        #expect((0.1...2.6).contains(pose.xMeters))
    }

    @Test func `a robot that goes half-way to another room is still in the first`() async throws {
        let player = try player(.doesHalf, .enter)
        try await player.play(
            ("dog", { try await $0.approach("door") }), ("dog", { try await $0.open("door") }))
        await #expect(throws: Failure.self) {
            try await player.play("dog", as: attempt) { try await $0.enter("yard") }
        }
        #expect(try await player.holds("in(dog, den)"))
        #expect(try await !player.holds("in(dog, yard)"))
        #expect(try await !player.holds("at(dog, door)"))
    }

    @Test func `a gripper that does half has the thing and says that it failed`() async throws {
        let player = try player(.doesHalf, .grasp)
        try await player.play(("dog", { try await $0.approach("pear") }))
        await #expect(throws: Failure.self) {
            try await player.play("dog", as: attempt) { try await $0.grasp("pear") }
        }
        #expect(try await player.holds("holding(dog, pear)"))
        #expect(await player.world.wasDone(attempt) == true)
        // Asked again, it has been done already.
        try await player.play("dog", as: attempt) { try await $0.grasp("pear") }
        #expect(await player.world.ledgerCounts()[attempt] == 1)
    }

    @Test func `a robot that hangs does so until it is cancelled`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(
            scene: try SmallHouse.scene(), clock: clock,
            faults: FaultPlan([FaultRule(.hangs, motion: .grasp)]))
        let body = try await world.body(of: "arm", for: attempt)
        let grasp = Task { try await body.grasp("cup") }
        for _ in 0..<31 {
            await clock.whenSleeping()
            clock.advance(by: .milliseconds(100))
        }
        for _ in 0..<100 {
            await clock.whenSleeping()
            clock.advanceToNextDeadline()
        }
        await clock.whenSleeping()
        #expect(clock.now.offset > .seconds(3600 * 90))
        #expect(await !world.state.facts.contains(Fact("holding", "arm", "cup")))
        grasp.cancel()
        let result = await grasp.result
        let failure = #expect(throws: Failure.self) { try result.get() }
        #expect(failure?.code == .canceled)
        #expect(await !world.state.facts.contains(Fact("holding", "arm", "cup")))
    }

    @Test func `a robot that lies changes nothing, and looking shows it`() async throws {
        let player = try player(.claimsSuccess, .grasp)
        try await player.play(("dog", { try await $0.approach("pear") }))
        let before = await player.world.state
        try await player.play("dog", as: attempt) { try await $0.grasp("pear") }
        #expect(await player.world.state == before)
        #expect(await player.world.wasDone(attempt) != true)
        let seen = await player.world.observe(by: "dog")
        #expect(seen.contains(Literal(Fact("holding", "dog", "pear"), isPositive: false)))
        #expect(seen.contains(Literal(Fact("on", "pear", "table"))))
    }

    @Test func `a slow robot takes so many times as long`() async throws {
        let clock = ManualClock()
        let world = try SimulatedWorld(
            scene: try SmallHouse.scene(), clock: clock,
            faults: FaultPlan([FaultRule(.slow(5), robot: "arm")]))
        try await clock.passing { try await world.body(of: "arm", for: attempt).grasp("cup") }
        #expect(clock.now.offset == .seconds(15))
        #expect(await world.state.facts.contains(Fact("holding", "arm", "cup")))
    }

    @Test func `faults can be set and lifted while the world runs`() async throws {
        let player = try Player()
        await player.world.setFaults(FaultPlan([FaultRule(.failsCleanly)]))
        #expect(await player.refusal(of: "dog") { try await $0.approach("pear") }?.code == .skillError)
        await player.world.setFaults(FaultPlan())
        try await player.play(("dog", { try await $0.approach("pear") }))
    }

    @Test func `a rule by call strikes that call alone and the first rule that fits decides`() {
        var draw = FaultDraw(
            FaultPlan([
                FaultRule(.hangs, motion: .grasp, call: 2),
                FaultRule(.failsCleanly, robot: "dog", motion: .grasp),
            ]))
        #expect(draw.next(robot: "arm", motion: .open) == nil)
        #expect(draw.next(robot: "arm", motion: .grasp) == nil)
        #expect(draw.next(robot: "dog", motion: .grasp) == .hangs)
        #expect(draw.next(robot: "dog", motion: .grasp) == .failsCleanly)
    }

    @Test func `chance hangs on the seed and not on which robot moves first`() {
        func faults(seed: UInt64, order: [RobotID]) -> [RobotID: [Bool]] {
            var draw = FaultDraw(FaultPlan([FaultRule(.failsCleanly, probability: 0.3)], seed: seed))
            var result: [RobotID: [Bool]] = [:]
            for robot in order {
                result[robot, default: []].append(draw.next(robot: robot, motion: .grasp) != nil)
            }
            return result
        }
        var random = SeededRandom.printed("order of robots")
        let order: [RobotID] = Array(repeating: ["dog", "arm"], count: 200).flatMap(\.self)
        let straight = faults(seed: 7, order: order)
        #expect(straight == faults(seed: 7, order: order.shuffled(using: &random)))
        #expect(straight != faults(seed: 8, order: order))
        let struck = straight.values.flatMap(\.self).filter(\.self).count
        #expect((60...180).contains(struck), "about 120 of 400 are to fail, not \(struck)")
    }

    @Test func `a fault reads as it is written`() {
        for fault in [Fault.failsCleanly, .doesHalf, .hangs, .claimsSuccess, .slow(2.5)] {
            #expect(Fault(text: fault.description) == fault)
        }
        for bad in ["", "slow", "slow:", "slow:0.5", "slow:inf", "explodes"] {
            #expect(Fault(text: bad) == nil)
        }
    }
}
