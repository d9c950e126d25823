import Foundation
import Manifests
import PlanRules
import RobotModel
import Simulation
import SkillKit
import Testing

/// The home that the demonstration runs in.
struct HomeSceneTests {
    private static let config = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Deploy/config")

    private func home() throws -> SceneDescription {
        let file = Self.config.appending(path: "scenes.d/home.yaml")
        return try ManifestReader().scene(
            yaml: try String(contentsOf: file, encoding: .utf8), file: file.path)
    }

    @Test func `it has five robots of five kinds, all somewhere`() throws {
        let home = try home()
        #expect(Set(home.robots.map(\.embodiment)).count == 5)
        let index = FactIndex(WorldState(scene: home), rules: StandardRules.rules)
        for entity in home.entities where !entity.types.contains("room") {
            #expect(index.facts(of: "located").contains { $0.arguments.first == entity.id }, "\(entity.id)")
        }
        for entity in home.entities { #expect(entity.pose != nil, "\(entity.id)") }
        for robot in home.robots { #expect(robot.pose != nil && !robot.skills.isEmpty, "\(robot.id)") }
    }

    /// What demo.txt asks for, as facts.
    private static let goal = [
        "inside(red_mug, dishwasher)", "inside(blue_mug, dishwasher)", "inside(white_mug, dishwasher)",
        "inside(apple, fridge)", "inside(parcel, basket)", "on(drone, garden_table)", "clean(hall)",
    ]

    @Test func `the wish is one line and isn’t true yet`() throws {
        let text = try String(contentsOf: Self.config.appending(path: "demo.txt"), encoding: .utf8)
        #expect(text.split(separator: "\n").count == 1)
        let facts = WorldState(scene: try home()).facts
        for fact in Self.goal { #expect(!facts.contains(try FactSyntax().fact(fact))) }
    }

    @Test func `the team can do what the wish asks for, and hands things on`() async throws {
        let player = try Player(try home())
        try await player.play(
            // The dog opens doors and sees to the mugs.
            ("dog", { try await $0.approach("bedroom_door") }),
            ("dog", { try await $0.open("bedroom_door") }),
            ("dog", { try await $0.enter("kitchen") }), ("dog", { try await $0.approach("dishwasher") }),
            ("dog", { try await $0.open("dishwasher") }), ("dog", { try await $0.enter("hall") }),
            ("dog", { try await $0.enter("bedroom") }), ("dog", { try await $0.approach("nightstand") }),
            ("dog", { try await $0.grasp("blue_mug") }), ("dog", { try await $0.enter("hall") }),
            ("dog", { try await $0.enter("kitchen") }), ("dog", { try await $0.approach("dishwasher") }),
            ("dog", { try await $0.put("blue_mug", into: "dishwasher") }),
            // The butler fetches what is high, and the dog takes it from the table.
            ("butler", { try await $0.approach("bookshelf") }),
            ("butler", { try await $0.grasp("white_mug") }),
            ("butler", { try await $0.enter("hall") }), ("butler", { try await $0.enter("kitchen") }),
            ("butler", { try await $0.approach("kitchen_table") }),
            ("butler", { try await $0.put("white_mug", on: "kitchen_table") }),
            ("dog", { try await $0.approach("kitchen_table") }), ("dog", { try await $0.grasp("white_mug") }),
            ("dog", { try await $0.approach("dishwasher") }),
            ("dog", { try await $0.put("white_mug", into: "dishwasher") }),
            ("dog", { try await $0.enter("hall") }), ("dog", { try await $0.enter("living_room") }),
            ("dog", { try await $0.approach("coffee_table") }), ("dog", { try await $0.grasp("red_mug") }),
            ("dog", { try await $0.enter("hall") }), ("dog", { try await $0.enter("kitchen") }),
            ("dog", { try await $0.approach("dishwasher") }),
            ("dog", { try await $0.put("red_mug", into: "dishwasher") }),
            // The apple goes over the counter to the arm.
            ("butler", { try await $0.enter("hall") }), ("butler", { try await $0.enter("living_room") }),
            ("butler", { try await $0.approach("sideboard") }), ("butler", { try await $0.grasp("apple") }),
            ("butler", { try await $0.enter("hall") }), ("butler", { try await $0.enter("kitchen") }),
            ("butler", { try await $0.approach("kitchen_counter") }),
            ("butler", { try await $0.put("apple", on: "kitchen_counter") }),
            ("arm", { try await $0.open("fridge") }), ("arm", { try await $0.grasp("apple") }),
            ("arm", { try await $0.put("apple", into: "fridge") }),
            // The parcel flies.
            ("dog", { try await $0.enter("hall") }), ("dog", { try await $0.approach("bench") }),
            ("dog", { try await $0.grasp("parcel") }), ("dog", { try await $0.enter("living_room") }),
            ("dog", { try await $0.approach("basket") }),
            ("dog", { try await $0.put("parcel", into: "basket") }),
            ("drone", { try await $0.takeOff() }), ("drone", { try await $0.enter("terrace") }),
            ("drone", { try await $0.approach("garden_table") }),
            ("drone", { try await $0.land(on: "garden_table") }),
            ("porter", { try await $0.clean("hall") }))
        for fact in Self.goal { #expect(try await player.holds(fact), "\(fact)") }
    }

    @Test func `no robot could do it without the others`() async throws {
        let player = try Player(try home())
        try await player.play(
            ("butler", { try await $0.approach("bookshelf") }),
            ("butler", { try await $0.grasp("white_mug") }))
        #expect(await player.refusal(of: "butler") { try await $0.open("fridge") }?.code == .rejectedBySkill)
        #expect(
            await player.refusal(of: "butler") { try await $0.put("white_mug", into: "dishwasher") }?.code
                == .rejectedBySkill)
        try await player.play(
            ("dog", { try await $0.enter("kitchen") }), ("dog", { try await $0.approach("fridge") }))
        #expect(await player.refusal(of: "dog") { try await $0.open("fridge") }?.code == .conditionUnmet)
        #expect(await player.refusal(of: "dog") { try await $0.clean("kitchen") }?.code == .rejectedBySkill)
        #expect(await player.refusal(of: "arm") { try await $0.grasp("plate") }?.code == .conditionUnmet)
    }

    @Test func `every example robot can be read`() throws {
        let folder = ManifestReader().robots(inFolder: Self.config.appending(path: "robots.d").path)
        #expect(folder.errors.isEmpty)
        #expect(folder.models.map(\.id) == ["realman"])
        let example = Self.config.appending(path: "robots.d/rover.yaml.example")
        let text = try String(contentsOf: example, encoding: .utf8)
        #expect(try ManifestReader().robot(yaml: text, file: example.path).id == "rover")
    }
}
