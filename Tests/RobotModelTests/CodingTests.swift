import Foundation
import RobotModel
import Testing

@Suite struct CodingTests {
    private func roundTrip<Model: Codable & Equatable>(_ model: Model) throws -> Bool {
        try JSONDecoder().decode(Model.self, from: JSONEncoder().encode(model)) == model
    }

    @Test func `goals survive JSON`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed)
        for _ in 0..<100 {
            let goal = Goal(
                stages: [
                    GoalStage(.achieve(FormulaSource.formula(depth: 3, using: &random)), by: .same("you")),
                    GoalStage(
                        .perform(SkillCall(skill: "mop", robot: "rover", arguments: ["n": .number(2.5)])),
                        by: .robot("rover")),
                    GoalStage(.achieve(.always)),
                ],
                observations: [Literal(FormulaSource.fact(using: &random), isPositive: false)])
            #expect(try roundTrip(goal), "seed \(seed)")
        }
    }

    @Test func `values keep their kind, but for entities, which are text until a manifest says more`() throws
    {
        for value in [
            Value.text("a"), .number(1), .number(-0.5), .boolean(true),
            .pose(Pose(xMeters: 1, yMeters: 2, yawRadians: 3)),
        ] {
            #expect(try roundTrip(value))
        }
        let entity = try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(Value.entity("apple")))
        #expect(entity == .text("apple"))
        #expect(SkillParameter(name: "item", type: "item").accept(entity) == .entity("apple"))
        #expect(SkillParameter(name: "item", type: "item").accept(.text("no id")) == nil)
        #expect(SkillParameter(name: "n", type: "number").accept(.text("2")) == nil)
        #expect(SkillParameter(name: "t", type: "text").accept(.entity("apple")) == .text("apple"))
    }

    @Test(arguments: [
        (Value.number(3), "3"), (.number(2.5), "2.5"), (.number(1e300), "1e+300"),
        (.number(.infinity), "inf"), (.boolean(false), "false"),
    ])
    func `values are written plainly`(value: Value, text: String) {
        #expect(value.description == text)
    }

    @Test(arguments: ["robot:dog", "person:anna", "sensor:door:cam", "effect:t1/s3/1", "scene:home"])
    func `a source of facts reads as it is written`(text: String) throws {
        let source = try #require(FactSource(text: text))
        #expect(source.description == text)
        #expect(try roundTrip(source))
    }

    @Test(arguments: ["", "dog", "cat:dog", "Robot:dog"])
    func `what is no source is refused`(text: String) {
        #expect(FactSource(text: text) == nil)
    }

    @Test func `cancel modes read and write as manifests have them`() throws {
        for mode in [CancelMode.stop, .finish, .compensate("open")] { #expect(try roundTrip(mode)) }
        #expect(CancelMode(text: "compensate:") == nil)
        #expect(CancelMode(text: "halt") == nil)
    }

    @Test func `what a description leaves out has its usual value`() throws {
        let robot = try JSONDecoder().decode(
            RobotDescription.self,
            from: Data(#"{"id": "dog", "embodiment": "robot_dog", "limits": {"speed_m_per_s": 2}}"#.utf8))
        #expect(robot.limits == RobotLimits(speedMetersPerSecond: 2))
        #expect(robot.skills.isEmpty && robot.facts.isEmpty && robot.pose == nil)
        #expect(try roundTrip(robot))
        let entity = try JSONDecoder().decode(
            Entity.self, from: Data(#"{"id": "mug", "pose": {"x_m": 1, "y_m": 2}}"#.utf8))
        #expect(entity.pose?.frame == "map")
        #expect(try roundTrip(entity))
    }

    @Test(arguments: [
        #"{"stages": [{"aim": {"achieve": "on(a"}}]}"#, #"{"stages": [{"aim": {}}]}"#,
        #"{"stages": [{"aim": {"achieve": 3}}]}"#,
        #"{"stages": [{"aim": {"achieve": "on(a, b)"}, "performer": "all"}]}"#, #"{}"#, #"[]"#,
        #"{"stages": 1}"#,
        #"{"stages": [], "observations": ["a(b) and c(d)"]}"#,
    ])
    func `a malformed goal is refused`(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Goal.self, from: Data(json.utf8)) }
    }
}
