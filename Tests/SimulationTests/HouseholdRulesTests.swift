import PlanRules
import RobotModel
import Simulation
import SkillKit
import Testing

/// The rules of the COHERENT household set, one by one.
struct HouseholdRulesTests {
    // MARK: Quadrotor

    @Test func `a quadrotor lands only on what bears a landing`() async throws {
        let player = try Player()
        try await player.play(
            ("drone", { try await $0.takeOff() }), ("drone", { try await $0.approach("table") }))
        #expect(
            await player.refusal(of: "drone") { try await $0.land(on: "table") }?.code == .rejectedBySkill)
        try await player.play(
            ("drone", { try await $0.approach("shelf") }), ("drone", { try await $0.land(on: "shelf") }))
        #expect(try await player.holds("on(drone, shelf)"))
        #expect(try await !player.holds("flying(drone)"))
    }

    @Test func `take off, move and land are three steps`() async throws {
        let player = try Player()
        #expect(await player.refusal(of: "drone") { try await $0.approach("shelf") }?.code == .conditionUnmet)
        #expect(
            await player.refusal(of: "drone") { try await $0.land(on: "den_floor") }?.code == .conditionUnmet)
        try await player.play(("drone", { try await $0.takeOff() }))
        #expect(await player.refusal(of: "drone") { try await $0.land(on: "shelf") }?.code == .conditionUnmet)
        #expect(await player.refusal(of: "drone") { try await $0.takeOff() }?.code == .conditionUnmet)
    }

    @Test func `a quadrotor enters another room only through an open door`() async throws {
        let player = try Player()
        try await player.play(("drone", { try await $0.takeOff() }))
        #expect(await player.refusal(of: "drone") { try await $0.enter("yard") }?.code == .conditionUnmet)
        try await player.play(
            ("dog", { try await $0.approach("door") }), ("dog", { try await $0.open("door") }),
            ("drone", { try await $0.enter("yard") }))
        #expect(try await player.holds("in(drone, yard)"))
        #expect(try await !player.holds("in(drone, den)"))
    }

    @Test func `a quadrotor takes along what is in its basket`() async throws {
        let player = try Player()
        try await player.play(
            ("dog", { try await $0.approach("door") }), ("dog", { try await $0.open("door") }),
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }),
            ("dog", { try await $0.approach("basket") }),
            ("dog", { try await $0.put("pear", into: "basket") }),
            ("drone", { try await $0.takeOff() }), ("drone", { try await $0.enter("yard") }),
            ("drone", { try await $0.approach("yard_floor") }),
            ("drone", { try await $0.land(on: "yard_floor") }))
        #expect(await player.refusal(of: "dog") { try await $0.approach("pear") }?.code == .conditionUnmet)
        try await player.play(
            ("dog", { try await $0.enter("yard") }), ("dog", { try await $0.approach("pear") }),
            ("dog", { try await $0.grasp("pear") }))
        #expect(try await player.holds("holding(dog, pear)"))
    }

    @Test func `a quadrotor can’t pick or place`() async throws {
        let player = try Player()
        #expect(await player.refusal(of: "drone") { try await $0.grasp("pear") }?.code == .rejectedBySkill)
        #expect(
            await player.refusal(of: "drone") { try await $0.put("pear", on: "table") }?.code
                == .rejectedBySkill)
    }

    // MARK: Robot dog

    @Test func `a dog acts only on what it moved towards last`() async throws {
        let player = try Player()
        #expect(await player.refusal(of: "dog") { try await $0.grasp("pear") }?.code == .conditionUnmet)
        try await player.play(
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.approach("bench") }))
        #expect(await player.refusal(of: "dog") { try await $0.grasp("pear") }?.code == .conditionUnmet)
        try await player.play(("dog", { try await $0.approach("table") }))
        #expect(await player.refusal(of: "dog") { try await $0.grasp("pear") }?.code == .conditionUnmet)
        try await player.play(
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }))
        #expect(try await player.holds("holding(dog, pear)"))
        #expect(try await !player.holds("on(pear, table)"))
    }

    @Test func `a dog opens and closes with an empty gripper`() async throws {
        let player = try Player()
        try await player.play(
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }),
            ("dog", { try await $0.approach("door") }))
        #expect(await player.refusal(of: "dog") { try await $0.open("door") }?.code == .conditionUnmet)
        try await player.play(
            ("dog", { try await $0.approach("table") }), ("dog", { try await $0.put("pear", on: "table") }),
            ("dog", { try await $0.approach("door") }), ("dog", { try await $0.open("door") }))
        #expect(try await player.holds("open(door)"))
        try await player.play(("dog", { try await $0.close("door") }))
        #expect(try await !player.holds("open(door)"))
    }

    @Test func `a dog holds one thing at a time`() async throws {
        let player = try Player()
        try await player.play(
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }),
            ("dog", { try await $0.approach("bowl") }))
        #expect(await player.refusal(of: "dog") { try await $0.grasp("bowl") }?.code == .conditionUnmet)
    }

    @Test func `a dog reaches nothing on high surfaces`() async throws {
        let player = try Player()
        try await player.play(("dog", { try await $0.approach("cup") }))
        #expect(await player.refusal(of: "dog") { try await $0.grasp("cup") }?.code == .conditionUnmet)
        try await player.play(("dog", { try await $0.approach("fridge") }))
        #expect(await player.refusal(of: "dog") { try await $0.open("fridge") }?.code == .conditionUnmet)
    }

    @Test func `a dog enters another room only through an open door`() async throws {
        let player = try Player()
        #expect(await player.refusal(of: "dog") { try await $0.enter("yard") }?.code == .conditionUnmet)
        #expect(
            await player.refusal(of: "dog") { try await $0.approach("yard_floor") }?.code == .conditionUnmet)
    }

    @Test func `a dog puts nothing on the floor`() async throws {
        let player = try Player()
        try await player.play(
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }),
            ("dog", { try await $0.approach("den_floor") }))
        #expect(
            await player.refusal(of: "dog") { try await $0.put("pear", on: "den_floor") }?.code
                == .rejectedBySkill)
    }

    @Test func `a dog fills the basket only of a quadrotor that has landed low`() async throws {
        let player = try Player()
        try await player.play(
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }),
            ("drone", { try await $0.takeOff() }), ("dog", { try await $0.approach("basket") }))
        #expect(
            await player.refusal(of: "dog") { try await $0.put("pear", into: "basket") }?.code
                == .conditionUnmet)
        try await player.play(
            ("drone", { try await $0.approach("shelf") }), ("drone", { try await $0.land(on: "shelf") }),
            ("dog", { try await $0.approach("basket") }))
        #expect(
            await player.refusal(of: "dog") { try await $0.put("pear", into: "basket") }?.code
                == .conditionUnmet)
        try await player.play(
            ("drone", { try await $0.takeOff() }), ("drone", { try await $0.approach("den_floor") }),
            ("drone", { try await $0.land(on: "den_floor") }), ("dog", { try await $0.approach("basket") }),
            ("dog", { try await $0.put("pear", into: "basket") }))
        #expect(try await player.holds("inside(pear, basket)"))
    }

    // MARK: Robot arm

    @Test func `an arm reaches only what is on its surface or in a container on it`() async throws {
        let player = try Player()
        #expect(await player.refusal(of: "arm") { try await $0.grasp("pear") }?.code == .conditionUnmet)
        #expect(await player.refusal(of: "arm") { try await $0.open("door") }?.code == .conditionUnmet)
        try await player.play(
            ("arm", { try await $0.open("fridge") }), ("arm", { try await $0.grasp("egg") }),
            ("arm", { try await $0.put("egg", on: "shelf") }), ("arm", { try await $0.grasp("cup") }),
            ("arm", { try await $0.put("cup", into: "fridge") }))
        #expect(try await player.holds("inside(cup, fridge)"))
        #expect(try await player.holds("on(egg, shelf)"))
    }

    @Test func `an arm opens with an empty gripper and doesn’t move`() async throws {
        let player = try Player()
        #expect(await player.refusal(of: "arm") { try await $0.approach("cup") }?.code == .rejectedBySkill)
        try await player.play(("arm", { try await $0.grasp("cup") }))
        #expect(await player.refusal(of: "arm") { try await $0.open("fridge") }?.code == .conditionUnmet)
    }

    @Test func `an arm reaches into the basket of a quadrotor that has landed on its surface`() async throws {
        let player = try Player()
        try await player.play(("arm", { try await $0.grasp("cup") }))
        #expect(
            await player.refusal(of: "arm") { try await $0.put("cup", into: "basket") }?.code
                == .conditionUnmet)
        try await player.play(
            ("drone", { try await $0.takeOff() }), ("drone", { try await $0.approach("shelf") }))
        #expect(
            await player.refusal(of: "arm") { try await $0.put("cup", into: "basket") }?.code
                == .conditionUnmet)
        try await player.play(
            ("drone", { try await $0.land(on: "shelf") }),
            ("arm", { try await $0.put("cup", into: "basket") }))
        #expect(try await player.holds("inside(cup, basket)"))
    }

    // MARK: Containers

    @Test func `nothing goes into a closed container or comes out of one`() async throws {
        let player = try Player()
        #expect(await player.refusal(of: "arm") { try await $0.grasp("egg") }?.code == .conditionUnmet)
        try await player.play(("arm", { try await $0.grasp("cup") }))
        #expect(
            await player.refusal(of: "arm") { try await $0.put("cup", into: "fridge") }?.code
                == .conditionUnmet)
    }

    @Test func `a container that is held can’t be filled by another robot`() async throws {
        let player = try Player()
        try await player.play(
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }),
            ("giant", { try await $0.approach("bowl") }), ("giant", { try await $0.grasp("bowl") }),
            ("dog", { try await $0.approach("bowl") }))
        #expect(
            await player.refusal(of: "dog") { try await $0.put("pear", into: "bowl") }?.code
                == .conditionUnmet)
    }

    @Test func `a held thing is on nothing and goes where its robot goes`() async throws {
        let player = try Player()
        try await player.play(
            ("dog", { try await $0.approach("door") }), ("dog", { try await $0.open("door") }),
            ("dog", { try await $0.approach("pear") }), ("dog", { try await $0.grasp("pear") }),
            ("dog", { try await $0.enter("yard") }))
        let facts = await player.world.state.facts
        #expect(!facts.contains { $0.predicate == "on" && $0.arguments.first == "pear" })
        let (pear, dog) = (await player.world.pose(of: "pear"), await player.world.pose(of: "dog"))
        #expect(pear == dog && pear != nil)
    }

    @Test func `a tall robot reaches high and a long one all that is on its surface`() async throws {
        let player = try Player()
        try await player.play(
            ("giant", { try await $0.approach("shelf") }), ("giant", { try await $0.grasp("cup") }))
        #expect(try await player.holds("holding(giant, cup)"))
    }

    @Test func `mopping cleans the room that the robot is in and no other`() async throws {
        let player = try Player()
        #expect(await player.refusal(of: "giant") { try await $0.clean("yard") }?.code == .conditionUnmet)
        try await player.play(("giant", { try await $0.clean("den") }))
        #expect(try await player.holds("clean(den)"))
        #expect(await player.refusal(of: "giant") { try await $0.clean("table") }?.code == .rejectedBySkill)
    }
}
