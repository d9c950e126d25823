import RobotModel
import Testing

@testable import Coordination

/// What people order of single steps, in every state that a step can be in.
struct StepOrderTests {
    private func chain(_ harness: inout CoordinationHarness) -> Invocation {
        harness.start(
            "t", steps: [step("a", "dog"), step("b", "arm", after: ["a"]), step("c", "dog", after: ["b"])]
        )
        .invocations[0]
    }

    @Test func `skipping a step that waits lets what waits for it go on`() {
        var harness = CoordinationHarness()
        let order = chain(&harness)
        harness.order("t", .skip("b"))
        #expect(harness.state("t", "b") == .skipped)
        #expect(harness.end(order).invocations.map(\.attempt.step) == ["c"])
        // Nobody needs the arm any more.
        #expect(harness.start("u", steps: [step("a", "arm")]).invocations.count == 1)
    }

    @Test func `skipping a step that runs stops it first`() {
        var harness = CoordinationHarness()
        let order = chain(&harness)
        #expect(harness.order("t", .skip("a")).cancels == [order.attempt])
        #expect(harness.state("t", "a") == .assigned)
        let actions = harness.end(order, .failed(.canceled))
        #expect(harness.state("t", "a") == .skipped)
        #expect(actions.invocations.map(\.attempt.step) == ["b"])
    }

    @Test func `a step that was done before it could be skipped is done`() {
        var harness = CoordinationHarness()
        let order = chain(&harness)
        harness.order("t", .skip("a"))
        harness.end(order)
        #expect(harness.state("t", "a") == .succeeded)
    }

    @Test func `skipping the last step asks whether the goal holds`() {
        var harness = CoordinationHarness()
        harness.end(harness.start("t", steps: [step("a", "dog")]).invocations[0], .failed(.skillError))
        #expect(harness.order("t", .skip("a")).goalChecks == ["t"])
    }

    @Test func `retrying a step that runs stops it and begins anew, its tries forgotten`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", retries: 1)]).invocations[0]
        harness.order("t", .retry("a"))
        let second = harness.end(order, .failed(.canceled)).invocations
        #expect(second.map(\.attempt.number) == [2])
        #expect(harness.machine.tasks["t"]?.value.steps["a"]?.value.tries == 1)
    }

    @Test func `retrying a step in its back-off begins at once`() {
        var harness = CoordinationHarness()
        harness.end(chain(&harness), .failed(.skillError))
        let actions = harness.order("t", .retry("a"))
        #expect(actions.invocations.map(\.attempt.number) == [2])
        #expect(harness.fire(.retryDue("t", "a")).invocations.isEmpty)
    }

    @Test func `retry and skip answer a question about their step, under the name of who ordered it`() {
        for verb in [TaskVerb.retry("a"), .skip("a")] {
            var harness = CoordinationHarness()
            harness.end(harness.startAsking("t", steps: [step("a", "dog")]).invocations[0], .failed(.unsafe))
            let actions = harness.order("t", verb)
            #expect(actions.notes(.question) == ["\(verb.name), says anna: because"])
            #expect(harness.task("t")?.question == nil)
        }
    }

    @Test func `replanning by order keeps what runs`() {
        var harness = CoordinationHarness()
        _ = chain(&harness)
        let actions = harness.order("t", .replan)
        #expect(actions.planOrders.map { $0.running.map(\.id) } == [["a"]])
        #expect(actions.notes(.repair) == ["asked for by anna"])
    }

    @Test func `orders that make no sense are refused with their kind and change nothing`() {
        var harness = CoordinationHarness()
        let order = chain(&harness)
        harness.end(order)
        func refused(_ input: CoordinationInput) -> [CoordinationRefusal.Code] {
            let before = harness.machine.task("t")?.steps
            let actions = harness.send(input)
            #expect(actions.count == actions.refusals.count)
            #expect(harness.machine.task("t")?.steps == before)
            return actions.refusals
        }
        #expect(refused(.taskOrdered("x", .pause, .anna)) == [.unknownTask])
        #expect(refused(.taskOrdered("t", .skip("x"), .anna)) == [.unknownStep])
        #expect(refused(.taskOrdered("t", .skip("a"), .anna)) == [.wrongState])
        #expect(refused(.taskOrdered("t", .retry("a"), .anna)) == [.wrongState])
        #expect(refused(.taskOrdered("t", .retry("c"), .anna)) == [.wrongState])
        #expect(refused(.taskOrdered("t", .resume, .anna)) == [.wrongState])
        #expect(refused(.approvalAnswered("t", approved: true, by: "anna")) == [.wrongState])
        #expect(refused(.robotAdministered("x", .drain, by: "anna")) == [.unknownRobot])
        #expect(refused(.scheduleRemoved("x", .anna)) == [.unknownSchedule])
        harness.order("t", .pause)
        #expect(refused(.taskOrdered("t", .replan, .anna)) == [.wrongState])
        harness.cancel("t")
        #expect(refused(.taskOrdered("t", .resume, .anna)) == [.taskEnded])
    }

    @Test func `the same order under the same key is carried out once`() {
        var harness = CoordinationHarness()
        let order = chain(&harness)
        let pause = CoordinationInput.taskOrdered("t", .pause, PersonOrder(by: "anna", key: "k1"))
        let resume = CoordinationInput.taskOrdered("t", .resume, PersonOrder(by: "anna", key: "k2"))
        for input in [pause, resume, pause, resume] { harness.send(input) }
        #expect(harness.state("t") == .running)
        #expect(harness.send(pause).isEmpty)
        #expect(harness.end(order).invocations.count == 1)
    }
}
