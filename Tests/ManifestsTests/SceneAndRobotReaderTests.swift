import Foundation
import Manifests
import RobotModel
import Testing

@Suite struct SceneAndRobotReaderTests {
    let reader = ManifestReader()

    @Test func `a full robot gives every value`() throws {
        let robot = try reader.robot(yaml: Samples.robot, file: "quad.yaml")
        let basket = Entity(
            id: "quad_basket", types: ["container"], names: ["basket"],
            properties: ["volume_l": .number(4), "soft": .boolean(true), "color": .text("red")])
        #expect(
            robot
                == RobotDescription(
                    id: "quad", embodiment: "quadrotor", names: ["drone", "the quadrotor"],
                    skills: ["take_off", "land"],
                    limits: RobotLimits(
                        speedMetersPerSecond: 3, reachMeters: 0, payloadKilograms: 0.5,
                        batteryRatioPerHour: 0.9),
                    resources: ["base"], parts: [basket],
                    facts: [Fact("flying", "quad"), Fact("open", "quad_basket")],
                    pose: Pose(xMeters: 1, yMeters: 2.5, yawRadians: 0.5)))
    }

    @Test func `what a robot description encodes to is read back`() throws {
        let robot = try reader.robot(yaml: Samples.robot, file: "quad.yaml")
        let json = String(decoding: try JSONEncoder().encode(robot), as: UTF8.self)
        #expect(try reader.robot(json: json, from: "host") == robot)
    }

    @Test func `a robot goes by id or by name and not by both`() throws {
        let head = "apiVersion: pons/v1\nkind: Robot\nembodiment: rover\n"
        #expect(try reader.robot(yaml: head + "name: r1", file: "r.yaml").id == "r1")
        for (tail, code) in [("", ManifestError.Code.missingKey), ("id: a\nname: b", .duplicate)] {
            let errors = try #require(throws: ManifestErrors.self) {
                try reader.robot(yaml: head + tail, file: "r.yaml")
            }
            #expect(errors.errors.map(\.code) == [code])
        }
    }

    @Test func `a full scene gives every value`() throws {
        let scene = try reader.scene(yaml: Samples.scene, file: "hut.yaml")
        #expect(scene.name == "hut")
        #expect(scene.entities.map(\.id) == ["kitchen", "table"])
        #expect(scene.entities[1].pose == Pose(xMeters: 1, yMeters: 2, zMeters: 0.7))
        #expect(scene.facts == [Fact("in", "table", "kitchen"), Fact("on", "arm", "table")])
        #expect(scene.robots.map(\.id) == ["arm"])
        #expect(scene.robots[0].facts == [Fact("mounted", "arm", "table")])
    }

    @Test func `a scene’s facts must speak of its entities`() throws {
        let text = Samples.scene.replacing("in(table, kitchen)", with: "in(table, kitchn)")
        let error = #expect(throws: ManifestErrors.self) { try reader.scene(yaml: text, file: "hut.yaml") }
        #expect(
            error?.description
                == "hut.yaml:7: “kitchn” in in(table, kitchn) is no entity of this scene; did you mean “kitchen”?"
        )
    }

    @Test func `an id may stand once only in a scene`() throws {
        let text = Samples.scene.replacing("id: arm", with: "id: table")
        let errors = try #require(throws: ManifestErrors.self) {
            try reader.scene(yaml: text, file: "hut.yaml")
        }.errors
        #expect(errors.contains { $0.code == .duplicate && $0.line == 9 })
    }

    @Test func `the profile of RoboOS loads as it is`() throws {
        let folder = ProcessInfo.processInfo.environment["PONS_TEST_DATA"] ?? "../shared/data"
        if folder == "none" { return }
        let path = folder + "/roboos/profile.yaml"
        let data = try #require(
            FileManager.default.contents(atPath: path), "\(path) is missing; set PONS_TEST_DATA")
        let scene = try reader.scene(yaml: String(decoding: data, as: UTF8.self), file: path)
        let entities = Dictionary(uniqueKeysWithValues: scene.entities.map { ($0.id, $0) })
        #expect(scene.name == "profile")
        #expect(
            entities["kitchenTable"]
                == Entity(id: "kitchenTable", types: ["surface", "table"], names: ["kitchen table"]))
        #expect(entities["apple"] == Entity(id: "apple", types: ["item", "apple"], names: ["apple"]))
        #expect(entities["basket"]?.types == ["container", "item", "basket"])
        #expect(scene.entities.count == 15)
        #expect(
            Set(scene.facts).isSuperset(of: [
                Fact("in", "kitchenTable", "room"), Fact("on", "apple", "kitchenTable"),
                Fact("on", "bowl", "servingTable"), Fact("on", "basket", "customTable"),
                Fact("open", "basket"),
                Fact("inside", "egg", "basket"),
            ]))
        #expect(!scene.facts.contains(Fact("in", "basket", "room")))
    }

    @Test func `a profile that puts a thing in two places is refused`() throws {
        let text = """
            scene:
              - {name: a, type: table, contains: [box]}
              - {name: b, type: table, contains: [box]}
              - {name: box, type: container}
            """
        let errors = try #require(throws: ManifestErrors.self) {
            try reader.scene(yaml: text, file: "p.yaml")
        }.errors
        #expect(errors.map(\.line) == [3])
        #expect(errors.map(\.code) == [.duplicate])
    }
}
