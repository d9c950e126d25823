import RobotModel
import Testing

@testable import Coordination

/// Who goes first: priorities, waiting, deadlines, pre-emption.
struct UrgencyTests {
    /// Ends what the dog is at, planning anew what waited, and says who is next.
    private func next(_ harness: inout CoordinationHarness) -> TaskID? {
        guard let attempt = harness.machine.robot("dog")?.attempt,
            let token = harness.machine.tasks[attempt.task]?.value.steps[attempt.step]?.value.token
        else { return nil }
        var actions = harness.send(.attemptEnded(attempt, token, .succeeded))
        let revision = harness.machine.task(attempt.task)?.revision ?? 0
        actions += harness.send(.goalChecked(attempt.task, revision: revision, unmet: nil))
        for order in actions.planOrders {
            harness.propose(
                order.task, revision: order.revision, steps: [step(StepID("r\(order.revision)"), "dog")])
        }
        return harness.machine.robot("dog")?.attempt?.task
    }

    @Test func `equal tasks go in the order in which they came`() {
        var harness = CoordinationHarness()
        for task: TaskID in ["a", "b", "c", "d"] { harness.start(task, steps: [step("s", "dog")]) }
        #expect(harness.machine.queue(for: "dog") == ["b", "c", "d"])
        #expect([next(&harness), next(&harness), next(&harness)] == ["b", "c", "d"])
    }

    @Test func `a low priority isn't starved: each level is a minute's start, no more`() {
        var harness = CoordinationHarness()
        harness.start("busy", steps: [step("s", "dog")])
        harness.start("low", priority: 0, steps: [step("s", "dog")])
        harness.advance(.seconds(299))
        harness.start("high1", priority: 5, steps: [step("s", "dog")])
        harness.advance(.seconds(2))
        harness.start("high2", priority: 5, steps: [step("s", "dog")])
        #expect([next(&harness), next(&harness), next(&harness)] == ["high1", "low", "high2"])
    }

    @Test func `a task that must start to meet its deadline goes first`() {
        var harness = CoordinationHarness()
        harness.start("busy", steps: [step("s", "dog")])
        harness.start("early", steps: [step("s", "dog")])
        let request = TaskRequest(.words("x"), deadline: harness.now + .seconds(60))
        harness.send(.taskSubmitted("due", request))
        harness.propose("due", revision: 1, steps: [step("s", "dog")])
        #expect(next(&harness) == "due")
    }

    @Test func `that a deadline has passed is told once, and the task goes on`() {
        var harness = CoordinationHarness()
        let deadline = harness.now + .seconds(60)
        let actions = harness.send(.taskSubmitted("t", TaskRequest(.words("x"), deadline: deadline)))
        #expect(actions.moment(of: .deadlineDue("t")) == deadline)
        #expect(harness.fire(.deadlineDue("t")).isEmpty)
        harness.advance(.seconds(60))
        #expect(harness.fire(.deadlineDue("t")).notes(.task) == ["the deadline has passed"])
        #expect(harness.propose("t", revision: 1, steps: [step("a", "dog")]).invocations.count == 1)
        #expect(harness.send(.brainStarted(epoch: 2)).moment(of: .deadlineDue("t")) == nil)
    }

    @Test func `absurd priorities, deadlines and makespans order tasks and trap nothing`() {
        var harness = CoordinationHarness()
        harness.start("busy", steps: [step("s", "dog")])
        for (number, priority) in [Int.min, .max, 0].enumerated() {
            let deadline = Instant(nanosecondsSinceEpoch: number == 0 ? .min : .max)
            let id = TaskID("t\(number)")
            harness.send(.taskSubmitted(id, TaskRequest(.words("x"), priority: priority, deadline: deadline)))
            let plan = Plan(steps: [step("s", "dog")], makespanSeconds: number == 1 ? .infinity : .nan)
            harness.send(.planProposed(id, revision: 1, goal: Goal(.always), plan: plan))
        }
        #expect(harness.machine.queue(for: "dog").count == 3)
    }

