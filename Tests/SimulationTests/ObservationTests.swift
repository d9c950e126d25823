import PlanRules
import RobotModel
import Simulation
import SkillKit
import Testing

struct ObservationTests {
    private func sees(_ text: String, _ robot: RobotID, in player: Player) async throws -> Bool {
        let literal = try FactSyntax().literal(text)
        return await player.world.observe(by: robot).contains(literal)
    }

    @Test func `a robot sees what is in its room and its own state`() async throws {
        let player = try Player()
        for fact in [
            "on(pear, table)", "in(dog, den)", "in(table, den)", "open(box)", "in(giant, den)",
            "on(drone, den_floor)",
        ] {
            #expect(try await sees(fact, "dog", in: player), "\(fact)")
        }
        for fact in [
            "not open(door)", "not open(fridge)", "not in(dog, yard)", "not at(dog, pear)",
            "not holding(dog, pear)",
        ] {
            #expect(try await sees(fact, "dog", in: player), "\(fact)")
        }
    }

    @Test func `it sees neither into closed containers nor into other rooms`() async throws {
        let player = try Player()
        #expect(try await !sees("inside(egg, fridge)", "dog", in: player))
        #expect(try await !sees("in(yard_floor, yard)", "dog", in: player))
        try await player.play(("arm", { try await $0.open("fridge") }))
        #expect(try await sees("inside(egg, fridge)", "dog", in: player))
    }

    @Test func `it sees that a thing is gone from where it was`() async throws {
        let player = try Player()
        try await player.play(
            ("giant", { try await $0.approach("pear") }), ("giant", { try await $0.grasp("pear") }))
        #expect(try await sees("not on(pear, table)", "dog", in: player))
        #expect(try await sees("holding(giant, pear)", "dog", in: player))
    }

    @Test func `it sees that what was taken out of its sight isn’t there`() async throws {
        let player = try Player()
        try await player.play(
            ("dog", { try await $0.approach("door") }), ("dog", { try await $0.open("door") }),
            ("giant", { try await $0.approach("pear") }), ("giant", { try await $0.grasp("pear") }),
            ("giant", { try await $0.enter("yard") }))
        #expect(try await sees("not on(pear, table)", "dog", in: player))
        #expect(try await !sees("holding(giant, pear)", "dog", in: player))
        #expect(try await sees("not in(giant, den)", "dog", in: player))
        #expect(try await sees("holding(giant, pear)", "giant", in: player))
    }

    @Test func `after a refusal it says where the thing isn’t`() async throws {
        let player = try Player()
        _ = await player.refusal(of: "dog") { try await $0.grasp("cup") }
        #expect(try await sees("not on(cup, table)", "dog", in: player))
        #expect(try await sees("on(cup, shelf)", "dog", in: player))
    }

    @Test func `nothing that it says is false`() async throws {
        let player = try Player()
        try await player.play(
            ("arm", { try await $0.open("fridge") }), ("dog", { try await $0.approach("pear") }),
            ("dog", { try await $0.grasp("pear") }), ("drone", { try await $0.takeOff() }))
        for robot in ["dog", "arm", "drone", "giant"] as [RobotID] {
            let facts = await player.world.state.facts
            for literal in await player.world.observe(by: robot) {
                let fact = try #require(literal.fact)
                #expect(facts.contains(fact) == literal.isPositive, "\(robot) says \(literal)")
            }
        }
    }

    @Test func `a robot that isn’t there sees nothing`() async throws {
        #expect(await (try Player()).world.observe(by: "ghost").isEmpty)
    }
}
