import RobotModel
import Testing

@testable import Coordination

/// Robots that people drive, maintain, drain and retire.
struct RobotServiceTests {
    @Test func `taken over, a robot stops, and the rest is planned without it`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        let actions = harness.administer("dog", .takeOver)
        #expect(actions.cancels == [order.attempt])
        #expect(actions.planOrders.map(\.unavailable) == [["dog": "manual"]])
        #expect(harness.end(order, .failed(.canceled)).invocations.isEmpty)
    }

    @Test func `given back, it serves again`() {
        var harness = CoordinationHarness()
        harness.administer("dog", .takeOver)
        harness.administer("dog", .giveBack)
        #expect(harness.start("t", steps: [step("a", "dog")]).invocations.count == 1)
    }

    @Test func `nobody puts a robot into service that a person drives, or that has left for good`() {
        var harness = CoordinationHarness()
        harness.administer("dog", .takeOver)
        for verb in [RobotVerb.resume, .drain, .maintain] {
            #expect(harness.administer("dog", verb).refusals == [.wrongState])
        }
        harness.administer("arm", .retire)
        for verb in [RobotVerb.resume, .giveBack, .takeOver, .drain] {
            #expect(harness.administer("arm", verb).refusals == [.wrongState])
        }
        #expect(harness.machine.robotViews.map(\.state) == [.manual, .retired])
        #expect(harness.administer("dog", .takeOver).refusals.isEmpty)
    }

    @Test func `giving back what nobody drives is refused, and doesn't end a drain`() {
        var harness = CoordinationHarness()
        harness.administer("dog", .drain)
        #expect(harness.administer("dog", .giveBack).refusals == [.wrongState])
        #expect(harness.machine.robot("dog")?.state == .draining)
    }

    @Test func `a robot in maintenance finishes what it is at`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        #expect(harness.administer("dog", .maintain).cancels.isEmpty)
        #expect(harness.end(order).goalChecks == ["t"])
        #expect(
            harness.start("u", steps: [step("a", "dog")]).planOrders.map(\.unavailable) == [
                ["dog": "maintenance"]
            ])
    }

    @Test(arguments: [RobotVerb.takeOver, .retire])
    func `a step that repeats moves on when its robot is taken away between two rounds`(verb: RobotVerb) {
        var harness = CoordinationHarness()
        let order = harness.start(
            "t", steps: [step("a", "dog") { $0.terms.repeats = RepeatPolicy(until: "over") }]
        )
        .invocations[0]
        harness.administer("dog", verb)
        let actions = harness.end(order)
        #expect(actions.invocations.isEmpty)
        #expect(actions.planOrders.count == 1)
    }

    @Test func `a step that is to be retried on a robot that was retired is planned anew`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.administer("dog", .retire)
        harness.end(order, .failed(.skillError))
        let actions = harness.fire(.retryDue("t", "a"))
        #expect(actions.invocations.isEmpty)
        #expect(harness.state("t") == .planning)
    }

    @Test func `a retired robot isn't waited for after a restart`() {
        var harness = CoordinationHarness()
        harness.administer("dog", .retire)
        harness.send(.brainStarted(epoch: 2))
        harness.send(.taskSubmitted("t", TaskRequest(.words("x"))))
        #expect(harness.link("arm").planOrders.count == 1)
    }

    @Test func `orders are told with who and why`() {
        var harness = CoordinationHarness()
        let actions = harness.send(.robotAdministered("dog", .drain, by: "anna", reason: "new tires"))
        #expect(actions.notes(.robot) == ["drain by anna: new tires"])
    }
}

/// What is decided about an attempt when its robot comes back.
struct ReconnectionTests {
    private func lost() -> (CoordinationHarness, Invocation) {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", onLinkLoss: .finish)]).invocations[0]
        harness.send(.robotLost("dog", reason: "silent"))
        return (harness, order)
    }

    @Test func `adopt: it is still at it`() {
        var (harness, order) = lost()
        let actions = harness.link("dog", running: [order.attempt])
        #expect(actions.events(.reconnection) == ["adopt"])
        #expect(actions.invocations.isEmpty)
        #expect(harness.state("t", "a") == .running)
    }

    @Test func `resume: it never had it, and gets it under the same token`() {
        var (harness, order) = lost()
        let actions = harness.link("dog")
        #expect(actions.events(.reconnection) == ["resume"])
        #expect(actions.invocations == [order])
    }

    @Test func `abort: it is at what was given up, under no token but its own`() {
        var (harness, order) = lost()
        harness.fire(.attemptOverdue(order.attempt))
        let actions = harness.link("dog", running: [order.attempt])
        #expect(actions.events(.reconnection) == ["abort"])
        #expect(actions.cancels == [order.attempt])
    }

    @Test func `unknown: it can't say how it ended`() {
        var (harness, order) = lost()
        harness.link("dog", running: [order.attempt])
        let actions = harness.end(order, .failed(.robotLost))
        #expect(actions.events(.reconnection).last == "unknown")
        #expect(actions.claims.map(\.standing) == [.doubt])
    }

    @Test func `nothing is sent again to a robot that a person drives, or under the e-stop`() {
        for isStopped in [true, false] {
            var (harness, order) = lost()
            if isStopped {
                harness.send(.emergencyStopped(by: "anna", reason: "smoke"))
            } else {
                harness.administer("dog", .takeOver)
            }
            let actions = harness.link("dog")
            #expect(actions.invocations.isEmpty)
            #expect(actions.events(.reconnection) == ["abort"])
            harness.fire(.attemptOverdue(order.attempt))
            #expect(harness.state("t", "a") == .canceled)
        }
    }

    @Test func `a robot that is still at its step under the e-stop is told to stop`() {
        var (harness, order) = lost()
        harness.send(.emergencyStopped(by: "anna", reason: "smoke"))
        #expect(harness.link("dog", running: [order.attempt]).cancels == [order.attempt])
    }

    @Test func `a result that comes again after the task's end is confirmed`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.end(order)
        harness.send(.goalChecked("t", revision: 1, unmet: nil))
        #expect(harness.state("t") == .succeeded)
        harness.link("dog")
        let again = harness.send(.attemptEnded(order.attempt, order.token, .succeeded))
        #expect(again == [.confirmResult(order.attempt, order.token, "dog")])
    }

    @Test func `a result of a step that moved on to another robot is confirmed to the one that had it`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog", onLinkLoss: .finish)]).invocations[0]
        harness.send(.robotLost("dog", reason: "silent"))
        harness.fire(.attemptOverdue(order.attempt))
        let late = harness.send(.attemptEnded(order.attempt, order.token, .succeeded))
        #expect(late == [.confirmResult(order.attempt, order.token, "dog")])
    }

    @Test func `only so many unheard attempts are remembered`() {
        var machine = CoordinationMachine()
        for number in 0..<(CoordinationMachine.mostDeparted + 5) {
            machine.depart(AttemptID(task: "t", step: "a", number: UInt32(number)), "dog")
        }
        #expect(machine.departed.count == CoordinationMachine.mostDeparted)
        #expect(machine.departed.first?.key.number == 5)
    }
}
