import RobotModel
import Testing

@testable import Coordination

/// Circuit breakers: per robot and skill, three failures in a minute.
struct BreakerTests {
    /// Fails a task's only step once on `robot`; its planning is refused.
    private func fail(_ task: TaskID, on robot: RobotID, _ harness: inout CoordinationHarness)
        -> [CoordinationAction]
    {
        let order = harness.start(task, steps: [step("a", robot, retries: 1)]).invocations[0]
        let actions = harness.end(order, .failed(.skillError))
        harness.send(.planRefused(task, revision: 2, Rejection(.noCapableRobot, "nobody")))
        return actions
    }

    @Test func `the third failure within the window suspends the skill on that robot`() {
        var harness = CoordinationHarness()
        #expect(fail("t1", on: "dog", &harness).events(.repair) == ["replan"])
        #expect(fail("t2", on: "dog", &harness).events(.repair) == ["replan"])
        let third = fail("t3", on: "dog", &harness)
        #expect(third.events(.repair) == ["suspend", "replan"])
        #expect(third.moment(of: .breakerDue("dog", "work")) == harness.now + .seconds(60))
        #expect(third.planOrders.map(\.suspended) == [["dog": ["work"]]])
    }

    @Test func `failures that are far apart don't count together`() {
        var harness = CoordinationHarness()
        for task: TaskID in ["t1", "t2", "t3", "t4"] {
            #expect(fail(task, on: "dog", &harness).events(.repair) == ["replan"])
            harness.advance(.seconds(31))
        }
    }

    @Test func `robots and skills are counted apart`() {
        var harness = CoordinationHarness()
        _ = fail("t1", on: "dog", &harness)
        _ = fail("t2", on: "arm", &harness)
        _ = fail("t3", on: "dog", &harness)
        let order = harness.start("u", steps: [step("a", "dog", retries: 1) { $0.skill = "other" }])
            .invocations[0]
        #expect(harness.end(order, .failed(.skillError)).planOrders.map(\.suspended) == [[:]])
    }

    @Test func `a suspended skill isn't retried, and a step that comes to it is planned anew`() {
        var harness = CoordinationHarness()
        let steps = [step("a", "dog", retries: 9), step("b", "dog", after: ["a"])]
        var order = harness.start("t", steps: steps).invocations[0]
        for _ in 1...2 {
            harness.end(order, .failed(.timeout))
            order = harness.fire(.retryDue("t", "a")).invocations[0]
        }
        #expect(harness.end(order, .failed(.timeout)).events(.repair) == ["suspend", "replan"])
        let actions = harness.propose("t", revision: 2, steps: [step("r2a", "dog")])
        #expect(actions.invocations.isEmpty)
        #expect(actions.planOrders.map(\.revision) == [3])
    }

    @Test func `on trial one failure suspends it again, however late it comes`() {
        var harness = CoordinationHarness()
        for task: TaskID in ["t1", "t2", "t3"] { _ = fail(task, on: "dog", &harness) }
        harness.advance(.seconds(60))
        #expect(harness.fire(.breakerDue("dog", "work")).events(.repair) == ["trial"])
        harness.advance(.seconds(3_600))
        #expect(fail("t4", on: "dog", &harness).events(.repair) == ["suspend", "replan"])
    }

    @Test func `on trial a success clears it`() {
        var harness = CoordinationHarness()
        for task: TaskID in ["t1", "t2", "t3"] { _ = fail(task, on: "dog", &harness) }
        harness.fire(.breakerDue("dog", "work"))
        harness.finish(harness.start("good", steps: [step("a", "dog")]))
        #expect(fail("t4", on: "dog", &harness).events(.repair) == ["replan"])
        #expect(fail("t5", on: "dog", &harness).events(.repair) == ["replan"])
    }

    @Test func `a restart keeps it, and starts its timer anew`() {
        var harness = CoordinationHarness()
        for task: TaskID in ["t1", "t2", "t3"] { _ = fail(task, on: "dog", &harness) }
        let actions = harness.send(.brainStarted(epoch: 2))
        #expect(actions.moment(of: .breakerDue("dog", "work")) != nil)
    }

    @Test func `what robots refuse or lose through no fault of the skill doesn't count`() {
        var harness = CoordinationHarness()
        for number in 1...6 {
            let task = TaskID("t\(number)")
            let order = harness.start(task, steps: [step("a", "dog", retries: 1)]).invocations[0]
            let actions = harness.end(order, .failed(.conditionUnmet))
            #expect(actions.planOrders.map(\.suspended) == [[:]])
            harness.send(.planRefused(task, revision: 2, Rejection(.noCapableRobot, "nobody")))
        }
    }
}
