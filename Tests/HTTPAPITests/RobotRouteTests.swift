import HTTPTypes
import PonsTesting
import RobotModel
import Testing

struct RobotRouteTests {
    private let probe = Probe(
        ScriptedBrain(
            robots: [RobotDescription(id: "dog", embodiment: "robot_dog", skills: ["mop"])],
            skills: [SkillManifest(name: "mop", summary: "Clean a room.")]))

    @Test(arguments: [
        ("drain", RobotState.draining), ("resume", .available), ("retire", .retired), ("takeover", .manual),
        ("giveback", .available), ("maintain", .maintenance),
    ])
    func `a robot is taken out and back in`(verb: String, state: RobotState) async throws {
        let answer = try await probe.post("/v1/robots/dog/\(verb)", #"{"by": "anna"}"#)
        #expect(answer.status == 200)
        #expect(try answer.decode(RobotView.self).state == state)
        #expect(try await probe.get("/v1/robots/dog").decode(RobotView.self).state == state)
    }

    @Test func `robots and skills are listed and found`() async throws {
        struct Lists: Decodable {
            let robots: [RobotView]?
            let skills: [SkillManifest]?
        }
        #expect(try await probe.get("/v1/robots").decode(Lists.self).robots?.map(\.description.id) == ["dog"])
        #expect(try await probe.get("/v1/skills").decode(Lists.self).skills?.map(\.name) == ["mop"])
        #expect(try await probe.get("/v1/skills/mop").decode(SkillManifest.self).summary == "Clean a room.")
    }

    @Test func `unknown names are told apart`() async throws {
        #expect(try await probe.get("/v1/robots/cat").code == "robotNotFound")
        #expect(try await probe.post("/v1/robots/cat/drain").code == "robotNotFound")
        #expect(try await probe.get("/v1/skills/fly").code == "skillNotFound")
        #expect(try await probe.post("/v1/robots/dog/drain", #"{"bye": 1}"#).code == "unknownField")
    }
}
