import RobotModel
import Testing

@testable import Coordination

struct RepairTests {
    @Test func `a failed step is tried again after its back-off, under a new token`() {
        var harness = CoordinationHarness()
        let first = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        let actions = harness.end(first, .failed(Failure(.skillError, "slipped")))
        #expect(actions.contains(.startTimer(.retryDue("t", "a"), at: harness.now + .milliseconds(500))))
        #expect(actions.claims.map(\.standing) == [.doubt])
        let again = harness.send(.timerFired(.retryDue("t", "a"))).invocations
        #expect(again.map(\.attempt.number) == [2])
        #expect(again[0].token > first.token)
    }

    @Test func `a call that used up its attempts is avoided in the next plan`() {
        var harness = CoordinationHarness()
        let first = harness.start("t", steps: [step("a", "dog", retries: 1)]).invocations[0]
        let orders = harness.end(first, .failed(Failure(.skillError, "slipped"))).planOrders
        #expect(orders.map(\.excluded) == [[SkillCall(skill: "work", robot: "dog")]])
        #expect(harness.state("t", "a") == .failed)
    }

    @Test func `what was refused before it acted leaves the facts as they are`() {
        var harness = CoordinationHarness()
        let first = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        let claims = harness.end(first, .failed(Failure(.conditionUnmet, "door shut"))).claims
        #expect(claims.isEmpty)
    }

    @Test func `the next plan counts on what runs, and waits for it`() {
        var harness = CoordinationHarness()
        let orders = harness.start("t", steps: [step("a", "dog", retries: 1), step("b", "arm")]).invocations
        let planning = harness.end(orders[0], .failed(Failure(.unreachable, "far"))).planOrders
        #expect(planning.map(\.revision) == [2])
        #expect(planning[0].running.map(\.id) == ["b"])
        let adopted = harness.propose("t", revision: 2, steps: [step("c", "dog", after: ["b"])])
        #expect(adopted.invocations.isEmpty)
        let next = harness.end(orders[1]).invocations
        #expect(next.map(\.attempt.step) == ["c"])
        #expect(harness.end(next[0]).goalChecks == ["t"])
    }

    @Test func `a plan that counted on a step which failed meanwhile is made again`() {
        var harness = CoordinationHarness()
        let orders = harness.start("t", steps: [step("a", "dog", retries: 1), step("b", "arm")]).invocations
        harness.end(orders[0], .failed(Failure(.unreachable, "far")))
        let again = harness.end(orders[1], .failed(Failure(.skillError, "slipped"))).planOrders
        #expect(again.map(\.revision) == [3])
        #expect(harness.propose("t", revision: 2, steps: [step("c", "dog")]).invocations.isEmpty)
        #expect(harness.propose("t", revision: 3, steps: [step("d", "dog")]).invocations.count == 1)
    }

    @Test func `a late result of an old token changes nothing`() {
        var harness = CoordinationHarness()
        let first = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.end(first, .failed(Failure(.timeout, "slow")))
        let second = harness.send(.timerFired(.retryDue("t", "a"))).invocations[0]
        let before = harness.task("t")?.steps
        let actions = harness.send(.attemptEnded(first.attempt, first.token, .succeeded))
        #expect(actions == [.confirmResult(first.attempt, first.token, "dog")])
        #expect(harness.task("t")?.steps == before)
        #expect(harness.end(second).goalChecks == ["t"])
    }

    @Test func `plans end after a bounded number of revisions`() {
        var harness = CoordinationHarness()
        var order = harness.start("t", steps: [step("s1", "dog", retries: 1)]).invocations[0]
        for revision in 2...harness.machine.settings.mostRevisions {
            harness.end(order, .failed(Failure(.conditionUnmet, "no")))
            order =
                harness.propose("t", revision: revision, steps: [step(StepID("r\(revision)s1"), "dog")])
                .invocations[0]
        }
        harness.end(order, .failed(Failure(.conditionUnmet, "no")))
        #expect(harness.state("t") == .failed)
        #expect(harness.task("t")?.failure?.code == .conditionUnmet)
    }

    @Test func `unsafe work is never tried again`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.end(order, .failed(Failure(.unsafe, "person in the way")))
        #expect(harness.state("t") == .failed)
    }
}

struct StagedRepairTests {
    @Test func `stages that are over aren't planned for again`() {
        var harness = CoordinationHarness()
        harness.send(.taskSubmitted("t", TaskRequest(.words("a, then b, then c"))))
        let aims = ["a", "b", "c"].map { GoalStage(.achieve(.literal(Literal(Fact("done", EntityID($0)))))) }
        var steps = [step("s1", "dog"), step("s2", "dog", after: ["s1"]), step("s3", "dog", after: ["s2"])]
        for index in steps.indices { steps[index].stage = index }
        let first = harness.send(
            .planProposed("t", revision: 1, goal: Goal(stages: aims), plan: Plan(steps: steps))
        ).invocations[0]
        let second = harness.end(first).invocations[0]
        let orders = harness.end(second, .failed(Failure(.unreachable, "far"))).planOrders
        #expect(orders.map(\.goal) == [Goal(stages: Array(aims.dropFirst()))])
        #expect(orders.map(\.finished) == [["s1"]])
        #expect(harness.task("t")?.goal?.stages.count == 3)
    }

    @Test func `a goal that was gone through and doesn't hold is planned for as it must be at the end`() {
        var harness = CoordinationHarness()
        let outcome = Formula.literal(Literal(Fact("done", "a")))
        let order = harness.start("t", steps: [step("s1", "dog")], outcome: outcome).invocations[0]
        harness.end(order)
        let orders = harness.send(.goalChecked("t", revision: 1, unmet: "done(a) doesn’t hold")).planOrders
        #expect(orders.map(\.goal) == [Goal(outcome)])
    }
}
