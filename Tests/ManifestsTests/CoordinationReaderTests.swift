import Foundation
import Manifests
import RobotModel
import Testing

@Suite struct CoordinationReaderTests {
    private let reader = ManifestReader()

    private func settings(_ yaml: String) throws -> CoordinationSettings {
        try reader.configuration(yaml: yaml, file: "ponsd.yaml").coordination
    }

    @Test func `every key of coordination is read`() throws {
        let read = try settings(
            """
            coordination:
              link_grace_s: 1.5
              overdue_grace_s: 3
              planning_limit_s: 30
              most_plans: 5
              breaker: {failures: 4, window_s: 90, pause_s: 0.25}
              head_start_s: 20
              preemption_gap: 2
              questions: {channel: shift, timeout_s: 120, default: retry, escalation: night}
              key_retention_s: 3600
            """)
        #expect(
            read
                == CoordinationSettings(
                    linkGrace: .milliseconds(1500), overdueGrace: .seconds(3),
                    planningLimit: .seconds(30), breakerFailures: 4, breakerWindow: .seconds(90),
                    breakerPause: .milliseconds(250), mostRevisions: 5, headStart: .seconds(20),
                    preemptionGap: 2,
                    questions: QuestionPolicy(
                        channel: "shift", timeout: .seconds(120), defaultOption: "retry",
                        escalation: "night"),
                    keyRetention: .seconds(3600)))
    }

    @Test func `what is left out is as usual`() throws {
        var expected = CoordinationSettings()
        #expect(try settings("log: {level: info}") == expected)
        expected.breakerFailures = 9
        #expect(try settings("coordination: {breaker: {failures: 9}}") == expected)
    }

    @Test(arguments: [
        ("link_grace: 5", "ponsd.yaml:2: unknown key “link_grace”; did you mean “link_grace_s”?"),
        ("link_grace_s: 0", "ponsd.yaml:2: link_grace_s must be above 0"),
        ("link_grace_s: 1e12", "ponsd.yaml:2: link_grace_s must be from 0.001 to 315360000"),
        ("breaker: {failures: 0}", "ponsd.yaml:2: failures must be a whole number from 1 to 1000"),
        ("questions: {default: guess}", "ponsd.yaml:2: default is “guess”; use fail, retry, replan, skip"),
    ])
    func `a wrong value is refused with its line`(line: String, message: String) throws {
        let errors = try #require(throws: ManifestErrors.self) {
            _ = try settings("coordination:\n  \(line)\n")
        }.errors
        #expect(errors.count == 1)
        #expect(errors.first?.description.hasPrefix(message) == true, "\(errors)")
    }

    /// The example says what holds anyway.
    @Test func `the shipped example is all defaults`() throws {
        let file = SchemaTests.root.appending(path: "Deploy/config/ponsd.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(try reader.configuration(yaml: text, file: "ponsd.yaml") == Configuration())
    }
}
