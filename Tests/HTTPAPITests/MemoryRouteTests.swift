import HTTPTypes
import PonsTesting
import RobotModel
import Testing

struct MemoryRouteTests {
    private struct Facts: Decodable { let facts: [FactRecord] }

    private let probe = Probe(
        ScriptedBrain(
            scene: SceneDescription(
                name: "home",
                entities: [
                    Entity(id: "apple", types: ["item"]), Entity(id: "table", types: ["surface"]),
                    Entity(id: "shelf", types: ["surface"]),
                ],
                facts: [Fact("on", "apple", "table"), Fact("in", "table", "hall")])))

    private func facts(_ query: String = "") async throws -> [String] {
        try await probe.get("/v1/memory/facts\(query)").decode(Facts.self).facts.map(\.fact.description)
    }

    @Test func `facts are read whole, by pattern, and as of an instant`() async throws {
        #expect(try await facts() == ["in(table, hall)", "on(apple, table)"])
        #expect(try await facts("?matching=on(*,%20table)") == ["on(apple, table)"])
        #expect(try await facts("?matching=on(*,%20shelf)") == [])
        _ = try await probe.post("/v1/memory/facts", #"{"facts": ["not on(apple, table)"]}"#)
        #expect(try await facts("?matching=on(*,%20*)") == [])
        #expect(try await facts("?matching=on(*,*)&as_of=2026-09-21T14:13:20Z") == ["on(apple, table)"])
    }

    @Test func `a person corrects what is believed`() async throws {
        let answer = try await probe.post(
            "/v1/memory/facts", #"{"facts": ["not on(apple, *)", "on(apple, shelf)"], "by": "anna"}"#)
        let entered = try answer.decode(Facts.self).facts
        #expect(entered.map(\.holds) == [false, true])
        #expect(entered.allSatisfy { $0.source == .person("anna") })
        #expect(try await facts("?matching=on(apple,*)") == ["on(apple, shelf)"])
    }

    @Test(arguments: [
        (#"{"facts": []}"#, "invalidField", "facts"),
        (#"{}"#, "missingField", "facts"),
        (#"{"facts": ["on(apple, *)"]}"#, "invalidField", "facts[0]"),
        (#"{"facts": ["not on(?x, table)"]}"#, "invalidField", "facts[0]"),
        (#"{"facts": ["on(apple, table)", "on(apple"]}"#, "invalidField", "facts[1]"),
        (#"{"facts": ["on(apple, table)"], "by": "a b"}"#, "invalidField", "by"),
        (#"{"facts": ["on(apple, table)"], "from": "x"}"#, "unknownField", "from"),
    ])
    func `a correction that can't be used changes nothing`(
        body: String, code: String, field: String
    ) async throws {
        let answer = try await probe.post("/v1/memory/facts", body)
        #expect(answer.status == 400)
        #expect(answer.code == code)
        #expect(answer.json["field"] as? String == field)
        #expect(try await facts() == ["in(table, hall)", "on(apple, table)"])
    }

    @Test(arguments: ["matching=on(", "matching=not%20on(a,b)", "matching=on(?x,b)", "as_of=yesterday"])
    func `a query that can't be read is answered`(query: String) async throws {
        #expect(try await probe.get("/v1/memory/facts?\(query)").code == "invalidParameter")
    }

    @Test func `an entity comes with its facts and its history`() async throws {
        struct Page: Decodable {
            let entity: Entity
            let facts: [FactRecord]
            let history: [FactRecord]
        }
        _ = try await probe.post("/v1/memory/facts", #"{"facts": ["not on(apple, *)", "on(apple, shelf)"]}"#)
        let page = try await probe.get("/v1/memory/entities/apple").decode(Page.self)
        #expect(page.entity.types == ["item"])
        #expect(page.facts.map(\.fact) == [Fact("on", "apple", "shelf")])
        #expect(page.history.map(\.holds) == [true, false, true])
        #expect(try await probe.get("/v1/memory/entities/pear").code == "entityNotFound")
    }

    @Test func `entities are listed by type`() async throws {
        struct List: Decodable { let entities: [Entity] }
        let list = try await probe.get("/v1/memory/entities?type=surface").decode(List.self)
        #expect(list.entities.map(\.id) == ["table", "shelf"])
    }

    @Test func `a scene is applied, and one that can't be read is refused with its line`() async throws {
        let good = try await probe.post("/v1/scenes?file=home.yaml", "kind: Scene\nname: home\n")
        #expect(good.json["name"] as? String == "home.yaml")
        let bad = try await probe.post("/v1/scenes?file=home.yaml", "kind: Robot\n")
        #expect(bad.status == 422)
        #expect(bad.detail?.hasPrefix("home.yaml:1:") == true)
        #expect(try await probe.post("/v1/scenes", "  ").code == "invalidScene")
    }
}