    @Test func `a much more urgent task takes a robot between two steps`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog"), step("b", "dog", after: ["a"])]).invocations[
            0]
        let actions = harness.start("urgent", priority: 10, steps: [step("s", "dog")])
        #expect(actions.cancels.isEmpty)
        #expect(actions.notes(.repair) == ["pre-empted by urgent, which is more urgent"])
        let again = harness.propose("t", revision: 2, steps: [step("r2b", "dog", after: ["a"])])
        #expect(again.events(.repair).isEmpty, "pre-empted again, though nothing can be taken from it")
        let urgent = harness.end(order)
        #expect(urgent.planOrders.map(\.task) == ["urgent"])
        #expect(harness.propose("urgent", revision: 2, steps: [step("r2", "dog")]).invocations.count == 1)
    }

    @Test func `in mid-step only where the skill allows it, and the step is planned for again`() {
        var harness = CoordinationHarness()
        let order = harness.start("t", steps: [step("a", "dog") { $0.terms.preemptible = true }]).invocations[
            0]
        let actions = harness.start("urgent", priority: 10, steps: [step("s", "dog")])
        #expect(actions.cancels == [order.attempt])
        let stopped = harness.end(order, .failed(.canceled))
        #expect(Set(stopped.planOrders.map(\.task)) == ["t", "urgent"])
        #expect(harness.state("t", "a") == .canceled)
    }

    @Test func `a little more urgent isn't enough to take a robot`() {
        var harness = CoordinationHarness()
        harness.start("t", steps: [step("a", "dog") { $0.terms.preemptible = true }])
        let actions = harness.start("urgent", priority: 9, steps: [step("s", "dog")])
        #expect(actions.cancels.isEmpty && actions.events(.repair).isEmpty)
    }

    @Test func `a task that was planned anew while an urgent one waited gives way`() {
        var harness = CoordinationHarness()
        let orders = harness.start("t", steps: [step("a", "arm", retries: 1), step("b", "dog")]).invocations
        harness.end(orders[0], .failed(.unreachable))
        harness.start("urgent", priority: 10, steps: [step("s", "dog")])
        harness.propose("t", revision: 2, steps: [step("c", "dog", after: ["b"])])
        #expect(harness.task("t")?.note == "waits for dog")
        #expect(harness.end(orders[1]).planOrders.map(\.task) == ["urgent"])
    }
}

/// What a step has to itself.
struct ResourceTests {
    private func robots(_ count: Int) -> [RobotID] { (0..<count).map { RobotID("r\($0)") } }

    /// Starts a task of one step for each wish, each on a robot of its own.
    private func begin(_ wishes: [[String]], _ harness: inout CoordinationHarness) -> [Invocation] {
        wishes.enumerated().flatMap { number, resources in
            harness.start(
                TaskID("t\(number)"), steps: [step("s", RobotID("r\(number)"), resources: resources)]
            ).invocations
        }
    }

    @Test func `all at once or none: who waits for one resource holds no other`() {
        var harness = CoordinationHarness(robots: robots(3))
        let orders = begin([["door"], ["table", "door"]], &harness)
        #expect(orders.map(\.attempt.task) == ["t0"])
        #expect(harness.machine.claims["table"] == nil)
    }

    @Test func `nobody overtakes: who came first is served first`() {
        var harness = CoordinationHarness(robots: robots(4))
        let orders = begin([["door"], ["door", "table"], ["table"], ["door"]], &harness)
        // t2 could have the table, but t1 came before.
        #expect(orders.map(\.attempt.task) == ["t0"])
        let second = harness.end(orders[0]).invocations
        #expect(second.map(\.attempt.task) == ["t1"])
        #expect(Set(harness.end(second[0]).invocations.map(\.attempt.task)) == ["t2", "t3"])
    }

    @Test func `circular wishes don't lock up`() {
        var harness = CoordinationHarness(robots: robots(3))
        let orders = begin([["a", "b"], ["b", "c"], ["c", "a"]], &harness)
        var open = orders.map { $0 }
        var ended = 0
        while let order = open.popLast() {
            open += harness.end(order).invocations
            ended += 1
        }
        #expect(ended == 3)
    }

    @Test(arguments: ["cancel", "pause", "lost", "skip", "e-stop"])
    func `who leaves the line lets the next one in`(way: String) {
        var harness = CoordinationHarness(robots: robots(3))
        let orders = begin([["door"], ["door"], ["door"]], &harness)
        switch way {
        case "cancel": harness.cancel("t1")
        case "pause": harness.order("t1", .pause)
        case "lost": harness.send(.robotLost("r1", reason: "silent"))
        case "skip": harness.order("t1", .skip("s"))
        default:
            harness.send(.emergencyStopped(by: "anna", reason: "smoke"))
            harness.send(.emergencyReleased(by: "anna", reason: "fog"))
            harness.order("t2", .resume)
        }
        #expect(harness.end(orders[0]).invocations.map(\.attempt.task) == ["t2"])
    }

    @Test func `a step that names a resource twice holds it once`() {
        var harness = CoordinationHarness(robots: robots(2))
        let orders = begin([["door", "door"], ["door"]], &harness)
        #expect(harness.end(orders[0]).invocations.count == 1)
    }
}
