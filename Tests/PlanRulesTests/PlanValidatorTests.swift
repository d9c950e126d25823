import PlanRules
import RobotModel
import Testing

@Suite struct PlanValidatorTests {
    private func flaw(_ steps: [PlanStep], goal: String? = nil) -> PlanFlaw? {
        do throws(PlanFlaw) {
            try PlanValidator(team: Samples.team).validate(
                Plan(steps: steps), from: Samples.world, goal: goal.map { try! Samples.syntax.formula($0) })
            return nil
        } catch {
            return error
        }
    }

    private let go = Samples.step("s1", "ada", "go", ["target": "cup"])
    private let take = Samples.step("s2", "ada", "take", ["item": "cup"], after: ["s1"])

    @Test func `a sound plan passes and its end is told`() throws {
        let end = try PlanValidator(team: Samples.team).validate(
            Plan(steps: [go, take]), from: Samples.world,
            goal: try Samples.syntax.formula("holding(ada, cup)"))
        #expect(end.facts.contains(try Samples.syntax.fact("holding(ada, cup)")))
        #expect(!end.facts.contains(try Samples.syntax.fact("on(cup, table)")))
        #expect(end.facts.contains(try Samples.syntax.fact("on(fork, table)")))
    }

    @Test func `votes on a skill that isn’t idempotent are refused wherever the plan comes from`() {
        var voted = go
        voted.terms.votes = VotePolicy(ahead: 2)
        #expect(flaw([voted])?.code == .badTerms)
        #expect(flaw([voted])?.step == "s1")
    }

    @Test func `the order is what steps wait for, not how they are listed`() {
        #expect(flaw([take, go]) == nil)
    }

    @Test func `an unmet condition names the step and the condition`() {
        let flaw = flaw([Samples.step("s1", "ada", "take", ["item": "cup"])])
        #expect(flaw?.code == .conditionUnmet)
        #expect(flaw?.step == "s1")
        #expect(flaw?.message.contains("at(ada, cup)") == true)
    }

    @Test func `circles, unknown and double ids are bad orders`() {
        let waiting = Samples.step("s1", "ada", "go", ["target": "cup"], after: ["s2"])
        #expect(flaw([waiting, take])?.code == .badOrder)
        #expect(flaw([Samples.step("s1", "ada", "go", ["target": "cup"], after: ["s9"])])?.code == .badOrder)
        #expect(flaw([go, go])?.code == .badOrder)
    }

    @Test func `one robot does one thing at a time`() {
        let other = Samples.step("s2", "ada", "go", ["target": "fork"])
        #expect(flaw([go, other])?.code == .conflict)
        #expect(flaw([go, Samples.step("s2", "bob", "go", ["target": "fork"])]) == nil)
    }

    @Test func `a resource has one user at a time`() {
        let steps = [
            go, Samples.step("s2", "bob", "go", ["target": "cup"]),
            Samples.step("s3", "ada", "take", ["item": "cup"], after: ["s1", "s2"]),
        ]
        #expect(flaw(steps) == nil)
        let both = steps + [Samples.step("s4", "bob", "go", ["target": "cup"], after: ["s2"])]
        #expect(flaw(both)?.code == .conflict, "taking the cup ends bob's standing at it")
    }

    @Test func `a step may not end what another needs meanwhile`() {
        let peek = Samples.step("s3", "bob", "peek", ["item": "cup"])
        #expect(flaw([go, peek, take])?.code == .conflict, "the cup leaves the table while bob looks")
        let later = Samples.step("s2", "ada", "take", ["item": "cup"], after: ["s1", "s3"])
        #expect(flaw([go, peek, later]) == nil)
    }

    @Test func `a goal that doesn't hold at the end is a flaw`() {
        #expect(flaw([go, take], goal: "holding(ada, cup) and not on(cup, table)") == nil)
        #expect(flaw([go, take], goal: "holding(bob, cup)")?.code == .goalUnmet)
        #expect(flaw([], goal: "on(cup, table)") == nil)
    }

    @Test func `calls that can't be made are flaws of their step`() {
        let flaw = flaw([Samples.step("s1", "arm", "go", ["target": "cup"])])
        #expect(flaw?.code == .notCapable)
        #expect(flaw?.step == "s1")
    }
}
