import Foundation
import RobotModel
import Testing

/// The JSON of goals and asks is what callers write by hand.
struct GoalJSONTests {
    @Test(arguments: [
        (#"{"words":"mop the hall"}"#, TaskAsk.words("mop the hall")),
        (
            #"{"goal":{"observations":["at(dog, table)"],"stages":[{"aim":{"achieve":"on(apple, table)"},"performer":"any"}]}}"#,
            .goal(
                Goal(
                    stages: [GoalStage(.achieve(.literal(Literal(Fact("on", "apple", "table")))))],
                    observations: [Literal(Fact("at", "dog", "table"))]))
        ),
        (
            #"{"goal":{"observations":[],"stages":[{"aim":{"perform":{"arguments":{"times":2},"skill":"mop"}},"performer":{"robot":"dog"}},{"aim":{"achieve":"clean(hall)"},"performer":{"same":"you"}}]}}"#,
            .goal(
                Goal(stages: [
                    GoalStage(
                        .perform(SkillCall(skill: "mop", arguments: ["times": .number(2)])), by: .robot("dog")
                    ),
                    GoalStage(.achieve(.literal(Literal(Fact("clean", "hall")))), by: .same("you")),
                ]))
        ),
        (
            #"{"workflow":{"steps":[{"after":[],"arguments":{},"id":"s1","skill":"mop"}]}}"#,
            .workflow(Workflow(steps: [WorkflowStep(id: "s1", skill: "mop")]))
        ),
    ])
    func `an ask reads back as it was written`(json: String, ask: TaskAsk) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(ask), as: UTF8.self) == json)
        #expect(try JSONDecoder().decode(TaskAsk.self, from: Data(json.utf8)) == ask)
    }

    @Test func `what may be left out is left out`() throws {
        let json = #"{"stages": [{"aim": {"perform": {"skill": "mop"}}}]}"#
        let goal = try JSONDecoder().decode(Goal.self, from: Data(json.utf8))
        #expect(goal == Goal(stages: [GoalStage(.perform(SkillCall(skill: "mop")))]))
    }

    @Test(arguments: [
        #"{"words": "a", "goal": {"stages": []}}"#, "{}",
        #"{"goal": {"stages": [{"aim": {}}]}}"#,
        #"{"goal": {"stages": [{"aim": {"achieve": "a(b)"}, "performer": "some"}]}}"#,
    ])
    func `what is none or several of the cases is refused`(json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TaskAsk.self, from: Data(json.utf8))
        }
    }
}
